"""What people may ask for about themselves, and organisers for somebody who cannot: withdrawing and erasing.

Pure. Taking back what one wrote is in `erasure.py`; what is held about somebody, in `domain/personal_data.py`. Somebody
without a phone is known by a name alone: cards were written for them, and actions may be theirs.
"""

from __future__ import annotations

from msgspec import structs

from speedboat.domain.declarations import ALICE, BOB, CAROL, DAN, declare, does, done, refused
from speedboat.domain.features.actions import ActionCarried, ActionsErased, ActionSet
from speedboat.domain.features.cards import CardAdded, CardAgreed, CardsErased
from speedboat.domain.features.erasure import ACT, BUDGET, DISCUSSED, IRREVERSIBLE, NAMELESS, SMILE, WRITTEN, erasing
from speedboat.domain.features.people import WirePersonId
from speedboat.domain.features.person_names import HALF_A_CHARACTER, PersonRenamed, RenamePerson, rename_person
from speedboat.domain.features.votes import FEWEST_ESTIMATES, Estimated, Voted
from speedboat.domain.ids import ActionId, CardId, PersonId
from speedboat.domain.messages import NAME_LIMIT, Command, Decision, Fact, Refused, Viewer
from speedboat.domain.permissions import EVERY, NEVER, May
from speedboat.domain.state import Action, Board
from speedboat.domain.validation import clean_name, fold_name

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
    """In an anonymous workshop their cards go one by one, as when they take them back themselves.

    What was written for their name, and that name as an owner of actions, goes too: unless somebody else has it.
    """
    person = command.person
    if person not in board.people:
        raise Refused("unknown_person", "person")
    name = fold_name(board.names.get(person, ""))
    is_shared = any(fold_name(other) == name for each, other in board.names.items() if each != person)
    erased_names = frozenset([name] if name and not is_shared else [])
    cards = [card.id for card in board.cards.values() if card.author == person]
    cards += [card for card in cards_for(board, erased_names) if card not in cards]
    actions = [action.id for action in board.actions.values() if action.by == person]
    facts = [*_withdrawing(board, person), *_without_owner(board, erased_names, actions)]
    has_name = bool(board.names.get(person))
    if has_name:
        facts.append(PersonRenamed(person, told=True))
    names = {person: ""} if has_name else {}
    if board.settings.anonymous:
        return Decision(facts, names=names, later=[*cards, *actions], erased_names=erased_names)
    return Decision([*erasing(board, cards, actions), *facts], names=names, erased_names=erased_names)


def cards_for(board: Board, names: frozenset[str]) -> list[CardId]:
    """Return the cards that were written for somebody of these names, as `fold_name` has them."""
    return [card.id for card in board.cards.values() if card.for_ and fold_name(card.for_) in names]


def _without_owner(board: Board, names: frozenset[str], but: list[ActionId]) -> list[Fact]:
    """Return what takes the owner from the actions of these names; the group decided on them, so they stay."""
    owned = [action for action in board.actions.values() if action.owner and fold_name(action.owner) in names]
    return [_ownerless(action) for action in owned if action.id not in but]


def _ownerless(action: Action) -> ActionSet:
    return ActionSet(action.id, action.text, action.state, action.by, None, action.due, action.theme)


FOR_ODETTE = does(BOB, "add_card", card=SMILE, kind="wind", text="Le sourire", weight=1, for_="Mme Odette")
ODETTE_ACTS = (
    FOR_ODETTE,
    does(ALICE, "set_phase", phase="act"),
    does(DAN, "add_action", action=ACT, text="Écrire", owner="mme odette"),
)
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
    done(
        ALICE,
        CardsErased([SMILE]),
        ActionSet(ACT, "Écrire", "proposed", DAN),
        PersonRenamed(BOB, told=True),
        after=[does(BOB, "rename_me", new_name="Mme Odette"), *ODETTE_ACTS],
        person=BOB,
    ),
    done(ALICE, after=[does(DAN, "rename_me", new_name="")], person=DAN),
    refused(ALICE, "unknown_person", "person", person=CAROL),
    refusals=["unknown_person"],
    no_undo=IRREVERSIBLE,
)


# --- erase_by_name ---------------------------------------------------------------------------------------------------


