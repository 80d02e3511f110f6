"""Pacing of heavy requests, detection of disconnected clients, and native threads that must not block shutdown."""

from __future__ import annotations

import socket
import struct
import subprocess
import sys
import threading
from itertools import pairwise

import pytest

from speedboat.domain.messages import Refused
from speedboat.jobs.pace import LONGEST, Pace
from speedboat.server import Waiter, make_serving
from speedboat.server.native_threads import NATIVE_THREADS, has_hung_up, run_native
from tests.support.boards import NOW
from tests.support.live_server import PATIENCE


class Recorder:
    """A way to serve in which nobody sleeps: it notes for how long they would have."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def waiter(self) -> Waiter:
        return self  # type: ignore[return-value]

    def wait(self, timeout: float) -> None:
        self.waits.append(timeout)
        raise TimeoutError


def test_who_comes_at_once_is_let_on_one_after_the_other() -> None:
    serving = Recorder()
    pace = Pace(serving, lambda: NOW, apart=1.0)  # type: ignore[arg-type]
    for _ in range(5):
        pace.wait()
    assert len(serving.waits) == 4  # the first does not wait
    assert all(later > earlier for earlier, later in pairwise(serving.waits))


def test_who_would_wait_too_long_for_a_turn_is_told_when_to_come_again() -> None:
    pace = Pace(Recorder(), lambda: NOW, apart=LONGEST)  # type: ignore[arg-type]
    pace.wait()
    pace.wait()
    with pytest.raises(Refused) as refusal:
        pace.wait()
    assert refusal.value.code == "try_again"
    assert refusal.value.details["retry_at"] == NOW + LONGEST * 1000


def test_a_turn_is_waited_for_in_a_real_way_of_serving() -> None:
    pace = Pace(make_serving("threading"), lambda: NOW, apart=0.01)
    for _ in range(3):
        pace.wait()


def test_a_connection_is_open_until_the_other_side_closes_or_breaks_it() -> None:
    here, there = socket.socketpair()
    with here, there:
        assert not has_hung_up(here)
        there.sendall(b"the next request")
        assert not has_hung_up(here)
        assert here.recv(100) == b"the next request"
        there.close()
        assert has_hung_up(here)
    assert has_hung_up(here)  # closed on our side


def test_a_connection_that_was_reset_is_over() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        there = socket.create_connection(listener.getsockname())
        here, _ = listener.accept()
        with here:
            there.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            there.close()
            assert has_hung_up(here)


def test_the_end_of_a_server_does_not_wait_for_threads_that_wait_for_a_database() -> None:
    held, outcomes = threading.Event(), list[object]()
    for _ in range(NATIVE_THREADS + 1):
        run_native(held.wait, (PATIENCE,), outcomes.append)
    try:
        assert make_serving("threading").in_own_thread(lambda: "stopped") == "stopped"
        assert not outcomes
    finally:
        held.set()


def test_a_process_ends_while_a_thread_still_waits_for_a_database() -> None:
    program = (
        "import threading; from speedboat.server.native_threads import run_native; "
        "at_work, never = threading.Event(), threading.Event(); "
        "run_native(lambda: (at_work.set(), never.wait()), (), print); at_work.wait()"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=PATIENCE)
