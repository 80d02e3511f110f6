"""Workshop codes, as people read them from the wall and type them."""

from __future__ import annotations

import secrets

# Without look-alikes: no 0 O, no 1 I L.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 6


def new_code() -> str:
    """Return a random code; whether it is free is for the caller to find out."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def normal_code(code: str) -> str:
    """Return a code as it is stored, however it was typed: upper case, letters and digits only."""
    return "".join(character for character in code.upper() if character.isalnum())


def is_code(code: str) -> bool:
    """Whether a text can be a code, however it was typed."""
    normal = normal_code(code)
    return len(normal) == CODE_LENGTH and all(character in CODE_ALPHABET for character in normal)
