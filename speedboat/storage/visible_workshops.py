"""Which workshops somebody sees in the library, as a value and as a condition of SQL."""

from __future__ import annotations

import msgspec
from sqlalchemy import ColumnElement, and_, false, or_, select

from speedboat.domain.ids import WorkshopNumber
from speedboat.storage.store import Transaction
from speedboat.storage.tables import memberships, shares, workshops


class Sight(msgspec.Struct, frozen=True):
    """The workshops whose facilitator keys a browser holds, and those of an account. Whoever sees all has no `Sight`.

    Attributes:
        account: the id of an account, or ''. It sees what it owns, what is shared with it, and what belongs to a team
            that it organises.
    """

    workshop_ids: tuple[WorkshopNumber, ...] = ()
    account: str = ""


def visible(sight: Sight) -> ColumnElement[bool]:
    """Return the condition that a row of `workshops` is in sight."""
    conditions: list[ColumnElement[bool]] = [workshops.c.id.in_(sight.workshop_ids)] if sight.workshop_ids else []
    if sight.account:
        organised = and_(memberships.c.account == sight.account, memberships.c.role == "organiser")
        conditions += [
            workshops.c.owner == sight.account,
            workshops.c.id.in_(select(shares.c.workshop).where(shares.c.account == sight.account)),
            workshops.c.team.in_(select(memberships.c.team).where(organised)),
        ]
    return or_(false(), *conditions)


def is_visible(transaction: Transaction, sight: Sight | None, workshop: WorkshopNumber) -> bool:
    """Whether a workshop is in sight."""
    if sight is None:
        return True
    query = select(workshops.c.id).where(workshops.c.id == workshop, visible(sight))
    return transaction.connection.execute(query).first() is not None
