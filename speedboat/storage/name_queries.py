"""Takes names out of a log: of whom a card was written for, and of owners of actions. Runs in native threads only.

A name is nobody's id, so what is remembered of it for a restored backup is which actions had it (`owner_mark`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import sha256

import msgspec
from sqlalchemy import bindparam, delete, or_, select, update

from speedboat.domain.fact_codec import read_fact, write_fact
from speedboat.domain.features.actions import ActionCarried, ActionSet
from speedboat.domain.features.rights import without_names
from speedboat.domain.ids import ActionId, WorkshopNumber
from speedboat.domain.messages import Fact
from speedboat.domain.validation import fold_name
from speedboat.storage.deletion_queries import note
from speedboat.storage.erasure_queries import mark, without_words_of
from speedboat.storage.store import Transaction
from speedboat.storage.tables import answers, digests, events

NAMED = ('"owner"', '"for"')  # facts and answers with a name have one of these fields


def erase_names(transaction: Transaction, workshop: WorkshopNumber, names: frozenset[str], now: int) -> None:
    """Take these names, as `fold_name` has them, out of log and answers; remember it for backups."""
    owned: set[ActionId] = set()

    def without(fact: Fact) -> Fact:
        after = without_names(fact, names)
        if after is not fact and isinstance(fact, ActionSet | ActionCarried):
            owned.add(fact.action)
        return after

    _rewrite(transaction, workshop, without)
    _blank_answers(transaction, workshop, names)
    note(transaction, workshop, map(owner_mark, sorted(owned)), now)
    transaction.connection.execute(delete(digests).where(digests.c.workshop == workshop))
    mark(transaction)


def owner_mark(action: ActionId) -> str:
    """Return what is remembered of an action whose owner's name was erased."""
    return f"owner:{sha256(action.encode()).hexdigest()}"


def erase_owners(transaction: Transaction, workshop: WorkshopNumber, marks: Iterable[str]) -> None:
    """Take every owner from the actions with these marks: in a restored log nobody knows any more which one it was."""
    marks = {one for one in marks if one.startswith("owner:")}

    def without(fact: Fact) -> Fact:
        if isinstance(fact, ActionSet | ActionCarried) and fact.owner and owner_mark(fact.action) in marks:
            return msgspec.structs.replace(fact, owner=None)
        return fact

    if marks:
        _rewrite(transaction, workshop, without)


def _rewrite(transaction: Transaction, workshop: WorkshopNumber, change: Callable[[Fact], Fact]) -> None:
    log = [(seq, text) for seq, _at, _by, text in transaction.raw_events(workshop) if any(one in text for one in NAMED)]
    facts = [(seq, read_fact(text)) for seq, text in log]
    changed = [
        {"at_seq": seq, "after": write_fact(after)} for seq, fact in facts if (after := change(fact)) is not fact
    ]
    if changed:
        place = events.c.workshop == workshop, events.c.seq == bindparam("at_seq")
        transaction.connection.execute(update(events).where(*place).values(fact=bindparam("after")), changed)


def _blank_answers(transaction: Transaction, workshop: WorkshopNumber, names: frozenset[str]) -> None:
    """An answer says how to undo a command, and so a former owner."""
    worded = or_(*(answers.c.answer.contains(field) for field in NAMED))
    rows = transaction.connection.execute(select(answers).where(answers.c.workshop == workshop, worded)).all()
    for _, person, command, text in rows:
        answer = msgspec.json.decode(text)
        parts = answer.get("inverse", ())
        if any(fold_name(str(part.get(field) or "")) in names for part in parts for field in ("owner", "for")):
            key = answers.c.workshop == workshop, answers.c.person == person, answers.c.command == command
            blank = msgspec.json.encode(without_words_of(answer)).decode()
            transaction.connection.execute(update(answers).where(*key).values(answer=blank))
