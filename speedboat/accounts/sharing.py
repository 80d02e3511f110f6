"""Whom a workshop belongs to: its team, its owner, the colleagues it is shared with. Blocks."""

from __future__ import annotations

from typing import NamedTuple

from speedboat.accounts.rights import WORKSHOP_RIGHTS, Act, Visitor, check_workshop, relations_to
from speedboat.domain.messages import Refused
from speedboat.storage import account_queries, team_queries
from speedboat.storage.account_queries import Account
from speedboat.storage.store import Store, Transaction, Workshop
from speedboat.storage.team_queries import Team, TeamMember


class Belonging(NamedTuple):
    """Whom a workshop belongs to, and what whoever asks may do about it.

    Attributes:
        colleagues: the members of its team.
        targets: the teams it may be moved to by whoever asks.
    """

    team: Team | None
    owner: Account | None
    guests: list[Account]
    colleagues: list[TeamMember]
    targets: list[Team]
    may: set[Act]


def belonging(store: Store, who: Visitor, workshop: Workshop) -> Belonging:
    """Return whom a workshop belongs to. Raises Refused: `unknown_workshop`."""
    with store.reading() as transaction:
        check_workshop(transaction, "see", who, workshop)
        relations = relations_to(transaction, who, workshop)
        may = {act for act, allowed in WORKSHOP_RIGHTS.items() if not relations.isdisjoint(allowed)}
        targets = _targets(transaction, who, workshop) if "move" in may else []
        return Belonging(
            team_queries.get_team(transaction, workshop.team),
            account_queries.get_account(transaction, workshop.owner) if workshop.owner else None,
            team_queries.guests(transaction, workshop.id),
            team_queries.members(transaction, workshop.team) if workshop.team else [],
            targets,
            may,
        )


def _targets(transaction: Transaction, who: Visitor, workshop: Workshop) -> list[Team]:
    if who.is_administrator:
        teams = team_queries.all_teams(transaction)
    elif workshop.team or workshop.owner not in (None, who.account):
        teams = []  # the workshops of a team stay with it
    else:
        teams = [team for team, _ in team_queries.teams_of(transaction, who.account)]
    return [team for team in teams if team.id != workshop.team]


def share(store: Store, who: Visitor, workshop: Workshop, account: str, *, ends: bool = False) -> None:
    """Share a workshop with a member of its team, or end that.

    Raises:
        Refused: `unknown_workshop`, `not_allowed`, `unknown_account`.
    """
    with store.writing() as transaction:
        current = _current(transaction, "share", who, workshop)
        if ends:
            if account:
                team_queries.unshare(transaction, workshop.id, account)
            return
        _colleague(transaction, current, account)
        team_queries.share(transaction, workshop.id, account)


def transfer(store: Store, who: Visitor, workshop: Workshop, account: str) -> None:
    """Give a workshop to another member of its team; an organiser takes it back by giving it to themselves.

    Raises:
        Refused: `unknown_workshop`, `not_allowed`, `unknown_account`.
    """
    with store.writing() as transaction:
        _colleague(transaction, _current(transaction, "transfer", who, workshop), account)
        transaction.change_workshop(workshop.id, owner=account)
        team_queries.unshare(transaction, workshop.id, account)


def move(store: Store, who: Visitor, workshop: Workshop, slug: str) -> None:
    """Move a workshop to a team. Its owner stays if they are in that team; else it is whoever moves it, if they are.

    Raises:
        Refused: `unknown_workshop`, `not_allowed`, `unknown_team`.
    """
    with store.writing() as transaction:
        current = _current(transaction, "move", who, workshop)
        team = next((each for each in _targets(transaction, who, current) if each.slug == slug), None)
        if team is None:
            is_known = team_queries.find_team(transaction, slug) is not None
            raise Refused("not_allowed" if is_known and current.team else "unknown_team", "team")
        members = {each.account.id for each in team_queries.members(transaction, team.id)}
        owner = next((each for each in (current.owner, who.account) if each in members), None)
        team_queries.unshare(transaction, workshop.id)
        transaction.change_workshop(workshop.id, team=team.id, owner=owner)


def _current(transaction: Transaction, act: Act, who: Visitor, workshop: Workshop) -> Workshop:
    transaction.lock([workshop.id])
    current = transaction.get(workshop.id)
    if current is None:
        raise Refused("unknown_workshop", "code")
    check_workshop(transaction, act, who, current)
    return current


def _colleague(transaction: Transaction, workshop: Workshop, account: str) -> None:
    if not workshop.team or not team_queries.role_in(transaction, workshop.team, account):
        raise Refused("unknown_account", "account")
