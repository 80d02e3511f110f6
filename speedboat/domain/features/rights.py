"""What people may ask for about themselves, and organisers for somebody who cannot: withdrawing and erasing.

Pure. Taking back what one wrote is in `erasure.py`; what is held about somebody, in `domain/personal_data.py`.
"""

from __future__ import annotations

from speedboat.domain.declarations import ALICE, BOB, CAROL, DAN, declare, does, done, refused
from speedboat.domain.features.actions import ActionsErased
from speedboat.domain.features.cards import CardAgreed, CardsErased
from speedboat.domain.features.erasure import ACT, BUDGET, DISCUSSED, IRREVERSIBLE, NAMELESS, SMILE, WRITTEN, erasing
from speedboat.domain.features.people import WirePersonId
from speedboat.domain.features.person_names import PersonRenamed
from speedboat.domain.features.votes import FEWEST_ESTIMATES, Estimated, Voted
from speedboat.domain.ids import PersonId
from speedboat.domain.messages import Command, Decision, Fact, Refused, Viewer
from speedboat.domain.permissions import EVERY, NEVER, May
from speedboat.domain.state import Board

# --- withdraw --------------------------------------------------------------------------------------------------------


class Withdraw(Command, frozen=True, tag="withdraw"):
    """Take back all my votes, estimates and agreements, whatever the phase."""


def withdraw(board: Board, command: Withdraw, who: Viewer, now: int) -> Decision:
    return Decision(_withdrawing(board, who.somebody))


def _withdrawing(board: Board, person: PersonId) -> list[Fact]:
    votes = board.votes.get(person, {})
    facts: list[Fact] = [Voted(person, dict.fromkeys(votes, 0))] if votes else []
    facts += [
        Estimated(person, target, None, FEWEST_ESTIMATES)
        for target, knots in board.estimates.items()
        if person in knots
    ]
    facts += [CardAgreed(card.id, person, False) for card in board.cards.values() if person in card.agreed]
    return facts


CHOSEN = (
    *WRITTEN,
    does(ALICE, "set_phase", phase="vote"),
    does(BOB, "vote", target=SMILE, count=2),
    does(BOB, "agree", card=SMILE),
    does(ALICE, "set_phase", phase="cut"),
    does(BOB, "estimate", target=BUDGET, knots=8),
)
WITHDRAWN = (Voted(BOB, {SMILE: 0}), Estimated(BOB, BUDGET, None, FEWEST_ESTIMATES), CardAgreed(SMILE, BOB, False))
WITHDRAW = declare(
    Withdraw,
    withdraw,
    May(EVERY, EVERY, locked=True),
    done(BOB, *WITHDRAWN, after=CHOSEN),
    done(BOB, *WITHDRAWN, after=[*CHOSEN, does(ALICE, "set_phase", phase="closed")]),
    done(DAN, after=CHOSEN),
    no_undo="votes and estimates are given in their phase, and that may be over",
)


# --- erase_person ----------------------------------------------------------------------------------------------------


class ErasePerson(Command, frozen=True, tag="erase_person"):
    """Erase what somebody wrote and chose, and their name, for somebody who cannot do it themselves."""

    person: WirePersonId


def erase_person(board: Board, command: ErasePerson, who: Viewer, now: int) -> Decision:
    """In an anonymous workshop their cards go one by one, as when they take them back themselves."""
    person = command.person
    if person not in board.people:
        raise Refused("unknown_person", "person")
    cards = [card.id for card in board.cards.values() if card.author == person]
    actions = [action.id for action in board.actions.values() if action.by == person]
    facts = _withdrawing(board, person)
    has_name = bool(board.names.get(person))
    if has_name:
        facts.append(PersonRenamed(person, told=True))
    names = {person: ""} if has_name else {}
    if board.settings.anonymous:
        return Decision(facts, names=names, later=[*cards, *actions])
    return Decision([*erasing(board, cards, actions), *facts], names=names)


ERASE_PERSON = declare(
    ErasePerson,
    erase_person,
    May(NEVER, EVERY),
    done(
        ALICE,
        CardsErased([BUDGET]),
        Voted(BOB, {SMILE: 0}),
        PersonRenamed(BOB, told=True),
        after=CHOSEN[:4],
        person=BOB,
    ),
    done(
        ALICE, CardsErased([BUDGET]), ActionsErased([ACT]), PersonRenamed(BOB, told=True), after=DISCUSSED, person=BOB
    ),
    done(ALICE, PersonRenamed(BOB, told=True), after=[NAMELESS, *DISCUSSED], later=[BUDGET, ACT], person=BOB),
    done(ALICE, after=[does(DAN, "rename_me", new_name="")], person=DAN),
    refused(ALICE, "unknown_person", "person", person=CAROL),
    refusals=["unknown_person"],
    no_undo=IRREVERSIBLE,
)
