"""The writer's queue: batches, their order, and whether they run in the thread or on the loop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from speedboat.access.entry import create_workshop
from speedboat.access.keys import KeyMaker
from speedboat.domain.features.joining import Join
from speedboat.domain.messages import Viewer
from speedboat.storage.store import Store
from speedboat.writing.creation import NewWorkshop
from speedboat.writing.locked_workshops import AGAIN, LONGEST, BlockedCommands
from speedboat.writing.queue import ENOUGH, RequestQueue
from speedboat.writing.requests import Act, Look
from speedboat.writing.writer import Outcome, Workshops
from tests.support.raw_websocket import PATIENCE

SECRET = "a secret for the tests only, long enough to sign with"


class Loop:
    """A loop turned by hand."""

    def __init__(self) -> None:
        self.due: list[Callable[[], Any]] = []

    def later(self, seconds: float, fn: Callable[[], Any]) -> None:
        self.due.append(fn)

    def soon_from_thread(self, fn: Callable[..., Any], *args: Any) -> None:
        self.due.append(lambda: fn(*args))

    def turn(self) -> None:
        due, self.due = self.due, []
        for fn in due:
            fn()


class Clock:
    """A clock set by hand, in seconds."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


class Work:
    """What a desk does here: notes each group, and where; waits, by a clock of its own, as long as it is told to."""

    def __init__(self) -> None:
        self.done: list[tuple[str, list[int]]] = []
        self.wait = 0.0
        self.idle = 0.0
        self.left: Sequence[int] = ()
        self.news = threading.Condition()

    def handle(self, group: list[int]) -> None:
        self._note("thread", group)

    def try_now(self, group: list[int]) -> Sequence[int]:
        first = next((place for place, request in enumerate(group) if request in self.left), len(group))
        self._note("loop", group[:first])
        return group[first:]

    def _note(self, where: str, group: list[int]) -> None:
        self.idle += self.wait
        with self.news:
            self.done.append((where, group))
            self.news.notify_all()

    def all_done(self, count: int) -> list[int]:
        with self.news:
            assert self.news.wait_for(lambda: sum(len(group) for _, group in self.done) >= count, PATIENCE)
        return [request for _, group in self.done for request in group]


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def loop() -> Loop:
    return Loop()


def on_the_loop(work: Work, loop: Loop) -> RequestQueue:
    """A desk that has seen that the disk is quick."""
    desk = RequestQueue(work.handle, "desk", loop, work.try_now, lambda: work.idle)
    for number in range(ENOUGH):
        desk.put(-number)
        work.all_done(number + 1)
    with desk._at_work:
        pass  # until the last group has been judged
    assert desk.is_on_loop
    work.done.clear()
    return desk


def test_a_desk_without_a_loop_stays_in_its_thread(work: Work) -> None:
    desk = RequestQueue(work.handle, "desk")
    for number in range(2 * ENOUGH):
        desk.put(number)
    desk.finish(PATIENCE)
    assert work.all_done(2 * ENOUGH) == list(range(2 * ENOUGH))
    assert {where for where, _ in work.done} == {"thread"}


def test_where_the_disk_is_quick_groups_are_handled_on_the_loop(work: Work, loop: Loop) -> None:
    desk = on_the_loop(work, loop)
    for number in (1, 2, 3):
        desk.put(number)
    assert work.done == []
    loop.turn()
    assert work.done == [("loop", [1, 2, 3])]
    desk.finish(PATIENCE)


def test_when_the_disk_becomes_slow_they_go_back_to_the_thread(work: Work, loop: Loop) -> None:
    desk = on_the_loop(work, loop)
    work.wait = 0.1
    desk.put(1)
    loop.turn()
    assert not desk.is_on_loop
    desk.put(2)
    assert work.all_done(2) == [1, 2]
    assert work.done[-1] == ("thread", [2])
    desk.finish(PATIENCE)


def test_what_cannot_be_done_now_is_done_in_the_thread_and_nothing_passes_it(work: Work, loop: Loop) -> None:
    desk = on_the_loop(work, loop)
    work.left = (2, 3)
    for number in (1, 2, 3):
        desk.put(number)
    loop.turn()
    desk.put(4)
    loop.turn()
    assert work.all_done(4) == [1, 2, 3, 4]
    desk.finish(PATIENCE)


