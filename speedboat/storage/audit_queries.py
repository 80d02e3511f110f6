"""The SQL of the audit log: who did what to accounts, teams and workshops. Never what a card says. Blocks."""

from __future__ import annotations

import secrets
from typing import Literal, NamedTuple

from sqlalchemy import and_, delete, insert, or_, select

from speedboat.storage.store import Store, Transaction
from speedboat.storage.tables import audit

YEAR = 366 * 24 * 3600 * 1000  # ms; how long an entry is kept
LONGEST, LONGEST_DETAIL = 254, 120  # characters

Act = Literal[
    "signed_in",
    "sign_in_failed",
    "signed_out",
    "sign_ins_ended",
    "password_changed",
    "library_opened",
    "account_invited",
    "account_reset",
    "account_disabled",
    "account_enabled",
    "invitation_accepted",
    "team_created",
    "role_changed",
    "member_removed",
    "key_renewed",
    "workshop_shared",
    "workshop_unshared",
    "workshop_transferred",
    "workshop_moved",
    "workshop_archived",
    "workshop_unarchived",
    "workshop_imported",
    "workshop_deleted",
    "workshop_purged",
    "exported",
    "summary_ended",
    "people_listed",
    "person_exported",
    "person_renamed",
    "person_erased",
    "backed_up",
    "restored",
]
# Who it was where nobody was signed in.
ADMINISTRATOR_KEY, FACILITATOR_KEY = "administrator key", "facilitator key"
COMMAND_LINE, SERVER = "command line", "server"


def subject(workshop: int) -> str:
    """Return what stands for a workshop, by its number: its code and title are to be gone once it is deleted."""
    return f"workshop {workshop}"


class AuditEntry(NamedTuple):
    """One act.

    Attributes:
        at: ms since the epoch.
        who: the address of an account, or one of the constants above.
        about: what it was done to: the number of a workshop, the address of an account, a team.
        detail: what more there is to say: a role, a format.
    """

    id: str
    at: int
    act: str
    who: str
    about: str
    detail: str


def add_entry(transaction: Transaction, at: int, act: Act, who: str, about: str = "", detail: str = "") -> None:
    """Write an act down."""
    row = AuditEntry(secrets.token_hex(16), at, act, who[:LONGEST], about[:LONGEST], detail[:LONGEST_DETAIL])
    transaction.connection.execute(insert(audit).values(**row._asdict()))


def write_entry(store: Store, at: int, act: Act, who: str, about: str = "", detail: str = "") -> None:
    """Write an act down in a transaction of its own, once it is done."""
    with store.writing() as transaction:
        add_entry(transaction, at, act, who, about, detail)


def list_entries(transaction: Transaction, limit: int, before: tuple[int, str] | None = None) -> list[AuditEntry]:
    """Return the latest acts, the latest first; with `before` (the `at` and `id` of one), those before that one."""
    columns = [audit.c[name] for name in AuditEntry._fields]
    query = select(*columns).order_by(audit.c.at.desc(), audit.c.id.desc()).limit(limit)
    if before:
        at, entry = before
        query = query.where(or_(audit.c.at < at, and_(audit.c.at == at, audit.c.id < entry)))
    return [AuditEntry(*row) for row in transaction.connection.execute(query)]


def forget_old_entries(transaction: Transaction, now: int) -> None:
    """Delete what was done more than a year ago."""
    transaction.connection.execute(delete(audit).where(audit.c.at < now - YEAR))
