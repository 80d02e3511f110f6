"""Passwords: which are accepted, how they are hashed (Argon2id). No rules on composition, no expiry (NIST SP 800-63B).

The list of common ones is that of the package zxcvbn: 30,000, the most common first.
"""

from __future__ import annotations

import functools
import re
import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from speedboat.domain.messages import Refused

SHORTEST, LONGEST = 12, 128  # characters (ASVS 2.1.1, 2.1.2)
MOST_POSTED = 4 * LONGEST  # characters, before they are composed
LEAST_SIGNS = 5  # different ones: not `aaaaaaaaaaaa`
# What ends a common password that it is still one with: `Bonjour2026!`.
_ENDS = re.compile(r"^[\d\W_]+|[\d\W_]+$")
# 19 MiB, two passes: what OWASP recommends at the least, so that many at once do not fill a small server's memory.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Verified when there is no account, so that the time of the answer does not tell.
_OF_NOBODY = _hasher.hash(secrets.token_urlsafe())


def check_password(password: str, email: str = "") -> str:
    """Return a new password, composed as every keyboard's text is, if it is hard enough to guess.

    Raises:
        Refused: `password_short`, `password_long`, `password_common`, or `text_malformed` (half a character).
    """
    try:
        password = _compose(password[:MOST_POSTED])
        password.encode()
    except UnicodeEncodeError:
        raise Refused("text_malformed", "password") from None
    if len(password) < SHORTEST:
        raise Refused("password_short", "password", limit=SHORTEST)
    if len(password) > LONGEST:
        raise Refused("password_long", "password", limit=LONGEST)
    if _is_common(password.casefold(), email.casefold()):
        raise Refused("password_common", "password")
    return password


def hash_password(password: str) -> str:
    """Hash a password with a salt of its own. Takes some 30 ms and 19 MiB: call it off the event loop."""
    return _hasher.hash(_compose(password))


def is_password(password: str, stored: str | None) -> bool:
    """Whether a password has this hash. Takes as long when there is no hash: call it off the event loop."""
    posted = password if len(password) <= MOST_POSTED else ""
    try:
        return _hasher.verify(stored or _OF_NOBODY, _compose(posted).encode("utf-8", "replace")) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


def _compose(password: str) -> str:
    """Compose characters (NFKC), as NIST SP 800-63B 5.1.1.2 asks for; spaces stay."""
    return unicodedata.normalize("NFKC", password)


def _is_common(password: str, email: str) -> bool:
    """Whether a password is on the list, also repeated or with digits at its ends, or made of the address."""
    candidates = {password, _ENDS.sub("", password)}
    candidates |= {part[1] for each in list(candidates) if (part := re.fullmatch(r"(.+?)\1+", each))}
    candidates |= {_ENDS.sub("", each) for each in list(candidates)}
    local, _, domain = email.partition("@")
    own = {"", "speedboat", email, local, domain, domain.partition(".")[0]}
    return len(set(password)) < LEAST_SIGNS or not candidates.isdisjoint(own | _common())


@functools.cache
def _common() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # half a megabyte: only where a password is chosen

    return frozenset(FREQUENCY_LISTS["passwords"])
