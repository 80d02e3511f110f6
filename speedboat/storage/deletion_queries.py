"""What was erased lately: so that a backup from before cannot bring it back.

Runs in native threads only. A row names a workshop by a hash of its salt, and what was erased in it by its id, '' for
all of it; never a text, a name or a code. The rows are copied to a file of the data directory (`deletion_file.py`),
since a backup is restored into an empty database.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from speedboat.domain.ids import WorkshopNumber
from speedboat.storage.store import Transaction, Workshop
from speedboat.storage.tables import deletions

ALL = ""  # instead of the id of a record
REMEMBERED = 400 * 24 * 3600 * 1000  # ms: older backups can bring back what was erased before that


class Deletion(NamedTuple):
    """Something that was erased `at` (ms since the epoch): a record of a workshop, or all of it."""

    workshop: str
    record: str
    at: int


def fingerprint(workshop: Workshop) -> str:
    """Return what a workshop is known by after it is gone; the same in every backup of it."""
    return sha256(f"{workshop.salt} {workshop.id} {workshop.created_at}".encode()).hexdigest()


def note(transaction: Transaction, workshop: WorkshopNumber, records: Iterable[str], at: int) -> None:
    """Note that these records of a workshop are erased, or `ALL` of it."""
    row = transaction.get(workshop)
    if row is not None:
        add(transaction, {Deletion(fingerprint(row), record, at) for record in records})


def add(transaction: Transaction, some: Iterable[Deletion]) -> None:
    """Insert deletions, but for those that are there already."""
    rows = [one._asdict() for one in sorted(set(some))]
    if rows:
        kind = sqlite.insert if transaction.connection.dialect.name == "sqlite" else postgresql.insert
        transaction.connection.execute(kind(deletions).on_conflict_do_nothing(), rows)


def noted(transaction: Transaction) -> list[Deletion]:
    """Return all deletions that are remembered."""
    rows = transaction.connection.execute(select(deletions.c.workshop, deletions.c.record, deletions.c.at))
    return [Deletion(*row) for row in rows]


def number_of_deletions(transaction: Transaction) -> tuple[int, int]:
    """Return how many deletions are remembered and the time of the last: whether the file is up to date."""
    row = transaction.connection.execute(select(func.count(), func.coalesce(func.max(deletions.c.at), 0))).one()
    return int(row[0]), int(row[1])


def forget_old(transaction: Transaction, now: int) -> None:
    """Remove deletions from so long ago that no backup from before them should be there any more."""
    transaction.connection.execute(delete(deletions).where(deletions.c.at < now - REMEMBERED))