class EraseByName(Command, frozen=True, tag="erase_by_name"):
    """Erase what was written for somebody who has no phone, and their name as an owner of actions."""

    first_name: str


def erase_by_name(board: Board, command: EraseByName, who: Viewer, now: int) -> Decision:
    """Names are the same that sound the same. The answer does not tell whether there was anything."""
    names = frozenset([fold_name(clean_name(command.first_name, "first_name"))]) - {""}
    if not names:
        raise Refused("text_empty", "first_name")
    cards, facts = cards_for(board, names), _without_owner(board, names, [])
    if board.settings.anonymous:
        return Decision(facts, later=[*cards], erased_names=names)
    return Decision([*erasing(board, cards, []), *facts], erased_names=names)


ERASE_BY_NAME = declare(
    EraseByName,
    erase_by_name,
    May(NEVER, EVERY),
    done(ALICE, CardsErased([SMILE]), after=[FOR_ODETTE], first_name=" mme  Odette"),
    done(
        ALICE,
        CardsErased([SMILE]),
        ActionSet(ACT, "Écrire", "proposed", DAN),
        after=ODETTE_ACTS,
        first_name="MME ODETTE",
    ),
    done(ALICE, after=[NAMELESS, FOR_ODETTE], later=[SMILE], first_name="Mme Odette"),
    done(ALICE, after=[FOR_ODETTE], first_name="Mme Rosa"),
    refused(ALICE, "text_empty", "first_name", first_name=" !"),
    refused(ALICE, "text_too_long", "first_name", first_name="o" * (NAME_LIMIT + 1)),
    refused(ALICE, "text_malformed", "first_name", first_name=HALF_A_CHARACTER),
    refusals=["text_empty", "text_too_long", "text_malformed"],
    no_undo=IRREVERSIBLE,
)


# --- look_after ------------------------------------------------------------------------------------------------------


class LookAfter(Command, frozen=True, tag="look_after", tag_field="act"):
    """Not on the wire: an organiser corrects a name, or erases, for somebody who has no phone any more.

    With a `person`, their name becomes `new_name`, or with None all of theirs is erased; without, `first_name` is.
    """

    person: PersonId | None = None
    new_name: str | None = None
    first_name: str = ""


def look_after(board: Board, command: LookAfter, who: Viewer, now: int) -> Decision:
    if command.person is None:
        return erase_by_name(board, EraseByName(command.id, command.first_name), who, now)
    if command.new_name is None:
        return erase_person(board, ErasePerson(command.id, command.person), who, now)
    renaming = rename_person(board, RenamePerson(command.id, command.person, command.new_name), who, now)
    return Decision(renaming.facts, names=renaming.names)


LOOK_AFTER = declare(
    LookAfter,
    look_after,
    May(NEVER, NEVER),
    done(ALICE, CardsErased([SMILE]), after=[FOR_ODETTE], first_name="Mme Odette"),
    done(ALICE, CardsErased([BUDGET]), PersonRenamed(BOB, told=True), after=WRITTEN, person=BOB),
    done(ALICE, PersonRenamed(BOB, told=True), person=BOB, new_name="Robert"),
    refused(ALICE, "unknown_person", "person", person=CAROL),
    refused(ALICE, "text_empty", "first_name", first_name=""),
    refused(ALICE, "text_too_long", "new_name", person=BOB, new_name="b" * (NAME_LIMIT + 1)),
    refused(ALICE, "text_malformed", "first_name", first_name=HALF_A_CHARACTER),
    refusals=["unknown_person", "text_empty", "text_too_long", "text_malformed"],
    no_undo=IRREVERSIBLE,
    on_wire=False,
)


# --- the log ---------------------------------------------------------------------------------------------------------


def without_names(fact: Fact, names: frozenset[str]) -> Fact:
    """Return a fact as it stays in the log once these names, as `fold_name` has them, are erased."""
    match fact:
        case CardAdded() if fact.for_ and fold_name(fact.for_) in names:
            return structs.replace(fact, for_=None)
        case ActionSet() | ActionCarried() if fact.owner and fold_name(fact.owner) in names:
            return structs.replace(fact, owner=None)
    return fact
