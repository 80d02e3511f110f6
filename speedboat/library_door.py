"""Who may open the library: the administrator's key opens all of it, facilitators' keys their workshops.

A key is posted once; a signed cookie then remembers that it was right: not the key, but the beginning of its hash, so
that the cookie ends with the key. Nothing of this is needed, or looked at, in a workshop.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from typing import Any, NamedTuple

import msgspec
from flask import Flask, request, session
from flask_wtf.csrf import CSRFProtect

from speedboat import web
from speedboat.access import MessageLimit, is_code, normal_code
from speedboat.log import Refused
from speedboat.store import Store

LIFE = timedelta(days=7)
MOST_HELD = 120  # workshops in the cookie: browsers keep 4 kB
GUESSES = 10  # wrong ones at once, then one in ten seconds
GUESSES_PER_SECOND = 0.1

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

    def __init__(self, app: Flask, admin_key: str, clock: Any) -> None:
        self._admin_key = admin_key.encode()
        self._limit = MessageLimit(GUESSES_PER_SECOND, clock, GUESSES)
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
            guesser = self._guesser()
            if (retry_at := self._limit.spent_until(guesser)) is not None:
                raise Refused("slow_down", retry_at=retry_at)
            if not hmac.compare_digest(key.encode("utf-8", "replace"), self._admin_key):
                self._limit.refused_until(guesser)  # only a wrong one counts
                raise Refused("bad_admin_key", "key")
            session["admin"] = _mark(self._admin_key)
        else:
            here = web.here()
            session["held"] = here.serving.off_loop(_right_ones, here.store, _pairs(held))
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
            here = web.here()
            still = here.serving.off_loop(_still_held, here.store, held)
            assert isinstance(still, tuple)
            return Holder(still) if still else None
        return None

    def _guesser(self) -> str:
        """Whose guesses are counted together: a browser that has been in by itself, strangers by their address.

        So somebody guessing in the same room locks out no organiser who was here before, and no workshop at all.
        """
        known = session.get("held") or session.get("admin")
        return hashlib.sha256(repr(known).encode()).hexdigest() if known else f"at {request.remote_addr}"


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
