"""The log under concurrent writers: eight threads and two processes, on both databases."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from speedboat.access.entry import create_workshop
from speedboat.access.keys import KeyMaker
from speedboat.cli.maintenance import check
from speedboat.domain.features.erasure import EraseRecord
from speedboat.domain.features.joining import Join
from speedboat.domain.features.settings import SettingsChanged
from speedboat.domain.ids import WorkshopNumber
from speedboat.domain.messages import SCREEN, Event, Refused, Viewer
from speedboat.domain.records import Settings
from speedboat.domain.rules import convert_command
from speedboat.server import make_serving
from speedboat.storage.erasure_queries import spread, take_due
from speedboat.storage.store import Store
from speedboat.writing.creation import NewWorkshop
from speedboat.writing.queue import RequestQueue
from speedboat.writing.requests import Act, Answer, Outcome
from speedboat.writing.writer import Workshops, Writer

SECRET = "a secret for the tests only"
PATIENCE = 60.0  # seconds
HANDS = 4  # threads in each of two processes
EACH = 25  # commands of each thread


def open_writer(url: str) -> tuple[Store, Writer, list[Workshops]]:
    """Writers each with a pen of its own, so that threads really meet in the database."""
    store, serving = Store(url), make_serving("threading")
    desks = [Workshops(store, lambda outcome: outcome.hand_out(), KeyMaker(SECRET)) for _ in range(HANDS)]
    return store, Writer(lambda request: desks[0].handle([request]), serving), desks


def write_much(url: str, workshop: int, hand: str) -> None:
    """What each process does: some threads, each with a writer of its own, and every command sent twice."""
    store, _, desks = open_writer(url)
    faults: list[str] = []

    def work(desk: Workshops, name: str) -> None:
        writer = Writer(RequestQueue(desk.handle, name).put, make_serving("threading"))
        person = f"person:{name:_<16}"
        assert (
            writer.act(workshop, Viewer(person, "participant"), Join("joining_", person, "participant", name)).refusal
            is None
        )
        for n in range(EACH):
            command = convert_command(
                {
                    "id": f"{name}-{n:06d}",
                    "name": "add_card",
                    "card": f"card:{name}{n:014d}",
                    "kind": "wind",
                    "text": "x",
                    "weight": 0.5,
                }
            )
            first = writer.act(workshop, Viewer(person, "participant"), command)
            again = writer.act(workshop, Viewer(person, "participant"), command)
            if first.refusal or first.encoded != again.encoded:
                faults.append(f"{name} {n}: {first} {again}")

    threads = [threading.Thread(target=work, args=(desk, f"{hand}{i}")) for i, desk in enumerate(desks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.close()
    assert not faults, faults[:3]


def test_eight_threads_and_two_processes_leave_no_hole_and_lose_nothing(database_url: str) -> None:
    store = Store(database_url)
    store.migrate()
    workshop, _ = create_workshop(store, KeyMaker(SECRET), 1, NewWorkshop("Ensemble", "", "fr"))
    script = (
        "import sys; from tests.storage.test_store import write_much as write; "
        "write(sys.argv[1], int(sys.argv[2]), sys.argv[3])"
    )
    root = Path(__file__).parents[2]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script, database_url, str(workshop.id), hand], cwd=root, stderr=subprocess.PIPE
        )
        for hand in ("a", "b")
    ]
    for process in processes:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said.decode()
    with store.reading() as transaction:
        events = transaction.events_after(workshop.id, 0)
    assert [event.seq for event in events] == list(range(1, 1 + 2 * HANDS * (EACH + 1) + 1))
    added = [event.fact.card for event in events if hasattr(event.fact, "card")]
    assert len(added) == len(set(added)) == 2 * HANDS * EACH
    assert check(store) == (1, [])
    store.close()


@pytest.fixture
def store(database_url: str) -> Store:
    store = Store(database_url)
    store.migrate()
    store.migrate()  # a second start changes nothing
    return store


def test_a_process_starts_while_another_writes_without_a_pause(store: Store) -> None:
    started = threading.Event()

    def start() -> None:
        another = Store(store.url)
        another.migrate()
        another.close()
        started.set()

    with store.writing() as transaction:
        transaction.add_workshop(
            code="ABCDEF", title="x", language="fr", format="speedboat", format_version=1, created_at=1, key_hash=""
        )
        starting = threading.Thread(target=start, daemon=True)
        starting.start()
        starting.join(PATIENCE)
        assert started.is_set()
    store.close()


def ask(store: Store) -> tuple[int, Writer, Workshops, list[Outcome]]:
    outcomes: list[Outcome] = []

    def publish(outcome: Outcome) -> None:
        outcomes.append(outcome)
        for reply, value in outcome.replies:
            reply(value)

    workshops = Workshops(store, publish, KeyMaker(SECRET))
    workshop, _ = create_workshop(store, KeyMaker(SECRET), 1, NewWorkshop("Ensemble", "", "fr"))
    writer = Writer(lambda request: workshops.handle([request]), make_serving("threading"))
    writer.act(workshop.id, BOB, Join("joining_", BOB_ID, "participant", "Bob"))
    return workshop.id, writer, workshops, outcomes


BOB_ID = "person:bob_____________"
BOB = Viewer(BOB_ID, "participant")


def test_a_retry_gets_the_first_answer_also_of_a_refusal(store: Store) -> None:
    workshop, writer, _, _ = ask(store)
    asked = {"id": "command-1", "name": "edit_card", "card": "card:" + "0" * 16, "text": "x"}
    refused = writer.act(workshop, BOB, convert_command(asked))
    assert refused.refusal
    assert refused.refusal.code == "unknown_card"
    added = {"name": "add_card", "card": "card:" + "0" * 16, "kind": "wind", "text": "x", "weight": 1}
    assert writer.act(workshop, BOB, convert_command({"id": "command-2", **added})).refusal is None
    again = writer.act(workshop, BOB, convert_command(asked))
    assert again.refusal
    assert again.refusal.code == "unknown_card"
    store.close()


def adding(workshop: int, n: int, text: str, reply: Callable[[Answer], None]) -> Act:
    asked = {
        "id": f"command-{n}",
        "name": "add_card",
        "card": f"card:{n:016d}",
        "kind": "wind",
        "text": text,
        "weight": 1,
    }
    return Act(workshop, BOB, convert_command(asked), reply)


def test_one_broken_rule_fails_alone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from speedboat.domain import rules
    from speedboat.writing import batch

    number, _, workshops, _ = ask(store)

    def decide(board, command, who, now):  # type: ignore[no-untyped-def]
        if getattr(command, "text", "") == "boom":
            raise ZeroDivisionError
        return rules.decide(board, command, who, now)

    monkeypatch.setattr(batch, "decide", decide)
    answers = []

    def add(n: int, text: str) -> Act:
        return adding(number, n, text, answers.append)

    workshops.handle([add(1, "un"), add(2, "boom"), add(3, "trois")])
    codes = [answer.refusal.code if answer.refusal else "ok" for answer in answers]
    assert codes == ["ok", "internal_error", "ok"]
    store.close()


def test_a_fold_that_fails_takes_down_neither_its_neighbours_nor_other_workshops(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from speedboat.domain import projection
    from speedboat.domain.features.cards import CardAdded

    first, _, workshops, _ = ask(store)
    second, writer, _, _ = ask(store)
    stock = projection.FOLDS[CardAdded]

    def fold(at, fact, event):  # type: ignore[no-untyped-def]
        if fact.text == "boom":
            raise ZeroDivisionError
        stock(at, fact, event)

    monkeypatch.setitem(projection.FOLDS, CardAdded, fold)
    answers: list[object] = []

    def add(workshop: int, n: int, text: str) -> Act:
        return adding(workshop, n, text, lambda answer: answers.append((n, answer.refusal and answer.refusal.code)))

    workshops.handle([add(first, 1, "un"), add(first, 2, "boom"), add(first, 3, "trois"), add(second, 4, "quatre")])
    assert sorted(answers) == [(1, None), (2, "try_again"), (3, None), (4, None)]  # type: ignore[type-var]
    assert check(store) == (2, [])
    assert writer.look(second, BOB_ID, 0).role == "participant"
    store.close()


def test_a_command_for_a_workshop_that_is_not_there_is_refused(store: Store) -> None:
    _, writer, _, _ = ask(store)
    refusal = writer.act(999, BOB, convert_command({"id": "command-1", "name": "ready", "ready": True})).refusal
    assert isinstance(refusal, Refused)
    assert refusal.code == "unknown_workshop"
    store.close()


def test_taking_back_leaves_no_word_in_log_or_answers(store: Store) -> None:
    workshop, writer, _, _ = ask(store)
    card = "card:" + "0" * 16
    for n, asked in enumerate(
        [
            {"name": "add_card", "card": card, "kind": "wind", "text": "secretissime", "weight": 1, "for": "Odette"},
            {"name": "edit_card", "card": card, "text": "plus secretissime"},
            {"name": "edit_card", "card": card, "text": "autre", "base": 3},
            {"name": "take_back"},
        ]
    ):
        writer.act(workshop, BOB, convert_command({"id": f"command-{n}", **asked}))
    with store.reading() as transaction:
        written = " ".join(str(row) for _, row in transaction.every_row())
    assert "secretissime" not in written
    assert "Odette" not in written
    assert check(store) == (1, [])
    store.close()


def test_what_is_erased_one_by_one_has_times_apart_and_is_spread_anew_after_a_standstill(store: Store) -> None:
    workshop, _, _, _ = ask(store)
    records, now = [f"card:{n:016d}" for n in range(80)], 1_000_000
    with store.writing() as transaction:
        last = spread(transaction, workshop, records, now)
        assert spread(transaction, workshop, records[:3], now + 5000) <= last, "what waits keeps its time"
        dues = [row["due"] for name, row in transaction.every_row() if name == "erasures"]
    assert len(set(dues)) == len(records)
    assert min(dues) == now
    assert max(dues) < last
    with store.writing() as transaction:
        assert len(take_due(transaction, now)) == 1
        much_later = last + 3_600_000
        assert len(take_due(transaction, much_later)) == 1
        anew = [row["due"] for name, row in transaction.every_row() if name == "erasures"]
    assert sum(due > much_later for due in anew) == len(records) - 1
    assert len(set(anew)) == len(records)
    store.close()


def test_an_action_that_was_carried_over_is_erased_in_the_next_workshop_too(store: Store) -> None:
    workshop, writer, workshops, _ = ask(store)
    act = {"name": "add_action", "action": "action:" + "0" * 16, "text": "secretissime", "owner": "Odette"}
    with store.writing() as transaction:
        event = Event(transaction.seqs([workshop])[workshop] + 1, 1, None, SettingsChanged(Settings(free=True)))
        transaction.append([(workshop, event)], {workshop: event.seq})
    assert writer.act(workshop, BOB, convert_command({"id": "command-8", **act})).refusal is None
    with store.reading() as transaction:
        row = transaction.get(workshop)
    after, _ = create_workshop(store, KeyMaker(SECRET), 1, NewWorkshop("La suite", "", "fr", row))
    assert writer.act(workshop, BOB, convert_command({"id": "command-9", "name": "take_back"})).refusal is None
    with store.writing() as transaction:
        [due] = take_due(transaction, 2)
    assert due == (after.id, act["action"])
    workshops.handle([Act(due.workshop, SCREEN, EraseRecord("erasing_", due.record), lambda _: None)])
    with store.reading() as transaction:
        written = " ".join(str(row) for _, row in transaction.every_row())
        assert take_due(transaction, 2) == []
    assert "secretissime" not in written
    assert "Odette" not in written
    store.close()


def test_erasing_is_not_done_on_the_loop(store: Store) -> None:
    workshop, writer, workshops, _ = ask(store)
    assert writer.look(workshop, BOB_ID, 0).role
    taking = Act(workshop, BOB, convert_command({"id": "command-1", "name": "take_back"}), lambda _: None)
    due = Act(workshop, SCREEN, EraseRecord("erasing_", "card:" + "0" * 16), lambda _: None)
    for act in (taking, due):
        assert workshops.try_now([act]) == [act]
    store.close()


def test_names_of_before_are_taken_out_of_old_answers_by_the_migration(database_url: str) -> None:
    store = Store(database_url)
    store.migrate("0005")
    with store.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO workshops (id, code, title, language, format, format_version, created_at, key_hash)"
                " VALUES (1, 'ABCDEF', 'Ensemble', 'fr', 'speedboat', 1, 1, '')"
            )
        )
    old = '{"ok":true,"seq":4,"inverse":[{"name":"rename_me","new_name":"Bérangère"}]}'
    other = '{"ok":true,"seq":5,"inverse":[{"name":"delete_card","card":"card:0000000000000000"}]}'
    with store.writing() as transaction:
        transaction.answer([(WorkshopNumber(1), BOB_ID, f"command-{n}", said) for n, said in ((1, old), (2, other))])
    store.migrate()
    keys = [(WorkshopNumber(1), BOB_ID, f"command-{n}") for n in (1, 2)]
    with store.reading() as transaction:
        assert list(transaction.answered(keys).values()) == ['{"ok":true,"seq":4}', other]
    store.close()
