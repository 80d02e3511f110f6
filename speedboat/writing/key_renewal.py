"""Renewing a lost facilitator key, from the command line or the library: no facilitator is needed for it."""

from __future__ import annotations

from typing import Protocol

from speedboat.domain.features.facilitator_key import KeyRenewed
from speedboat.domain.ids import WorkshopNumber
from speedboat.domain.messages import Event
from speedboat.domain.projection import fold
from speedboat.storage.store import Store
from speedboat.writing.batch import Keys


class RenewalKeys(Keys, Protocol):
    """Derives facilitator keys and their hashes; see `access.keys.KeyMaker`."""

    def key(self, workshop: WorkshopNumber, number: int, salt: str) -> str:
        """Derive the `number`-th key of a workshop."""


def renew_key(store: Store, keys: RenewalKeys, workshop: WorkshopNumber, now: int) -> str:
    """Renew the facilitator key, which ends the old one and the roles it gave; return the new key."""
    with store.writing() as transaction:
        seq = transaction.lock([workshop])[workshop]
        board = fold(transaction.events_after(workshop, 0))
        number = board.key + 1
        event = Event(seq + 1, now, None, KeyRenewed(number))
        transaction.append([(workshop, event)], {workshop: event.seq})
        salt = transaction.salt(workshop)
        transaction.change_workshop(workshop, key_hash=keys.key_hash(workshop, number, salt))
    return keys.key(workshop, number, salt)
