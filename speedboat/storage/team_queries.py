"""The SQL of teams: their members, whom a workshop is shared with, what somebody leaves behind. Blocks."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import delete, func, insert, select, update

from speedboat.domain.ids import WorkshopNumber
from speedboat.storage.account_queries import Account
from speedboat.storage.store import Transaction
from speedboat.storage.tables import accounts, memberships, shares, teams, workshops


class Team(NamedTuple):
    """The row of a team; `slug` is its name in addresses."""

    id: str
    slug: str
    name: str
    created_at: int


class TeamMember(NamedTuple):
    """An account in a team; `role` is organiser or facilitator, `owns` how many of its workshops."""

    account: Account
    role: str
    owns: int = 0


_TEAM = tuple(teams.c[name] for name in Team._fields)
_ACCOUNT = tuple(accounts.c[name] for name in Account._fields)


# --- teams ----------------------------------------------------------------------------------------------------------


def add_team(transaction: Transaction, team: Team) -> None:
    """Insert a team."""
    transaction.connection.execute(insert(teams).values(**team._asdict()))


def find_team(transaction: Transaction, slug: str) -> Team | None:
    """Return the team of a slug."""
    row = transaction.connection.execute(select(*_TEAM).where(teams.c.slug == slug)).first()
    return Team(*row) if row else None


def get_team(transaction: Transaction, team: str | None) -> Team | None:
    """Return a team by its id."""
    row = transaction.connection.execute(select(*_TEAM).where(teams.c.id == team)).first()
    return Team(*row) if row else None


def all_teams(transaction: Transaction) -> list[Team]:
    """Return all teams by name."""
    return [Team(*row) for row in transaction.connection.execute(select(*_TEAM).order_by(teams.c.name, teams.c.id))]


def teams_of(transaction: Transaction, account: str) -> list[tuple[Team, str]]:
    """Return the teams of an account by name, each with its role there."""
    query = select(*_TEAM, memberships.c.role).where(memberships.c.team == teams.c.id, memberships.c.account == account)
    rows = transaction.connection.execute(query.order_by(teams.c.name, teams.c.id))
    return [(Team(*row[:-1]), row[-1]) for row in rows]


# --- members --------------------------------------------------------------------------------------------------------


def role_in(transaction: Transaction, team: str | None, account: str) -> str:
    """Return the role of an account in a team, '' if it has none."""
    query = select(memberships.c.role).where(memberships.c.team == team, memberships.c.account == account)
    row = transaction.connection.execute(query).first()
    return str(row[0]) if row else ""


def members(transaction: Transaction, team: str | None) -> list[TeamMember]:
    """Return the members of a team by name."""
    count = (
        select(func.count())
        .where(workshops.c.team == memberships.c.team, workshops.c.owner == memberships.c.account)
        .scalar_subquery()
    )
    query = select(*_ACCOUNT, memberships.c.role, count).where(
        memberships.c.team == team, memberships.c.account == accounts.c.id
    )
    rows = transaction.connection.execute(query.order_by(accounts.c.name, accounts.c.email))
    return [TeamMember(Account(*row[:-2]), row[-2], row[-1]) for row in rows]


def set_member(transaction: Transaction, team: str, account: str, role: str) -> None:
    """Let an account into a team, or change its role there."""
    _remove_membership(transaction, team, account)
    row = {"team": team, "account": account, "role": role}
    transaction.connection.execute(insert(memberships).values(**row))


def remove_member(transaction: Transaction, team: str, account: str) -> None:
    """Remove an account from a team. The team keeps its workshops: they have no owner then, and are not shared."""
    _remove_membership(transaction, team, account)
    of_team = workshops.c.team == team
    transaction.connection.execute(update(workshops).where(of_team, workshops.c.owner == account).values(owner=None))
    shared = shares.c.workshop.in_(select(workshops.c.id).where(of_team))
    transaction.connection.execute(delete(shares).where(shares.c.account == account, shared))


def _remove_membership(transaction: Transaction, team: str, account: str) -> None:
    condition = memberships.c.team == team, memberships.c.account == account
    transaction.connection.execute(delete(memberships).where(*condition))


# --- sharing --------------------------------------------------------------------------------------------------------


def guests(transaction: Transaction, workshop: WorkshopNumber) -> list[Account]:
    """Return the accounts a workshop is shared with, by name."""
    query = select(*_ACCOUNT).where(shares.c.workshop == workshop, shares.c.account == accounts.c.id)
    rows = transaction.connection.execute(query.order_by(accounts.c.name, accounts.c.email))
    return [Account(*row) for row in rows]


def share(transaction: Transaction, workshop: WorkshopNumber, account: str) -> None:
    """Share a workshop with an account, unless it is."""
    unshare(transaction, workshop, account)
    transaction.connection.execute(insert(shares).values(workshop=workshop, account=account))


def unshare(transaction: Transaction, workshop: WorkshopNumber, account: str = "") -> None:
    """Share a workshop no longer with an account, or with nobody any more."""
    condition = [shares.c.workshop == workshop, *([shares.c.account == account] if account else [])]
    transaction.connection.execute(delete(shares).where(*condition))
