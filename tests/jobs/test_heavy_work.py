"""Heavy jobs on a real server: what they do not delay, what is refused, shared, cancelled and ended."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from speedboat.access.entry import create_workshop
from speedboat.access.keys import KeyMaker
from speedboat.library.digests import MOST_FRESHENED
from speedboat.storage.store import Store
from speedboat.writing.creation import NewWorkshop
from tests.conftest import SECRET
from tests.support.boards import NOW
from tests.support.heavy_work import Room, children, done, figure, is_over, jobs, until
from tests.support.live_server import Person, Running
from tests.web.test_library import ADMIN_KEY, Visitor

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="looks at processes where Linux shows them"
)
MODES = ("eventlet", "gevent", "threading")
FORMS = ("json", "csv", "xlsx", "md", "docx", "pdf", "png", "svg")


@pytest.fixture
def room(server: Running) -> Iterator[Room]:
    made = Room(server)
    yield made
    made.alice.leave()


@pytest.fixture(params=MODES)
def any_room(request: pytest.FixtureRequest, start: Callable[..., Running]) -> Iterator[Room]:
    made = Room(start(**{"async": request.param}))
    yield made
    made.alice.leave()


# --- the live rooms -------------------------------------------------------------------------------------------------


def test_people_join_write_and_read_while_heavy_work_is_stuck(any_room: Room) -> None:
    server, code = any_room.server, any_room.links["code"]
    with any_room.stuck():
        asked = [any_room.export("pdf"), any_room.get("/suggestions", any_room.alice.auth["token"])]
        asked += [any_room.get(f"/replay?after={n}") for n in range(3)]
        asked += [any_room.export(form, language="en") for form in FORMS[:5]]
        until(lambda: jobs(server) == (1, 9))
        people = [Person(server.url, code, name=f"Bob {n}").join() for n in range(12)]
        card = people[0].add("Du temps")
        any_room.alice.sees(card)
        assert server.api("POST", f"/workshops/{code}/people")[0] == 201
        assert server.request("GET", "/readyz")[0] == server.request("GET", f"/w/{code}")[0] == 200
        assert not any(one.done() for one in asked)
    assert [one.result()[0] for one in asked] == [200, 422, *[200] * 8]  # no suggestions in `welcome`
    for person in people:
        person.leave()


def test_the_live_process_never_loads_the_encoder_nor_the_typesetter(room: Room) -> None:
    room.alice.do("set_phase", phase="group")
    assert room.get("/suggestions", room.alice.auth["token"]).result()[0] == 200
    assert room.export("pdf").result()[0] == 200
    assert room.server.process
    live, worker = (Path(f"/proc/{pid}/maps").read_text() for pid in (room.server.process.pid, room.worker))
    for package in ("numpy", "typst"):
        assert f"/{package}/" in worker
        assert f"/{package}/" not in live


def test_a_worker_runs_only_when_the_live_process_does_not_want_to(room: Room) -> None:
    assert room.server.process
    assert os.sched_getscheduler(room.worker) == os.SCHED_IDLE
    assert os.sched_getscheduler(room.server.process.pid) == os.SCHED_OTHER


def test_a_worker_is_told_no_secret_where_others_can_read_it(room: Room) -> None:
    for name in ("cmdline", "environ"):
        shown = Path(f"/proc/{room.worker}/{name}").read_bytes()
        assert SECRET.encode() not in shown
        assert b"speedboat.db" not in shown


# --- the queue ------------------------------------------------------------------------------------------------------


def test_one_person_may_have_so_much_waiting_and_others_still_get_theirs(room: Room) -> None:
    bob = Person(room.server.url, room.links["code"], name="Bob").join()
    with room.stuck():
        asked = [room.export("json", language="en")]
        until(lambda: jobs(room.server) == (1, 0))
        asked += [room.export(form) for form in FORMS]
        until(lambda: jobs(room.server) == (1, 8))
        status, headers, body = room.export("csv", language="en").result()
        assert status == 503
        assert int(headers["Retry-After"]) > 0
        assert b'"try_again"' in body
        other = room.export("csv", bob)
        until(lambda: jobs(room.server) == (1, 9))
    assert {one.result()[0] for one in [*asked, other]} == {200}
    bob.leave()


def test_a_stranger_with_the_code_may_have_so_much_waiting_and_no_more(room: Room) -> None:
    for n in range(9):
        room.alice.add(f"Carte {n}")
    end = room.alice.have
    with room.stuck():
        asked = [room.get("/replay?after=0")]
        until(lambda: jobs(room.server) == (1, 0))
        asked += [room.get(f"/replay?after={n}") for n in range(1, 8)]
        asked += [room.get(f"/replay?after={n}") for n in range(end, end + 5)]  # all beyond the end are one
        until(lambda: jobs(room.server) == (1, 8))
        status, headers, _ = room.get("/replay?after=8").result()
        assert status == 503
        assert int(headers["Retry-After"]) > 0
        others = room.export("csv")
        until(lambda: jobs(room.server) == (1, 9))
    assert {one.result()[0] for one in [*asked, others]} == {200}


def test_strangers_of_one_ipv6_line_count_as_one(start: Callable[..., Running]) -> None:
    room = Room(start(trusted_proxies=1))
    for n in range(9):
        room.alice.add(f"Carte {n}")

    def ask(after: int) -> Future[tuple[int, Any, bytes]]:
        return room.get(f"/replay?after={after}", **{"X-Forwarded-For": f"2001:db8:1:2::{after + 1:x}"})

    with room.stuck():
        asked = [ask(0)]
        until(lambda: jobs(room.server) == (1, 0))
        asked += [ask(n) for n in range(1, 9)]
        until(lambda: jobs(room.server) == (1, 8))
        assert ask(9).result()[0] == 503
    assert {one.result()[0] for one in asked} == {200}
    room.alice.leave()


def test_who_lost_a_role_or_the_workshop_while_an_export_waited_gets_no_more_than_they_may_now(room: Room) -> None:
    bob, dan = (
        Person(room.server.url, room.links["code"], name=name, key=room.links["key"]).join() for name in ("Bob", "Dan")
    )
    with room.stuck():
        asked = [room.get("/export.json?names=1", who.auth["token"]) for who in (bob, dan, room.alice)]
        until(lambda: jobs(room.server) == (1, 2))
        room.alice.do("remove_person", person=dan.me["id"])
        room.alice.do("renew_key")
    codes = [(one.result()[0], b"facilitators_only" in one.result()[2]) for one in asked]
    assert codes == [(422, True), (401, False), (200, False)]
    bob.leave()


def test_who_asks_for_the_same_shares_one_job_and_its_result_until_something_happens(any_room: Room) -> None:
    before = done(any_room.server, "Export")
    with any_room.stuck():
        asked = [any_room.export("pdf") for _ in range(20)]
        until(lambda: jobs(any_room.server) == (1, 0))
    files = {one.result()[2] for one in asked}
    assert len(files) == 1
    assert any_room.export("pdf").result()[2] in files
    assert done(any_room.server, "Export") == before + 1
    any_room.alice.add("Du temps")
    assert any_room.export("csv").result()[2].count(b"Du temps") == 1
    assert done(any_room.server, "Export") == before + 2


# --- giving up ------------------------------------------------------------------------------------------------------


def test_what_nobody_waits_for_any_more_is_not_done(any_room: Room) -> None:
    before = done(any_room.server, "Export")
    with any_room.stuck():
        asked = any_room.export("csv")
        until(lambda: jobs(any_room.server) == (1, 0))
        left = [any_room.ask_and_hold(f"/export.{form}") for form in ("pdf", "png")]
        until(lambda: jobs(any_room.server) == (1, 2))
        for connection in left:
            connection.close()
        until(lambda: jobs(any_room.server) == (1, 0))
    assert asked.result()[0] == 200
    assert done(any_room.server, "Export") == before + 1


def test_what_runs_is_killed_when_its_callers_have_left_and_the_next_is_done(any_room: Room) -> None:
    with any_room.stuck():
        left = any_room.ask_and_hold("/export.pdf")
        until(lambda: jobs(any_room.server) == (1, 0))
        left.close()
        until(lambda: is_over(any_room.worker))
    assert any_room.export("pdf").result()[0] == 200


def test_a_worker_that_dies_of_a_job_is_replaced_and_the_caller_told_to_try_again(any_room: Room) -> None:
    with any_room.stuck():
        asked = any_room.export("pdf")
        until(lambda: jobs(any_room.server) == (1, 0))
        os.kill(any_room.worker, signal.SIGKILL)
        status, headers, body = asked.result()
        assert status == 503
        assert int(headers["Retry-After"]) > 0
        assert b'"try_again"' in body
    assert any_room.export("pdf").result()[0] == 200


# --- the library ----------------------------------------------------------------------------------------------------


def test_a_search_that_missed_some_workshops_says_so_and_finds_them_soon(
    environment: dict[str, str], start: Callable[..., Running]
) -> None:
    folder = Path(environment["SPEEDBOAT_DATA_DIR"])
    folder.mkdir()
    store = Store(f"sqlite:///{folder / 'speedboat.db'}")
    store.migrate()
    for n in range(MOST_FRESHENED + 1):
        create_workshop(store, KeyMaker(SECRET), NOW + n, NewWorkshop(f"Atelier {n}", "", "fr"))
    store.close()
    alice = Visitor(start(admin_key=ADMIN_KEY))
    alice.enter(ADMIN_KEY)
    status, text = alice.get("/library?q=atelier")
    assert status == 200
    assert "still being read" in text
    assert f"{MOST_FRESHENED} workshops" in text
    until(lambda: f"{MOST_FRESHENED + 1} workshops" in alice.get("/library?q=atelier")[1])
    assert "still being read" not in alice.get("/library?q=atelier")[1]


def test_the_library_says_try_again_when_too_much_is_asked_of_it_and_opens_all_the_same(
    start: Callable[..., Running],
) -> None:
    room = Room(start(admin_key=ADMIN_KEY))
    alice = Visitor(room.server)
    alice.enter(ADMIN_KEY)
    asked = []
    with room.stuck(), ThreadPoolExecutor(20) as pool:
        for n in range(9):
            asked.append(pool.submit(alice.get, f"/library?q=mot{n}"))
            until(lambda n=n: jobs(room.server) == (1, n))  # type: ignore[misc]
        for path in ("/library?q=autre", "/synthesis", "/synthesis.pdf", f"/library/{room.links['code']}/export.pdf"):
            refused = pool.submit(alice.get, path)
            if "export" in path:  # of a workshop, where nothing of hers waits
                asked.append(refused)
            else:
                assert refused.result()[0] == 503, path
        assert alice.get("/library")[0] == 200
        os.kill(room.worker, signal.SIGCONT)
        assert {one.result()[0] for one in asked} == {200}
    room.alice.leave()


# --- the end --------------------------------------------------------------------------------------------------------


def test_a_server_told_to_stop_ends_whatever_runs_and_waits(any_room: Room) -> None:
    with any_room.stuck():
        held = [any_room.ask_and_hold(f"/export.{form}?lang=en") for form in FORMS]
        until(lambda: jobs(any_room.server) == (1, 7))
        code, said = any_room.server.stop()
        assert code == 0, said
        assert "Traceback" not in said
        assert is_over(any_room.worker)
        for connection in held:
            connection.close()


def test_a_worker_ends_when_its_server_is_killed(room: Room) -> None:
    room.server.kill()
    until(lambda: is_over(room.worker))


def test_ctrl_c_in_a_terminal_which_reaches_the_worker_too_is_left_to_the_server(room: Room) -> None:
    os.kill(room.worker, signal.SIGINT)
    assert room.export("csv").result()[0] == 200
    assert room.server.process
    assert children(room.server.process.pid) == [room.worker]
    assert figure(room.server, "speedboat_jobs_running") == 0
