"""The SQL of purging: which workshops are to be erased by now.

Runs in native threads only. Who purges, and when: `writing/purge.py`.
"""

from __future__ import annotations

from sqlalchemy import func, insert, select

from speedboat.domain.ids import WorkshopNumber
from speedboat.storage.store import Transaction, Workshop
from speedboat.storage.tables import accounts, memberships, same_themes, shares, tags, workshops

ONE_AT_A_TIME = 0x5BEED_B0A7  # of PostgreSQL's advisory locks; SQLite has one writer anyway


def purgeable(transaction: Transaction, last_day: str) -> list[Workshop]:
    """Return the workshops that are to be erased on a day (YYYY-MM-DD) or before, the longest due first."""
    conditions = workshops.c.purge_on != "", workshops.c.purge_on <= last_day
    rows = transaction.connection.execute(
        select(workshops).where(*conditions).order_by(workshops.c.purge_on, workshops.c.id)
    ).mappings()
    return [Workshop(**{column: row[column] for column in Workshop._fields}) for row in rows]


def unreminded(transaction: Transaction, last_day: str, limit: int) -> list[Workshop]:
    """Return the workshops that are to be erased on a day or before of which nobody was reminded, the next first."""
    conditions = workshops.c.purge_on != "", workshops.c.purge_on <= last_day
    query = select(workshops).where(*conditions, workshops.c.reminded_of != workshops.c.purge_on)
    rows = transaction.connection.execute(query.order_by(workshops.c.purge_on, workshops.c.id).limit(limit)).mappings()
    return [Workshop(**{column: row[column] for column in Workshop._fields}) for row in rows]


def addresses_of(transaction: Transaction, workshop: Workshop) -> list[str]:
    """Return where whoever answers for a workshop reads mail: its owner, else the organisers of its team."""
    of_team = select(memberships.c.account).where(
        memberships.c.team == workshop.team, memberships.c.role == "organiser"
    )
    for whose in (accounts.c.id == workshop.owner, accounts.c.id.in_(of_team)):
        query = select(accounts.c.email).where(whose, accounts.c.disabled_at.is_(None)).order_by(accounts.c.email)
        if rows := transaction.connection.execute(query).all():
            return [row[0] for row in rows]
    return []


def purges_alone(transaction: Transaction) -> bool:
    """Whether no other process is purging; none begins to until this transaction ends."""
    if transaction.connection.dialect.name != "postgresql":
        return True
    return bool(transaction.connection.execute(select(func.pg_try_advisory_xact_lock(ONE_AT_A_TIME))).scalar())


def series(transaction: Transaction, workshop: Workshop) -> int | None:
    """Return the number of the series a workshop belongs to, its own if others follow it; None without one."""
    follower = select(workshops.c.id).where(workshops.c.series == workshop.id).limit(1)
    return workshop.series or (workshop.id if transaction.connection.execute(follower).first() else None)


def take_over(transaction: Transaction, of: WorkshopNumber, by: WorkshopNumber) -> None:
    """Give a workshop the tags of another, the bonds of its themes, and those it is shared with."""
    own = (tags, [tags.c.tag]), (shares, [shares.c.account])
    for table, others in (*own, (same_themes, [c for c in same_themes.c if c.name != "workshop"])):
        rows = transaction.connection.execute(select(*others).where(table.c.workshop == of)).mappings().all()
        if rows:
            transaction.connection.execute(insert(table), [{**row, "workshop": by} for row in rows])
