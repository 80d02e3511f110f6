"""Who may open the library: the administrator's key opens all of it, facilitators' keys their workshops.

A key is posted once; a signed cookie then remembers that it was right: not the key, but the beginning of its hash, so
that the cookie ends with the key. Nothing of this is needed, or looked at, in a workshop.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import msgspec
from flask import Flask, request, session
from flask_wtf.csrf import CSRFProtect

from speedboat.access.addresses import address_key
from speedboat.access.codes import is_code, normal_code
from speedboat.access.guesses import GuessLimit, Rate
from speedboat.domain.messages import Refused
from speedboat.server import Waiter
from speedboat.storage.store import Store
from speedboat.web.context import here

LIFE = timedelta(days=7)
MOST_HELD = 120  # workshops in the cookie: browsers keep 4 kB
# Wrong keys of the administrator: from one address, and from everywhere together.
GUESSES, ALL_GUESSES = Rate(10, 0.1), Rate(100, 1.0)
LIBRARY = 0  # in the guess limit, where workshops have their numbers

csrf = CSRFProtect()


class Holder(NamedTuple):
    """Who has opened the library: the administrator, or facilitators of the workshops `held`; None holds all."""

    held: tuple[int, ...] | None

    @property
    def is_administrator(self) -> bool:
        return self.held is None

    def may_see(self, workshop: int) -> bool:
        return self.held is None or workshop in self.held


class Door:
    """The doorkeeper of the library of one server."""

    def __init__(self, app: Flask, admin_key: str, clock: Callable[[], int], waiter: Callable[[], Waiter]) -> None:
        self._admin_key = admin_key.encode()
        self._limit = GuessLimit(clock, waiter, GUESSES, ALL_GUESSES)
        app.config.update(
            SESSION_COOKIE_NAME="library",
            SESSION_COOKIE_HTTPONLY=True,
            SESSION_COOKIE_SAMESITE="Strict",
            PERMANENT_SESSION_LIFETIME=LIFE,
            WTF_CSRF_CHECK_DEFAULT=False,  # the library asks for it; the API has its tokens, sockets their origin
            WTF_CSRF_TIME_LIMIT=None,  # as long as the cookie it is bound to
            WTF_CSRF_SSL_STRICT=False,  # it wants a referrer, which no page of ours sends
        )
        csrf.init_app(app)

    def open(self, key: str, held: str) -> Holder | None:
        """Look at the keys that were posted; who they make of this browser, None for nobody.

        Raises:
            Refused: `bad_admin_key`, or `slow_down` after too many wrong ones.
        """
        if key:
            with self._limit.guess(self._guesser()) as guess:
                if not hmac.compare_digest(key.encode("utf-8", "replace"), self._admin_key):
                    raise Refused("bad_admin_key", "key")
                guess.workshop = LIBRARY
            session["admin"] = _mark(self._admin_key)
        else:
            services = here()
            session["held"] = services.serving.off_loop(_right_ones, services.store, _pairs(held))
        session.permanent = True
        return self.holder()

    def leave(self) -> None:
        session.clear()  # and with nothing in it the cookie goes

    def holder(self) -> Holder | None:
        """Who the cookie says this is, if its keys are still the ones."""
        marked = session.get("admin")
        if isinstance(marked, str) and hmac.compare_digest(marked, _mark(self._admin_key)):
            return Holder(None)
        if held := session.get("held"):
            services = here()
            still = services.serving.off_loop(_still_held, services.store, held)
            assert isinstance(still, tuple)
            return Holder(still) if still else None
        return None

    def _guesser(self) -> str:
        """Whose guesses are counted together: at one address, browsers that have been in, and strangers.

        So a stranger who guesses in the same room locks out no organiser who was here before, and no workshop at all;
        and opening many workshops gives nobody more guesses.
        """
        address = address_key(request.remote_addr or "")
        return f"known at {address}" if session.get("held") or session.get("admin") else address


def _mark(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:16]


def _pairs(held: str) -> list[tuple[str, str]]:
    try:
        return msgspec.json.decode(held or "[]", type=list[tuple[str, str]])[:MOST_HELD]
    except msgspec.MsgspecError:
        raise Refused("malformed", "held") from None


def _right_ones(store: Store, pairs: list[tuple[str, str]]) -> list[list[Any]]:
    found: list[list[Any]] = []
    with store.reading() as transaction:
        for code, key in pairs:
            row = transaction.find(normal_code(code)) if is_code(code) else None
            made = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
            if row and hmac.compare_digest(made, row.key_hash):
                found.append([row.id, made[:16]])
    return found


def _still_held(store: Store, held: list[list[Any]]) -> tuple[int, ...]:
    with store.reading() as transaction:
        rows = [(transaction.get(number), mark) for number, mark in held]
    return tuple(row.id for row, mark in rows if row and hmac.compare_digest(mark, row.key_hash[:16]))
