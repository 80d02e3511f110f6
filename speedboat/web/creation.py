"""Who may create workshops here, and whom a new one belongs to: the account that is signed in, and its team."""

from __future__ import annotations

from speedboat.domain.messages import Refused
from speedboat.storage import team_queries
from speedboat.storage.store import Store
from speedboat.storage.team_queries import Team
from speedboat.web.context import current_services
from speedboat.web.signed_in import off_loop, signed_in


def check_creation() -> str | None:
    """Return the id of the account that creates a workshop, None for somebody who is not signed in.

    Raises:
        Refused: `creation_closed`, or `sign_in_first` where only accounts create.
    """
    open_creation, who = current_services().config.open_creation, signed_in()
    if open_creation == "no":
        raise Refused("creation_closed")
    if open_creation == "accounts" and who is None:
        raise Refused("sign_in_first")
    return who.account.id if who else None


def team_for_new(account: str | None, slug: str | None) -> str | None:
    """Return the id of the team a new workshop belongs to.

    Args:
        slug: of a team of this account; None for its only one, or none.

    Raises:
        Refused: `unknown_team`, also for those of others.
    """
    teams = [team for team, _ in off_loop(list_teams, account)] if account else []
    if slug is None:
        return teams[0].id if len(teams) == 1 else None
    team = next((each for each in teams if each.slug == slug), None)
    if team is None:
        raise Refused("unknown_team", "team")
    return team.id


def list_teams(store: Store, account: str) -> list[tuple[Team, str]]:
    """Return the teams of an account, each with its role there. Blocks."""
    with store.reading() as transaction:
        return team_queries.teams_of(transaction, account)
