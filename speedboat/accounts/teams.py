"""Teams: making them, who is in them and as what, inviting to them. Blocks."""

from __future__ import annotations

import re
import secrets
from typing import Literal, NamedTuple

from speedboat.accounts import invitations
from speedboat.accounts.rights import Act, Visitor, check_team
from speedboat.domain.folding import fold
from speedboat.domain.messages import Refused
from speedboat.domain.validation import clean_name
from speedboat.storage import account_queries, team_queries
from speedboat.storage.account_queries import Account, new_id
from speedboat.storage.store import Store, Transaction
from speedboat.storage.team_queries import Team, TeamMember

TeamRole = Literal["organiser", "facilitator"]
TEAM_ROLES: tuple[TeamRole, ...] = ("organiser", "facilitator")
LONGEST_SLUG = 40  # characters


class TeamView(NamedTuple):
    """A team with its members, as one of them sees it."""

    team: Team
    members: list[TeamMember]
    may_manage: bool


def add_team(store: Store, name: str, now: int) -> Team:
    """Make a team. Raises Refused: a refusal of the name.

    Args:
        now: ms since the epoch.
    """
    name = clean_name(name, "name")
    if not name:
        raise Refused("text_empty", "name")
    with store.writing() as transaction:
        team = Team(new_id(), _free_slug(transaction, name), name, now)
        team_queries.add_team(transaction, team)
    return team


def _free_slug(transaction: Transaction, name: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:LONGEST_SLUG].strip("-") or "team"
    slug = words
    while team_queries.find_team(transaction, slug):
        slug = f"{words}-{secrets.token_hex(2)}"
    return slug


def find_team(store: Store, slug: str) -> Team:
    """Return the team of a slug. Raises Refused: `unknown_team`."""
    with store.reading() as transaction:
        team = team_queries.find_team(transaction, slug)
    if team is None:
        raise Refused("unknown_team", "team")
    return team


def put_in_team(store: Store, slug: str, email: str, role: str) -> None:
    """Let an account into a team, or change its role there. For the command line, which asks nobody.

    Raises:
        Refused: `unknown_team`, `unknown_account`, `unknown_value` (the role), `last_organiser`.
    """
    with store.writing() as transaction:
        team = team_queries.find_team(transaction, slug)
        if team is None:
            raise Refused("unknown_team", "team")
        account = account_queries.find_account(transaction, invitations.clean_email(email))
        if account is None:
            raise Refused("unknown_account", "email")
        _set_role(transaction, team, account, role)


def view_team(store: Store, who: Visitor, slug: str) -> TeamView:
    """Return a team as a member sees it. Raises Refused: `unknown_team`."""
    with store.reading() as transaction:
        team = check_team(transaction, "see_team", who, slug)
        members = team_queries.members(transaction, team.id)
        role = team_queries.role_in(transaction, team.id, who.account)
    return TeamView(team, members, who.is_administrator or role == "organiser")


def invite_to_team(store: Store, who: Visitor, slug: str, email: str, role: str, now: int) -> str:
    """Let somebody into a team by their address; return the secret of an invitation if they need one.

    Whoever has an account is in at once, and no link is made: it would open their account to whoever invites.

    Raises:
        Refused: `unknown_team`, `not_allowed`, `bad_email`, `unknown_value` (the role).
    """
    email = invitations.clean_email(email)
    with store.writing() as transaction:
        team = check_team(transaction, "invite", who, slug)
        account = account_queries.find_account(transaction, email)
        is_new = account is None
        if account is None:
            account = Account(new_id(), email, "", "member", None, now, None)
            account_queries.add_account(transaction, account)
        _set_role(transaction, team, account, role)
        alone = [each.id for each, _ in team_queries.teams_of(transaction, account.id)] == [team.id]
        pending = account.password is None and account.disabled_at is None and account.role == "member"
        return invitations.invite(transaction, account, now) if is_new or (pending and alone) else ""


def change_role(store: Store, who: Visitor, slug: str, account: str, role: str) -> None:
    """Change what a member is in a team.

    Raises:
        Refused: `unknown_team`, `not_allowed`, `unknown_account`, `unknown_value`, `last_organiser`.
    """
    with store.writing() as transaction:
        team, member = _member(transaction, "change_role", who, slug, account)
        _set_role(transaction, team, member, role)


def remove_from_team(store: Store, who: Visitor, slug: str, account: str) -> None:
    """Remove a member from a team, which keeps their workshops.

    Raises:
        Refused: `unknown_team`, `not_allowed`, `unknown_account`, `last_organiser`.
    """
    with store.writing() as transaction:
        team, member = _member(transaction, "remove", who, slug, account)
        _keep_an_organiser(transaction, team, member)
        team_queries.remove_member(transaction, team.id, member.id)


def _member(transaction: Transaction, act: Act, who: Visitor, slug: str, account: str) -> tuple[Team, Account]:
    team = check_team(transaction, act, who, slug)
    member = account_queries.get_account(transaction, account)
    if member is None or not team_queries.role_in(transaction, team.id, account):
        raise Refused("unknown_account", "account")
    return team, member


def _set_role(transaction: Transaction, team: Team, account: Account, role: str) -> None:
    if role not in TEAM_ROLES:
        raise Refused("unknown_value", "role")
    if role != "organiser":
        _keep_an_organiser(transaction, team, account)
    team_queries.set_member(transaction, team.id, account.id, role)


def _keep_an_organiser(transaction: Transaction, team: Team, leaver: Account) -> None:
    """Check that a team keeps an organiser without this one. Raises Refused: `last_organiser`."""
    organisers = {each.account.id for each in team_queries.members(transaction, team.id) if each.role == "organiser"}
    if organisers == {leaver.id}:
        raise Refused("last_organiser")
