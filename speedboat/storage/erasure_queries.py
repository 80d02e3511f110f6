"""The SQL of erasing: removing texts from log and answers, and scheduling erasures.

Runs in native threads only. What goes and what stays is decided in `erasure.py`; what a database keeps of rows that
were changed is the business of `sqlite_residue.py`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import bindparam, delete, insert, or_, select, update

from speedboat.domain.fact_codec import UnknownFact, read_fact, write_fact
from speedboat.domain.features.erasure import ErasedTexts, Gone, without_words, words_of
from speedboat.domain.ids import WorkshopNumber
from speedboat.domain.messages import Fact
from speedboat.storage import sqlite_residue
from speedboat.storage.store import Transaction
from speedboat.storage.tables import answers, digests, erasures, events, same_themes, workshops

LEAST_SPREAD = 60  # seconds within which the records of one person are erased one by one, longer for very many
LATE = 10_000  # ms after which erasures that fell due while no server ran are spread anew
# Where an answer may say something that a person wrote.
WORDED = ("text", "title", "reason", "owner", "current")
# Facts that may repeat the words of an erased card without naming it.
QUOTING = ('"name":"theme_added"', '"name":"theme_renamed"', '"name":"noted"')

ID = re.compile(r'"((?:card|theme|action):[\w-]+)"')

_chance = random.SystemRandom()


# --- taking words out -----------------------------------------------------------------------------------------------


def erase(transaction: Transaction, workshop: WorkshopNumber, facts: Sequence[Fact]) -> None:
    """Remove what these new facts of a workshop erase from log, answers and digests."""
    erased = Gone.of(facts)
    words = _blank_log(transaction, workshop, erased)
    _blank_answers(transaction, workshop, erased, words)
    connection = transaction.connection
    connection.execute(delete(digests).where(digests.c.workshop == workshop))
    for ids in _portions(sorted(erased.themes)):
        connection.execute(delete(same_themes).where(same_themes.c.workshop == workshop, same_themes.c.theme.in_(ids)))
    settle(transaction, workshop, sorted(erased.cards | erased.actions))
    _erase_carried(transaction, workshop, sorted(erased.actions))
    mark(transaction)


def mark(transaction: Transaction) -> None:
    """Note that something was erased, so that the files of the database are wiped."""
    if transaction.connection.dialect.name == "sqlite":
        sqlite_residue.mark(transaction.hot)


def _blank_log(transaction: Transaction, workshop: WorkshopNumber, erased: Gone) -> ErasedTexts:
    log, ids = transaction.raw_events(workshop), erased.ids
    named = [(seq, text) for seq, _at, _by, text in log if not ids.isdisjoint(ID.findall(text)) or _quotes(text)]
    facts = [(seq, read_fact(text)) for seq, text in named]
    words = words_of((fact for _, fact in facts), erased)
    blanked = [(seq, fact, _blank(fact, erased, words)) for seq, fact in facts]
    changed = [{"at_seq": seq, "after": write_fact(after)} for seq, before, after in blanked if after is not before]
    if changed:
        place = events.c.workshop == workshop, events.c.seq == bindparam("at_seq")
        transaction.connection.execute(update(events).where(*place).values(fact=bindparam("after")), changed)
    return words


def _quotes(text: str) -> bool:
    return any(name in text for name in QUOTING)


def _blank(fact: Fact, erased: Gone, words: ErasedTexts) -> Fact:
    if isinstance(fact, UnknownFact) and any(text in erased.ids for text in _texts(fact.fields)):
        # A newer version wrote it: nobody here knows which of its fields are words.
        return UnknownFact({"name": fact.fields.get("name", "")})
    return without_words(fact, erased, words)


def _blank_answers(transaction: Transaction, workshop: WorkshopNumber, erased: Gone, words: ErasedTexts) -> None:
    worded = or_(*(answers.c.answer.contains(f'"{field}"') for field in WORDED))
    rows = transaction.connection.execute(select(answers).where(answers.c.workshop == workshop, worded)).all()
    changed: list[dict[str, str]] = []
    ids = erased.ids
    for _, person, command, text in rows:
        answer = msgspec.json.decode(text)
        if not ids.isdisjoint(ID.findall(text)) or any(words.are_in(part) for part in _worded(answer)):
            blank = msgspec.json.encode(without_words_of(answer)).decode()
            changed.append({"of": person, "to": command, "blank": blank})
    if changed:
        key = answers.c.person == bindparam("of"), answers.c.command == bindparam("to")
        statement = update(answers).where(answers.c.workshop == workshop, *key).values(answer=bindparam("blank"))
        transaction.connection.execute(statement, changed)


def without_words_of(answer: dict[str, Any]) -> dict[str, Any]:
    """Return what a retry still needs: whether the command succeeded, and the refusal's code."""
    if answer.get("ok"):
        return {"ok": True, "seq": answer["seq"]}
    return {"ok": False, "error": {"code": answer["error"]["code"]}}


