"""Passphrases of a workshop's door, hashed with scrypt, since people choose passphrases that can be guessed.

Each call takes some 20 ms and 8 MB on purpose: call from a native thread, never from the event loop or the writer.
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


def hash_passphrase(passphrase: str) -> str:
    """Return what is stored of a passphrase: salt and hash in hexadecimal, 97 characters.

    Raises:
        Refused: `text_empty`, `text_too_long` or `text_malformed`.
    """
    salt = secrets.token_bytes(_SALT)
    return f"{salt.hex()}:{_hash(_plain(passphrase), salt)}"


def is_passphrase(passphrase: str, stored: str) -> bool:
    """Whether a passphrase fits its hash; capitals, spacing and Unicode form do not matter.

    Raises:
        Refused: like `hash_passphrase`.
    """
    salt, _, digest = stored.partition(":")
    return hmac.compare_digest(_hash(_plain(passphrase), bytes.fromhex(salt)), digest)


def _plain(passphrase: str) -> str:
    written = clean_text(passphrase, "passphrase", MOST_CHARACTERS)
    return " ".join(unicodedata.normalize("NFKC", written).casefold().split())


def _hash(plain: str, salt: bytes) -> str:
    return hashlib.scrypt(plain.encode(), salt=salt, dklen=32, **_COST).hex()
