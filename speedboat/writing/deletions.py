"""Erases again, in a database that was just restored from a backup, what had been erased since that backup."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from speedboat.domain.features.erasure import EraseRecord
from speedboat.domain.ids import PersonId, WorkshopNumber
from speedboat.domain.messages import SCREEN
from speedboat.domain.projection import fold
from speedboat.domain.state import Board
from speedboat.storage.deletion_queries import ALL, Deletion, add, fingerprint
from speedboat.storage.erasure_queries import mark
from speedboat.storage.name_queries import erase_owners
from speedboat.storage.store import Transaction
from speedboat.writing.batch import Batch, Keys
from speedboat.writing.purge import is_due
from speedboat.writing.requests import Act


def erase_again(transaction: Transaction, deletions: Iterable[Deletion], keys: Keys, now: int) -> int:
    """Erase what these deletions are about, as far as it is there; return how many workshops that concerned.

    Workshops whose day has come are left to the purge, which knows what remains of them.
    """
    deletions = set(deletions)
    records: dict[str, list[str]] = defaultdict(list)
    for one in sorted(deletions):
        records[one.workshop].append(one.record)
    count = 0
    for workshop in transaction.all_workshops():
        some = records.get(fingerprint(workshop), [])
        if ALL in some and not is_due(workshop, now):
            transaction.delete_workshop(workshop.id)
        elif some and ALL not in some:
            _erase_records(transaction, workshop.id, workshop.seq, some, keys, now)
        count += bool(some)
    if count:
        mark(transaction)
    add(transaction, deletions)
    return count


def _erase_records(
    transaction: Transaction, workshop: WorkshopNumber, seq: int, records: list[str], keys: Keys, now: int
) -> None:
    """Erase cards and actions by the rule by which they were erased before; names of people are taken away."""
    erase_owners(transaction, workshop, records)
    board = fold(transaction.events_after(workshop, 0))
    names = transaction.names(workshop)

    def board_at(_transaction: Transaction, _workshop: WorkshopNumber, _seq: int) -> Board:
        return board

    batch = Batch(transaction, now, keys, board_at, now)
    acts = [Act(workshop, SCREEN, EraseRecord("erasing_", one), lambda _answer: None) for one in records]
    batch.decide(workshop, seq, acts)
    batch.write()
    for person in names.keys() & set(map(PersonId, records)):
        transaction.set_name(workshop, person, "")