def test_a_request_from_another_thread_wakes_the_loop(work: Work, loop: Loop) -> None:
    desk = on_the_loop(work, loop)
    thread = threading.Thread(target=desk.put, args=(1,))
    thread.start()
    thread.join(PATIENCE)
    loop.turn()
    assert work.done == [("loop", [1])]
    desk.finish(PATIENCE)


def test_at_the_end_what_waits_for_the_loop_is_done(work: Work, loop: Loop) -> None:
    desk = on_the_loop(work, loop)
    desk.put(1)
    desk.finish(PATIENCE)
    assert work.done == [("thread", [1])]
    loop.turn()
    assert work.done == [("thread", [1])]


def test_a_database_that_somebody_writes_to_is_not_waited_for(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'x.db'}")
    store.migrate()
    keys = KeyMaker(SECRET)
    workshop, _ = create_workshop(store, keys, 1, NewWorkshop("Ensemble", "", "fr"))
    outcomes: list[Outcome] = []
    workshops = Workshops(store, outcomes.append, keys)
    person = "person:aaaaaaaaaaaaaaaa"
    join = Act(
        workshop.id, Viewer(person, "participant"), Join("join0001", person, "participant", "Bob"), lambda _: None
    )
    look = Look(workshop.id, person, 0, lambda _: None)
    assert workshops.try_now([look]) == [look], "its log is to be read first"
    workshops.handle([look])
    with store.writing():
        assert workshops.try_now([join]) == [join]
    assert workshops.try_now([join]) == []
    assert outcomes[-1].replies[0][1].seq == 2
    store.close()


def test_after_the_end_nothing_is_handled_on_the_loop_with_a_pen_that_is_closed(work: Work, loop: Loop) -> None:
    desk = on_the_loop(work, loop)
    desk.put(1000)  # its turn on the loop is due
    desk.finish(PATIENCE)
    assert ("thread", [1000]) in work.done
    handled = len(work.done)
    desk.put(1001)
    loop.turn()
    loop.turn()
    assert not desk.is_on_loop
    assert len(work.done) == handled


def test_a_desk_that_is_asked_to_comes_back_by_itself() -> None:
    groups: list[list[int]] = []
    came_back = threading.Event()

    def handle(group: list[int]) -> float | None:
        groups.append(group)
        if len(groups) == 3:
            came_back.set()
        return 0.01 if len(groups) < 3 else None

    desk = RequestQueue(handle, "desk")
    desk.put(1)
    assert came_back.wait(PATIENCE)
    desk.put(2)
    desk.finish(PATIENCE)
    assert groups == [[1], [], [], [2]]


def asked(workshop: int, number: int) -> Act:
    """A command like any other, which its number tells from the rest."""
    person = f"person:{number:016d}"
    return Act(workshop, Viewer(person, "participant"), Join("join0001", person, "participant", "Bob"), lambda _: None)


def test_what_was_set_aside_keeps_its_order_and_is_given_up_after_a_while() -> None:
    clock = Clock()
    aside = BlockedCommands(clock)
    first, second, third, other = asked(1, 1), asked(1, 2), asked(1, 3), asked(2, 4)
    look = Look(1, None, 0, lambda _: None)
    assert aside.join({1: [first]}) == {1: [first]}
    assert aside.settle({1}, {1: [first]}) == []
    assert aside.join({1: [second, look], 2: [other]}) == {1: [look], 2: [other]}, "only commands wait, of one workshop"
    assert aside.settle({1, 2}, {}) == []
    assert aside.pause() == pytest.approx(AGAIN)
    clock.now += AGAIN
    assert aside.join({1: [third]}) == {1: [first, second, third]}
    clock.now += LONGEST
    assert aside.settle({1}, {1: [first, second, third]}) == [first, second, third]
    assert aside.pause() is None
    assert aside.settle({1}, {1: [first]}) == [], "whoever asks again is given as long again"
    clock.now += AGAIN
    assert aside.join({}) == {1: [first]}
    assert aside.settle({1}, {}) == []
    assert aside.pause() is None


def test_a_desk_that_is_still_at_work_says_so_when_it_is_to_finish() -> None:
    begun, may_end = threading.Event(), threading.Event()

    def handle(_group: list[Any]) -> None:
        begun.set()
        may_end.wait()

    desk = RequestQueue(handle, "slow")
    desk.put("a group")
    begun.wait()
    assert not desk.finish(0.01)
    may_end.set()
    assert desk.finish(60)
