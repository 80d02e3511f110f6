"""Access to the library: the administrator's key opens all of it, a facilitator key its workshop.

A key is posted once; a signed cookie then holds the beginning of its hash, so that the cookie becomes invalid with the
key. Workshops themselves use none of this.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
from flask import Flask, request, session
from flask_wtf.csrf import CSRFProtect

from speedboat.access.addresses import address_key
from speedboat.access.codes import is_code, normal_code
from speedboat.access.guesses import GuessLimit, Rate
from speedboat.accounts.rights import Visitor
from speedboat.domain.ids import NO_WORKSHOP, WorkshopNumber
from speedboat.domain.messages import Refused
from speedboat.server import Waiter
from speedboat.storage.store import Store
from speedboat.web.context import current_services

LIFE = timedelta(days=7)
MOST_WORKSHOPS = 120  # in the cookie, which browsers limit to 4 kB
# Wrong administrator keys: from one address, and from all together.
GUESSES, ALL_GUESSES = Rate(10, 0.1), Rate(100, 1.0)
LIBRARY = NO_WORKSHOP  # stands for the library in the guess limit, where workshops have their numbers

csrf = CSRFProtect()


class LibraryAuth:
    """Authentication for the library of one server."""

    def __init__(self, app: Flask, admin_key: str, clock: Callable[[], int], waiter: Callable[[], Waiter]) -> None:
        self._admin_key = admin_key.encode()
        self._limit = GuessLimit(clock, waiter, GUESSES, ALL_GUESSES)
        app.config.update(
            SESSION_COOKIE_NAME="library",
            SESSION_COOKIE_HTTPONLY=True,
            SESSION_COOKIE_SAMESITE="Strict",
            PERMANENT_SESSION_LIFETIME=LIFE,
            WTF_CSRF_CHECK_DEFAULT=False,  # only the library's pages check it; the API uses tokens, sockets the origin
            WTF_CSRF_TIME_LIMIT=None,  # valid as long as the cookie it is bound to
            WTF_CSRF_SSL_STRICT=False,  # strict mode needs a referrer, which our pages do not send
        )
        csrf.init_app(app)

    def open(self, key: str, pairs: str) -> Visitor | None:
        """Check posted keys and store the right ones in the cookie; return the visitor, None if no key was right.

        Args:
            key: the administrator's key, or ''.
            pairs: a JSON list of workshop codes with their facilitator keys, which the browser stores.

        Raises:
            Refused: `bad_admin_key`, or `slow_down` after too many wrong ones.
        """
        if key:
            with self._limit.guess(self._guess_key()) as guess:
                if not hmac.compare_digest(key.encode("utf-8", "replace"), self._admin_key):
                    raise Refused("bad_admin_key", "key")
                guess.workshop = LIBRARY
            session["admin"] = _mark(self._admin_key)
        else:
            services = current_services()
            session["held"] = services.serving.off_loop(_check_keys, services.store, _parse_pairs(pairs))
        session.permanent = True
        return self.visitor()

    def leave(self) -> None:
        """Forget the keys; an empty cookie is deleted."""
        session.clear()

    def visitor(self) -> Visitor | None:
        """Return the visitor of the cookie, None if it holds no key that is still valid."""
        marked = session.get("admin")
        if isinstance(marked, str) and hmac.compare_digest(marked, _mark(self._admin_key)):
            return Visitor(None)
        if marks := session.get("held"):
            services = current_services()
            workshop_ids = services.serving.off_loop(_still_valid, services.store, marks)
            assert isinstance(workshop_ids, tuple)
            return Visitor(workshop_ids) if workshop_ids else None
        return None

    def _guess_key(self) -> str:
        """Return the key under which guesses are counted: the address, apart for browsers that have been in before.

        So somebody who guesses in the same room locks out no organiser who was in before, and no workshop; and opening
        many workshops gives nobody more guesses.
        """
        address = address_key(request.remote_addr or "")
        return f"known at {address}" if session.get("held") or session.get("admin") else address


def _mark(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:16]


def _parse_pairs(pairs: str) -> list[tuple[str, str]]:
    try:
        return msgspec.json.decode(pairs or "[]", type=list[tuple[str, str]])[:MOST_WORKSHOPS]
    except msgspec.MsgspecError:
        raise Refused("malformed", "held") from None


def _check_keys(store: Store, pairs: list[tuple[str, str]]) -> list[list[object]]:
    marks: list[list[object]] = []
    with store.reading() as transaction:
        for code, key in pairs:
            row = transaction.find(normal_code(code)) if is_code(code) else None
            digest = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
            if row and hmac.compare_digest(digest, row.key_hash):
                marks.append([row.id, digest[:16]])
    return marks


def _still_valid(store: Store, marks: list[list[Any]]) -> tuple[WorkshopNumber, ...]:
    with store.reading() as transaction:
        rows = [(transaction.get(number), mark) for number, mark in marks]
    return tuple(row.id for row, mark in rows if row and hmac.compare_digest(mark, row.key_hash[:16]))
