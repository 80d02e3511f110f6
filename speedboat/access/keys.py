"""Facilitator keys and the secrets of shared links: how they are made, and what is kept of them."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode

from speedboat.storage.store import Workshop

MOST_RENEWALS = 64  # facilitator keys of one workshop that are tried


class KeyMaker:
    """Facilitator keys, made from the secret of the installation, so that none has to be kept: only its hash is."""

    def __init__(self, secret_key: str) -> None:
        self._secret = secret_key.encode()

    def key(self, workshop: int, number: int, salt: str) -> str:
        """Derive the `number`-th key of a workshop: 22 characters, 132 bits.

        Args:
            salt: the workshop's, see `storage.tables.workshops`; '' derives what was derived before there were salts.
        """
        return self._derive("facilitator", workshop, number, salt)

    def key_hash(self, workshop: int, number: int, salt: str) -> str:
        return secret_hash(self.key(workshop, number, salt))

    def summary(self, workshop: int, number: int, salt: str) -> str:
        """Derive the secret in the `number`-th link to the summary of a workshop: 22 characters, 132 bits."""
        return self._derive("summary", workshop, number, salt)

    def summary_hash(self, workshop: int, number: int, salt: str) -> str:
        return secret_hash(self.summary(workshop, number, salt))

    def _derive(self, purpose: str, workshop: int, number: int, salt: str) -> str:
        words = f"{purpose}:{workshop}:{number}" + (f":{salt}" if salt else "")
        return urlsafe_b64encode(hmac.digest(self._secret, words.encode(), "sha256")).decode()[:22]


def derived_key(keys: KeyMaker, workshop: Workshop) -> str | None:
    """The facilitator key of a workshop, if it was made with the secret of this installation."""
    for number in range(1, MOST_RENEWALS + 1):
        if keys.key_hash(workshop.id, number, workshop.salt) == workshop.key_hash:
            return keys.key(workshop.id, number, workshop.salt)
    return None


def secret_hash(secret: str) -> str:
    """Return what is kept of a key or of the secret in a link."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