def _worded(answer: dict[str, Any]) -> Iterator[str]:
    """Yield the texts of people in an answer: in its inverse, or in a refusal."""
    for part in (*answer.get("inverse", ()), answer.get("error", {})):
        yield from (text for field in WORDED if isinstance(text := part.get(field), str))


def _texts(value: Any) -> Iterator[str]:
    """Yield every text in a structure of plain Python values."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _erase_carried(transaction: Transaction, workshop: WorkshopNumber, actions: Sequence[str]) -> None:
    """Schedule the erasure of actions in the workshops that they were carried over to."""
    if actions:
        rows = transaction.connection.execute(select(workshops.c.id).where(workshops.c.follows == workshop))
        for follower in [row[0] for row in rows]:
            _add(transaction, follower, [(action, 0) for action in actions])


# --- what is still to come ------------------------------------------------------------------------------------------


class Due(NamedTuple):
    """A record that is due for erasure."""

    workshop: WorkshopNumber
    record: str


def spread(transaction: Transaction, workshop: WorkshopNumber, records: Sequence[str], now: int) -> int:
    """Have these erased one by one, the first at once; returns when the last of them will be gone, ms since the epoch.

    What is waiting to be erased already keeps its time.
    """
    waiting = dict(_waiting(transaction, workshop))
    _add(transaction, workshop, _at_random([record for record in records if record not in waiting], now))
    dues = dict(_waiting(transaction, workshop))
    return max(dues[record] for record in records) + LATE


def _at_random(records: Sequence[str], now: int) -> list[tuple[str, int]]:
    """Return the records in random order, each a second apart: equal times would reveal a common author."""
    seconds = range(1, max(LEAST_SPREAD, 2 * len(records)))
    times = [0, *_chance.sample(seconds, max(0, len(records) - 1))]
    in_any_order = _chance.sample(records, len(records))
    return [(record, now + 1000 * second) for record, second in zip(in_any_order, times, strict=False)]


def _waiting(transaction: Transaction, workshop: WorkshopNumber) -> list[tuple[str, int]]:
    query = select(erasures.c.record, erasures.c.due).where(erasures.c.workshop == workshop).order_by(erasures.c.due)
    return [(row[0], row[1]) for row in transaction.connection.execute(query)]


def _add(transaction: Transaction, workshop: WorkshopNumber, dues: Iterable[tuple[str, int]]) -> None:
    known = {record for record, _ in _waiting(transaction, workshop)}
    rows = [{"workshop": workshop, "record": record, "due": due} for record, due in dues if record not in known]
    if rows:
        transaction.connection.execute(insert(erasures), rows)


def settle(transaction: Transaction, workshop: WorkshopNumber, records: Sequence[str]) -> None:
    """Remove erasures from the schedule."""
    for ids in _portions(records):
        condition = erasures.c.workshop == workshop, erasures.c.record.in_(ids)
        transaction.connection.execute(delete(erasures).where(*condition))


def has_due(transaction: Transaction, now: int) -> bool:
    """Whether a record is due for erasure."""
    return (
        transaction.connection.execute(select(erasures.c.due).where(erasures.c.due <= now).limit(1)).first() is not None
    )


def take_due(transaction: Transaction, now: int) -> list[Due]:
    """Return one due record of each workshop; where others are long overdue, reschedule them."""
    query = select(erasures.c.workshop, erasures.c.record, erasures.c.due).where(erasures.c.due <= now)
    by_workshop: dict[WorkshopNumber, list[tuple[str, int]]] = {}
    for workshop, record, due in transaction.connection.execute(query.order_by(erasures.c.due, erasures.c.record)):
        by_workshop.setdefault(workshop, []).append((record, due))
    for workshop, (_, *others) in by_workshop.items():
        late = [record for record, due in others if 0 < due < now - LATE]
        for record, due in _at_random(late, now + 1000):
            place = erasures.c.workshop == workshop, erasures.c.record == record
            transaction.connection.execute(update(erasures).where(*place).values(due=due))
    return [Due(workshop, waiting[0][0]) for workshop, waiting in by_workshop.items()]


def _portions(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + 400] for start in range(0, len(ids), 400))
