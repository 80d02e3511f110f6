"""First names: who changes them, and which ones nobody may take. Commands, fact, fold and rules.

Pure. A name is not in the log, only that it changed: see `people.py`.
"""

from __future__ import annotations

from speedboat.domain.declarations import ALICE, BOB, CAROL, DAN, declare, does, done, refused
from speedboat.domain.features.people import WirePersonId, present
from speedboat.domain.folds import folds
from speedboat.domain.ids import PersonId
from speedboat.domain.messages import NAME_LIMIT, Command, Decision, Event, Fact, Refused, Viewer, undo
from speedboat.domain.permissions import EVERY, NEVER, May
from speedboat.domain.state import Board
from speedboat.domain.validation import clean_name, fold_name

HALF_A_CHARACTER = "\ud83d"


class PersonRenamed(Fact, frozen=True, tag="person_renamed"):
    """`told` where a facilitator did it, who is told at once also in an anonymous workshop."""

    person: PersonId
    told: bool = False


def person_renamed(board: Board, fact: PersonRenamed, event: Event) -> None:
    if fact.told:
        board.former_names.pop(fact.person, None)
        board.touch(fact.person)
    elif board.settings.anonymous:
        if fact.person in board.listed:
            # No name is known where a whole log is folded: the old one is kept nowhere, only that there is a new one.
            board.former_names.setdefault(fact.person, board.names.get(fact.person, ""))
        board.touch(fact.person, only=fact.person)
    else:
        board.touch(fact.person)


FOLDS = dict([folds(PersonRenamed, person_renamed)])


# --- rename_me -------------------------------------------------------------------------------------------------------


class RenameMe(Command, frozen=True, tag="rename_me"):
    """Change one's own first name."""

    new_name: str


def rename_me(board: Board, command: RenameMe, who: Viewer, now: int) -> Decision:
    person, name = who.somebody, clean_name(command.new_name, "new_name")
    before = board.names.get(person, "")
    if name == before:
        return Decision([])
    # Or whoever was removed would come in under another name and take the old one.
    if fold_name(name) != fold_name(before):
        refuse_removed_name(board, name, "new_name")
        if is_removed_name(board, before):
            return _renamed(person, name)
    return _renamed(person, name, undo("rename_me", new_name=before))


DAN_IS_REMOVED = does(ALICE, "remove_person", person=DAN)
RENAME_ME = declare(
    RenameMe,
    rename_me,
    May(EVERY, EVERY, locked=True),
    done(BOB, PersonRenamed(BOB), new_name=" Bobby  B. "),
    done(BOB, PersonRenamed(BOB), new_name=""),
    done(BOB, PersonRenamed(BOB), after=[does(ALICE, "change_settings", anonymous=True)], new_name="Bobby"),
    done(
        BOB,
        PersonRenamed(BOB),
        after=[does(BOB, "rename_me", new_name="Dan"), DAN_IS_REMOVED],
        no_undo="their former name is that of somebody removed, and nobody's",
        new_name="Bobby",
    ),
    done(BOB, PersonRenamed(BOB), after=[does(BOB, "rename_me", new_name="Dan"), DAN_IS_REMOVED], new_name="dän"),
    done(BOB, new_name="Bob"),
    refused(BOB, "text_too_long", "new_name", new_name="b" * (NAME_LIMIT + 1)),
    refused(BOB, "text_malformed", "new_name", new_name=HALF_A_CHARACTER),
    refused(BOB, "name_removed", "new_name", after=[DAN_IS_REMOVED], new_name="D a n!"),
    refusals=["text_too_long", "text_malformed", "name_removed"],
)


# --- rename_person ---------------------------------------------------------------------------------------------------


class RenamePerson(Command, frozen=True, tag="rename_person"):
    """Change somebody's first name."""

    person: WirePersonId
    new_name: str


def rename_person(board: Board, command: RenamePerson, who: Viewer, now: int) -> Decision:
    person, name = present(board, command.person), clean_name(command.new_name, "new_name")
    own = board.names.get(person.id, "")
    # In an anonymous workshop what somebody calls themselves is shown later: until then the answer does not tell it.
    shown = board.former_names.get(person.id, own)
    if name == own == shown:
        return Decision([])
    return _renamed(person.id, name, undo("rename_person", person=person.id, new_name=shown), is_announced=True)


RENAME_PERSON = declare(
    RenamePerson,
    rename_person,
    May(NEVER, EVERY),
    done(ALICE, PersonRenamed(BOB, told=True), person=BOB, new_name="Robert"),
    done(ALICE, PersonRenamed(ALICE, told=True), person=ALICE, new_name="Alix"),
    done(
        ALICE,
        PersonRenamed(BOB, told=True),
        after=[does(ALICE, "change_settings", anonymous=True), does(BOB, "rename_me", new_name="Bobby")],
        leaves="they are called as facilitators knew them: what they called themselves meanwhile was not shown yet",
        person=BOB,
        new_name="Robert",
    ),
    done(
        ALICE,
        PersonRenamed(BOB, told=True),
        after=[does(ALICE, "change_settings", anonymous=True), does(BOB, "rename_me", new_name="Bobby")],
        leaves="they are called as facilitators knew them: what they called themselves meanwhile was not shown yet",
        person=BOB,
        new_name="Bobby",
    ),
    done(ALICE, person=BOB, new_name="Bob"),
    refused(ALICE, "unknown_person", "person", person=CAROL, new_name="Carole"),
    refused(ALICE, "unknown_person", "person", after=[DAN_IS_REMOVED], person=DAN, new_name="Daniel"),
    refused(ALICE, "text_too_long", "new_name", person=BOB, new_name="b" * (NAME_LIMIT + 1)),
    refused(ALICE, "text_malformed", "new_name", person=BOB, new_name=HALF_A_CHARACTER),
    refusals=["unknown_person", "text_too_long", "text_malformed"],
)


def _renamed(person: PersonId, name: str, *back: dict[str, object], is_announced: bool = False) -> Decision:
    return Decision([PersonRenamed(person, is_announced)], list(back), names={person: name})


def refuse_removed_name(board: Board, name: str, field: str = "name") -> None:
    """Refuse the first name of a removed person, until they are let in again."""
    if is_removed_name(board, name):
        raise Refused("name_removed", field)


def is_removed_name(board: Board, name: str) -> bool:
    """Whether somebody of this first name was removed."""
    folded = fold_name(name)
    return bool(folded) and any(
        person.removed and fold_name(board.names.get(person.id, "")) == folded for person in board.people.values()
    )
