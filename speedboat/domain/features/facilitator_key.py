"""The facilitator key and its renewal, which ends the roles that others got by the old one. Pure."""

from __future__ import annotations

from speedboat.domain.declarations import ALICE, BOB, declare, does, done
from speedboat.domain.features.people import give_role, list_people
from speedboat.domain.folds import folds
from speedboat.domain.messages import Command, Decision, Event, Fact, Viewer, Whole
from speedboat.domain.permissions import EVERY, NEVER, May
from speedboat.domain.state import Board


class KeyRenewed(Fact, frozen=True, tag="key_renewed"):
    """`kept` is who asked for it, and stays facilitator; nobody where it came from the command line."""

    key: Whole
    kept: str | None = None


def key_renewed(board: Board, fact: KeyRenewed, event: Event) -> None:
    board.key = fact.key
    for person in board.people.values():
        if person.id == fact.kept:
            person.key = fact.key
        elif person.role == "facilitator":
            give_role(board, person, "participant", 0, event)
            board.touch(person.id)
            board.touch("workshop")
    list_people(board)


FOLDS = dict([folds(KeyRenewed, key_renewed)])


# --- renew_key -------------------------------------------------------------------------------------------------------


class RenewKey(Command, frozen=True, tag="renew_key"):
    """Make a new facilitator key: the old one, and the roles others got by it, end."""


def renew_key(board: Board, command: RenewKey, who: Viewer, now: int) -> Decision:
    return Decision([KeyRenewed(board.key + 1, who.person)])


RENEW_KEY = declare(
    RenewKey,
    renew_key,
    May(NEVER, EVERY),
    done(ALICE, KeyRenewed(2, ALICE)),
    done(
        ALICE, KeyRenewed(2, ALICE), after=[does(BOB, "join", person=BOB, role="facilitator")]
    ),  # who is a participant again
    no_undo="a key that was replaced opens nothing any more: only its hash was kept",
)
