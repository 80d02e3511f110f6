"""What is asked of the writer, and what comes of it: the words between the doors and `writer.py`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec

from speedboat.domain.drag_rights import Terms
from speedboat.domain.features.erasure import EraseRecord, TakeBack
from speedboat.domain.messages import Command, Refused, Role, Viewer
from speedboat.domain.state import Board


class Act(msgspec.Struct):
    """A command of somebody, and who wants the answer."""

    workshop: int
    who: Viewer
    command: Command
    reply: Callable[[Answer], None]


class Look(msgspec.Struct):
    """Somebody wants what changed since. With `enters`, they stay and get every patch from there on."""

    workshop: int
    person: str | None
    since: int
    reply: Callable[[View], None]
    enters: bool = False


class Leave(msgspec.Struct):
    """Somebody who entered has gone."""

    workshop: int
    person: str | None


class CatchUp(msgspec.Struct):
    """Another process may have written."""

    workshop: int


class Waits(Protocol):
    """What the writer's callers need of a serving mode."""

    def waiter(self) -> Any: ...


Request = Act | Look | Leave | CatchUp
ByWorkshop = dict[int, list[Request]]


def sorted_by_workshop(requests: Sequence[Request]) -> ByWorkshop:
    """Each workshop's requests, in the order they came."""
    found: ByWorkshop = {}
    for request in requests:
        found.setdefault(request.workshop, []).append(request)
    return found


def acts_of(asked: ByWorkshop) -> dict[int, list[Act]]:
    """The commands among them, of the workshops that have some."""
    found = {workshop: [r for r in requests if isinstance(r, Act)] for workshop, requests in asked.items()}
    return {workshop: acts for workshop, acts in found.items() if acts}


def but_acts(asked: ByWorkshop) -> ByWorkshop:
    """All but the commands, of the workshops that have anything else."""
    found: ByWorkshop = {w: [r for r in requests if not isinstance(r, Act)] for w, requests in asked.items()}
    return {workshop: rest for workshop, rest in found.items() if rest}


def takes_long(request: Request) -> bool:
    """Whether a whole log is read for it: nothing to be done on the loop."""
    return isinstance(request, Act) and isinstance(request.command, TakeBack | EraseRecord)


class Answer(msgspec.Struct):
    """What became of a command: `encoded` is the JSON of `{ok: true, seq, inverse?}`, or there is a refusal."""

    encoded: bytes = b""
    seq: int = 0
    refusal: Refused | None = None


class View(msgspec.Struct):
    """What somebody may see: a patch, encoded, and who they are on this board now (nothing: they are not on it, or wait
    at its door). `terms` is for whoever enters."""

    patch: bytes = b""
    role: Role | None = None
    name: str = ""
    waiting: bool = False
    terms: Terms | None = None


class Flush(msgspec.Struct):
    """What was committed for one workshop, as one encoded patch for everybody who has entered; or its end."""

    workshop: int
    seq: int
    shared: dict[Role, bytes]
    own: dict[str, bytes]
    roles: dict[str, Role]
    removed: set[str]
    terms: Terms | None = None
    has_ended: bool = False


class Audience(NamedTuple):
    """Who is here to be shown what changes: roles of people, who has been removed meanwhile, the roles there are."""

    board: Board
    people_seq: int
    roles: dict[str, Role]
    removed: set[str]
    shared: set[Role]


Reply = tuple[Callable[[Any], None], Any]  # who is told, and what


class Outcome(msgspec.Struct):
    """All that came of one group, in the order it is to be handed out: patches first, then answers, then views."""

    flushes: list[Flush]
    replies: list[Reply]

    def hand_out(self) -> None:
        """Give everybody who asked their answer; for where nobody is connected."""
        for reply, value in self.replies:
            reply(value)


def refusals(asked: Sequence[Request], code: str) -> list[Reply]:
    """The same refusal for each command, and an empty view for who wanted to look."""
    replies: list[Reply] = []
    for request in asked:
        if isinstance(request, Act):
            replies.append((request.reply, Answer(refusal=Refused(code))))
        elif isinstance(request, Look):
            replies.append((request.reply, View()))
    return replies
