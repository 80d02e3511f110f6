"""Facilitator keys and the secrets of summary links: how they are derived, and the hashes that are stored."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode

from speedboat.domain.ids import WorkshopNumber
from speedboat.storage.store import Workshop

MOST_RENEWALS = 64  # facilitator keys of one workshop that `derived_key` tries


class KeyMaker:
    """Derives facilitator keys and link secrets from the secret key, so that only their hashes are stored."""

    def __init__(self, secret_key: str) -> None:
        self._secret = secret_key.encode()

    def key(self, workshop: WorkshopNumber, number: int, salt: str) -> str:
        """Derive the `number`-th key of a workshop: 22 characters, 132 bits.

        Args:
            number: counted from 1, one more with each renewal.
            salt: the workshop's, see `storage.tables.workshops`; '' for workshops from before there were salts.
        """
        return self._derive("facilitator", workshop, number, salt)

    def key_hash(self, workshop: WorkshopNumber, number: int, salt: str) -> str:
        """Return the hash of the `number`-th key of a workshop."""
        return secret_hash(self.key(workshop, number, salt))

    def summary(self, workshop: WorkshopNumber, number: int, salt: str) -> str:
        """Derive the secret in the `number`-th link to the summary of a workshop: 22 characters, 132 bits."""
        return self._derive("summary", workshop, number, salt)

    def summary_hash(self, workshop: WorkshopNumber, number: int, salt: str) -> str:
        """Return the hash of the secret in the `number`-th summary link."""
        return secret_hash(self.summary(workshop, number, salt))

    def _derive(self, purpose: str, workshop: WorkshopNumber, number: int, salt: str) -> str:
        words = f"{purpose}:{workshop}:{number}" + (f":{salt}" if salt else "")
        return urlsafe_b64encode(hmac.digest(self._secret, words.encode(), "sha256")).decode()[:22]


def derived_key(keys: KeyMaker, workshop: Workshop) -> str | None:
    """Return the current facilitator key of a workshop, None if another secret key derived it."""
    for number in range(1, MOST_RENEWALS + 1):
        if keys.key_hash(workshop.id, number, workshop.salt) == workshop.key_hash:
            return keys.key(workshop.id, number, workshop.salt)
    return None


def secret_hash(secret: str) -> str:
    """Return the hash that is stored of a key or of the secret in a link."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
