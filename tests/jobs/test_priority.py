"""A worker process has lower priority than everything live, but never holds a lock while it waits for a core."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from speedboat.access.entry import KeyMaker, create_workshop
from speedboat.jobs.worker_store import WorkerStore
from speedboat.library.digests import freshen
from speedboat.storage.store import Store, Transaction
from speedboat.writing.creation import NewWorkshop
from tests.conftest import SECRET
from tests.support.boards import NOW
from tests.support.heavy_work import Room
from tests.support.live_server import Running

T = TypeVar("T")
on_linux = pytest.mark.skipif(not hasattr(os, "SCHED_IDLE"), reason="threads have a scheduler of their own on Linux")


def run(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.strip()


def with_workshops(store: Store, number: int) -> None:
    store.migrate()
    for n in range(number):
        create_workshop(store, KeyMaker(SECRET), NOW, NewWorkshop(f"Atelier {n}", "", "fr"))


@on_linux
def test_one_thread_keeps_its_priority_when_the_others_give_way() -> None:
    said = run(
        "import os\nfrom speedboat.jobs.priority import give_way, promptly\ngive_way()\n"
        "print(os.sched_getscheduler(0) == os.SCHED_IDLE, promptly(os.sched_getscheduler, 0) == os.SCHED_IDLE)"
    )
    assert said == "True False"


@on_linux
def test_all_threads_of_a_worker_give_way_but_the_one_that_writes(server: Running) -> None:
    room = Room(server)
    threads = [int(path.name) for path in Path(f"/proc/{room.worker}/task").iterdir()]
    idle = [thread for thread in threads if os.sched_getscheduler(thread) == os.SCHED_IDLE]
    assert len(idle) == len(threads) - 1
    room.alice.leave()


def test_a_worker_gives_way_before_it_loads_anything_large() -> None:
    loaded = run("import sys\nimport speedboat.jobs.priority\nprint(*sys.modules)").split()
    assert not {"numpy", "sqlalchemy", "msgspec", "speedboat.jobs.worker"} & set(loaded)


def test_what_a_worker_writes_is_written_by_the_thread_that_has_not_given_way(tmp_path: Path) -> None:
    store = WorkerStore(f"sqlite:///{tmp_path / 'speedboat.db'}")
    store.migrate()
    name = store.write_derived(lambda _transaction: threading.current_thread().name)
    assert name.startswith("prompt")
    store.close()


@pytest.mark.parametrize(("kind", "synchronous"), [(Store, 2), (WorkerStore, 1)])
def test_only_what_can_be_made_again_does_not_wait_for_the_disk(
    tmp_path: Path, kind: type[Store], synchronous: int
) -> None:
    store = kind(f"sqlite:///{tmp_path / 'speedboat.db'}")
    store.migrate()
    found = store.write_derived(
        lambda transaction: transaction.connection.exec_driver_sql("PRAGMA synchronous").scalar()
    )
    assert found == synchronous
    store.close()


def test_others_write_between_two_workshops_that_a_search_takes_note_of(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'speedboat.db'}"
    live, between = Store(url), []

    class Watched(Store):
        def write_derived(self, write: Callable[[Transaction], T]) -> T:
            result = super().write_derived(write)
            with live.writing():
                between.append(result)
            return result

    store = Watched(url)
    with_workshops(store, 3)
    freshen(store, None)
    assert between == [True] * 3
    store.close()
    live.close()
