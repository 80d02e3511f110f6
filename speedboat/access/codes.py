"""The code of a workshop, as people read it from the wall and type it."""

from __future__ import annotations

import secrets

# Without look-alikes: no 0 O, no 1 I L.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 6


def new_code() -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def normal_code(code: str) -> str:
    """A code as it is kept, from however somebody typed it."""
    return "".join(character for character in code.upper() if character.isalnum())


def is_code(code: str) -> bool:
    normal = normal_code(code)
    return len(normal) == CODE_LENGTH and all(character in CODE_ALPHABET for character in normal)
