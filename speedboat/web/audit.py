"""Writes acts of the pages into the audit log, with who did them."""

from __future__ import annotations

from flask import current_app

from speedboat.storage.audit_queries import ADMINISTRATOR_KEY, FACILITATOR_KEY, Act, write_entry
from speedboat.web.context import current_services
from speedboat.web.library_auth import LibraryAuth
from speedboat.web.signed_in import off_loop, signed_in


def note(act: Act, about: str = "", detail: str = "", *, who: str = "") -> None:
    """Write down what was just done.

    Args:
        about: what it was done to: the code of a workshop, the address of an account, a team.
        detail: what more there is to say: a role, a format.
        who: where it is not whoever is signed in, or has opened the library.
    """
    off_loop(write_entry, current_services().clock(), act, who or _who(), about, detail)


def _who() -> str:
    if known := signed_in():
        return known.account.email
    auth: LibraryAuth = current_app.extensions["library_auth"]
    opened = auth.visitor()
    return ADMINISTRATOR_KEY if opened and opened.is_administrator else FACILITATOR_KEY
