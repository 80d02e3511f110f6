"""Passphrases at the door: sealed with scrypt, since people choose what can be guessed; compared without haste.

Each takes some 20 ms and 8 MB on purpose: call from a native thread, not from a serving loop nor from the writer.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata

from speedboat.domain.validation import clean_text

MOST_CHARACTERS = 100
_COST = {"n": 2**13, "r": 8, "p": 1}
_SALT = 16  # bytes


def seal(passphrase: str) -> str:
    """A passphrase as it is kept: a salt and a hash, 100 characters.

    Raises:
        Refused: `text_empty`, `text_too_long` or `text_malformed`.
    """
    salt = secrets.token_bytes(_SALT)
    return f"{salt.hex()}:{_hash(_plain(passphrase), salt)}"


def opens(passphrase: str, sealed: str) -> bool:
    """Whether this is the passphrase that was sealed, however a phone wrote its capitals and spaces.

    Raises:
        Refused: like `seal`.
    """
    salt, _, known = sealed.partition(":")
    return hmac.compare_digest(_hash(_plain(passphrase), bytes.fromhex(salt)), known)


def _plain(passphrase: str) -> str:
    written = clean_text(passphrase, "passphrase", MOST_CHARACTERS)
    return " ".join(unicodedata.normalize("NFKC", written).casefold().split())


def _hash(plain: str, salt: bytes) -> str:
    return hashlib.scrypt(plain.encode(), salt=salt, dklen=32, **_COST).hex()
