"""The basic types of the log: command, fact, event, viewer, decision, refusal.

Pure. The features (`cards.py`, `themes.py` …) define their own commands and facts from these; nothing here knows one
of them by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec

from speedboat.domain.ids import PersonId

Role = Literal["participant", "facilitator", "screen"]
Phase = Literal["welcome", "write", "share", "group", "vote", "cut", "discuss", "act", "closed"]
PHASES: tuple[Phase, ...] = ("welcome", "write", "share", "group", "vote", "cut", "discuss", "act", "closed")

TEXT_LIMIT = 500  # characters of a card, a note, an action or a prompt
NAME_LIMIT = 60  # characters of a first name or an owner
TITLE_LIMIT = 200  # characters of the title of a workshop or theme
LAST_MOMENT = 7_258_118_400_000  # 2200-01-01 in ms since the epoch: nothing happens later

# A whole number of a fact: what every program reads alike. A fact with a longer one is none that this program wrote.
Whole = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]

CommandId = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{8,64}\Z")]


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="name", rename=None):
    """What somebody asks for. `id` is chosen by the client: the same id from the same person is the same act."""

    id: CommandId


class Fact(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="name"):
    """Something that happened, stored for ever: facts are never renamed, and their fold never refuses."""


class Event(msgspec.Struct, frozen=True):
    """A fact in the log of a workshop: its seq 1..N, its time (ms since the epoch, UTC), and by whom.

    `by` is a person's id, or None for the command line. The fold never reads it: a fact names whom it is about.
    """

    seq: int
    at: int
    by: PersonId | None
    fact: Fact


class Viewer(msgspec.Struct, frozen=True):
    """Who looks: a person with the role they have now, or the screen, which is nobody."""

    person: PersonId | None
    role: Role

    @property
    def somebody(self) -> PersonId:
        """The person, where commands are decided: the screen gives none."""
        assert self.person is not None
        return self.person

    @property
    def facilitates(self) -> bool:
        return self.role == "facilitator"


SCREEN = Viewer(None, "screen")

# Archives of anonymous workshops hold numbers where a log names people. Folded, what was counted is kept under these
# ids, which no person can have.
NOBODY = PersonId("nobody")
MOST_COUNTED = 1_000_000
Count = Annotated[int, msgspec.Meta(ge=0, le=MOST_COUNTED)]


def nobody(n: int) -> PersonId:
    """The id of one of several of whom only the number is known."""
    return PersonId(f"{NOBODY}:{n}")


def is_nobody(person: PersonId) -> bool:
    """Whether a person id is a pseudonym from an archive, which stands for no person."""
    return person.startswith(NOBODY)


class Refused(Exception):
    """A command that cannot be done, by name: a word for programs, the field it is about, details for a sentence."""

    def __init__(self, code: str, field: str | None = None, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.details = details


class Decision(msgspec.Struct):
    """What follows from a command.

    Attributes:
        facts: to append to the log.
        inverse: the commands that would undo it.
        names, devices: names and device hashes for the rows of people.
        refusal: the command is done and still answered with this: somebody waits for approval, and is not in.
        later: records that are erased one by one within the next minutes.
        erased_names: names, as `fold_name` has them, that are taken out of the log: of whom a card was written for, and
            of owners of actions.
    """

    facts: Sequence[Fact]
    inverse: list[dict[str, object]] = msgspec.field(default_factory=list)
    names: dict[PersonId, str] = msgspec.field(default_factory=dict)
    devices: dict[PersonId, str] = msgspec.field(default_factory=dict)
    refusal: Refused | None = None
    later: list[str] = msgspec.field(default_factory=list)
    erased_names: frozenset[str] = frozenset()


def undo(name: str, **arguments: object) -> dict[str, object]:
    """A command of an inverse, as the client will send it (with an id of its own)."""
    return {"name": name, **{key: value for key, value in arguments.items() if value is not msgspec.UNSET}}
