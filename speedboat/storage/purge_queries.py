"""The SQL of purging: which workshops are to be erased by now.

Runs in native threads only. Who purges, and when: `writing/purge.py`.
"""

from __future__ import annotations

from sqlalchemy import func, select

from speedboat.storage.store import Transaction, Workshop
from speedboat.storage.tables import workshops

ONE_AT_A_TIME = 0x5BEED_B0A7  # of PostgreSQL's advisory locks; SQLite has one writer anyway


def purgeable(transaction: Transaction, last_day: str) -> list[Workshop]:
    """Return the workshops that are to be erased on a day (YYYY-MM-DD) or before, the longest due first."""
    conditions = workshops.c.purge_on != "", workshops.c.purge_on <= last_day
    rows = transaction.connection.execute(
        select(workshops).where(*conditions).order_by(workshops.c.purge_on, workshops.c.id)
    ).mappings()
    return [Workshop(**{column: row[column] for column in Workshop._fields}) for row in rows]


def purges_alone(transaction: Transaction) -> bool:
    """Whether no other process is purging; none begins to until this transaction ends."""
    if transaction.connection.dialect.name != "postgresql":
        return True
    return bool(transaction.connection.execute(select(func.pg_try_advisory_xact_lock(ONE_AT_A_TIME))).scalar())
