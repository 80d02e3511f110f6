"""The SQL of devices: a hash for each person, which tells who came from the same device.

Runs in native threads only.
"""

from __future__ import annotations

from sqlalchemy import select, update

from speedboat.domain.ids import PersonId, WorkshopNumber
from speedboat.storage.store import Transaction
from speedboat.storage.tables import people


def devices(transaction: Transaction, workshop: WorkshopNumber) -> dict[PersonId, str]:
    """Return the hashes of the devices people first came from, where they are known."""
    query = select(people.c.id, people.c.device).where(people.c.workshop == workshop, people.c.device.is_not(None))
    return {row[0]: row[1] for row in transaction.connection.execute(query)}


def set_device(transaction: Transaction, workshop: WorkshopNumber, person: PersonId, device: str) -> None:
    """Store the device hash of a person."""
    of = people.c.workshop == workshop, people.c.id == person
    transaction.connection.execute(update(people).where(*of).values(device=device))
