"""Who may do what with workshops and teams, as one table; docs/security.md prints it.

Whoever may not even see a thing is told that there is none.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from speedboat.domain.ids import WorkshopNumber
from speedboat.domain.messages import Refused
from speedboat.storage import team_queries
from speedboat.storage.store import Transaction, Workshop
from speedboat.storage.team_queries import Team
from speedboat.storage.visible_workshops import Sight, is_visible

# What somebody is to a workshop or to a team; one may be several of these.
Relation = Literal["administrator", "organiser", "owner", "guest", "keyholder", "facilitator"]
Act = Literal[
    "see",
    "facilitate",
    "export",
    "tag",
    "archive",
    "share",
    "transfer",
    "move",
    "renew_key",
    "look_after",
    "see_team",
    "create",
    "invite",
    "change_role",
    "remove",
]

_EVERYBODY: tuple[Relation, ...] = ("administrator", "organiser", "owner", "guest", "keyholder")
_IN_CHARGE: tuple[Relation, ...] = ("administrator", "organiser", "owner")
WORKSHOP_RIGHTS: dict[Act, tuple[Relation, ...]] = {
    "see": _EVERYBODY,
    "facilitate": _EVERYBODY,
    "export": _EVERYBODY,
    "tag": _EVERYBODY,
    "archive": _EVERYBODY,
    "share": _IN_CHARGE,
    "transfer": _IN_CHARGE,
    "renew_key": _IN_CHARGE,
    "look_after": _IN_CHARGE,
    # Out of a team: administrators alone. Into one: whoever is in that team, and owns the workshop or holds its key.
    "move": ("administrator", "owner", "keyholder"),
}
TEAM_RIGHTS: dict[Act, tuple[Relation, ...]] = {
    "see_team": ("administrator", "organiser", "facilitator"),
    "create": ("organiser", "facilitator"),
    "invite": ("administrator", "organiser"),
    "change_role": ("administrator", "organiser"),
    "remove": ("administrator", "organiser"),
}


class Visitor(NamedTuple):
    """Who asks: an administrator, or whoever holds the keys of some workshops, or is signed in, or both.

    Attributes:
        workshop_ids: the workshops whose facilitator keys the browser holds; None for an administrator.
        account: the id of the account that is signed in, or ''.
    """

    workshop_ids: tuple[WorkshopNumber, ...] | None
    account: str = ""

    @property
    def is_administrator(self) -> bool:
        """Whether all of this server is open: by the administrator's key, or an account that is one."""
        return self.workshop_ids is None

    @property
    def sight(self) -> Sight | None:
        """Which workshops they see; None for all."""
        return None if self.workshop_ids is None else Sight(self.workshop_ids, self.account)


def check_workshop(transaction: Transaction, act: Act, who: Visitor, workshop: Workshop) -> None:
    """Check that somebody may do something with a workshop.

    Raises:
        Refused: `unknown_workshop` if they do not see it, `not_allowed` if they do.
    """
    if not is_visible(transaction, who.sight, workshop.id):
        raise Refused("unknown_workshop", "code")
    if relations_to(transaction, who, workshop).isdisjoint(WORKSHOP_RIGHTS[act]):
        raise Refused("not_allowed")


def relations_to(transaction: Transaction, who: Visitor, workshop: Workshop) -> set[Relation]:
    """Return what somebody who sees a workshop is to it."""
    relations: set[Relation] = set()
    if who.workshop_ids is None:
        relations.add("administrator")
    elif workshop.id in who.workshop_ids:
        relations.add("keyholder")
    if who.account:
        if workshop.owner == who.account:
            relations.add("owner")
        if team_queries.role_in(transaction, workshop.team, who.account) == "organiser":
            relations.add("organiser")
        if any(guest.id == who.account for guest in team_queries.guests(transaction, workshop.id)):
            relations.add("guest")
    return relations


def check_team(transaction: Transaction, act: Act, who: Visitor, slug: str) -> Team:
    """Return a team with which somebody may do something.

    Raises:
        Refused: `unknown_team` if they are not in it, `not_allowed` if they are.
    """
    team = team_queries.find_team(transaction, slug)
    role = team_queries.role_in(transaction, team.id, who.account) if team and who.account else ""
    if team is None or not (role or who.is_administrator):
        raise Refused("unknown_team", "team")
    relations: set[Relation] = {"organiser" if role == "organiser" else "facilitator"} if role else set()
    if who.is_administrator:
        relations.add("administrator")
    if relations.isdisjoint(TEAM_RIGHTS[act]):
        raise Refused("not_allowed")
    return team
