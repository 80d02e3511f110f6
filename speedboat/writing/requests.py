"""The writer's requests and their outcomes: the structs that sockets and REST exchange with `writer.py`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec

from speedboat.domain.drag_rights import Terms
from speedboat.domain.features.erasure import EraseRecord, TakeBack
from speedboat.domain.features.rights import EraseByName, ErasePerson, LookAfter
from speedboat.domain.ids import PersonId, WorkshopNumber
from speedboat.domain.messages import Command, Refused, Role, Viewer
from speedboat.domain.state import Board, Door


class Act(msgspec.Struct):
    """Run a command; `reply` gets the answer."""

    workshop: WorkshopNumber
    who: Viewer
    command: Command
    reply: Callable[[Answer], None]


class Look(msgspec.Struct):
    """Read what changed since a seq, as one person may see it (None: the big screen).

    With `enters` they also get every later patch.
    """

    workshop: WorkshopNumber
    person: PersonId | None
    since: int
    reply: Callable[[View], None]
    enters: bool = False


class Leave(msgspec.Struct):
    """Somebody who had entered has left."""

    workshop: WorkshopNumber
    person: PersonId | None


class CatchUp(msgspec.Struct):
    """Another process may have written to this workshop."""

    workshop: WorkshopNumber


class Waits(Protocol):
    """What the writer's callers need of a serving mode (see `server.Serving`)."""

    def waiter(self) -> Any: ...


Request = Act | Look | Leave | CatchUp
ByWorkshop = dict[WorkshopNumber, list[Request]]


def sorted_by_workshop(requests: Sequence[Request]) -> ByWorkshop:
    """Return the requests by workshop, in the order they came."""
    by_workshop: ByWorkshop = {}
    for request in requests:
        by_workshop.setdefault(request.workshop, []).append(request)
    return by_workshop


def acts_of(by_workshop: ByWorkshop) -> dict[WorkshopNumber, list[Act]]:
    """Return the commands among the requests."""
    acts = {workshop: [r for r in requests if isinstance(r, Act)] for workshop, requests in by_workshop.items()}
    return {workshop: some for workshop, some in acts.items() if some}


def but_acts(by_workshop: ByWorkshop) -> ByWorkshop:
    """Return all requests but the commands."""
    others: ByWorkshop = {w: [r for r in requests if not isinstance(r, Act)] for w, requests in by_workshop.items()}
    return {workshop: rest for workshop, rest in others.items() if rest}


LONG = (TakeBack, EraseRecord, ErasePerson, EraseByName, LookAfter)


def takes_long(request: Request) -> bool:
    """Whether a request reads a whole log, which would stall the event loop."""
    return isinstance(request, Act) and isinstance(request.command, LONG)


class Answer(msgspec.Struct):
    """The answer to a command: `encoded` is the JSON of `{ok: true, seq, inverse?}`, or there is a refusal."""

    encoded: bytes = b""
    seq: int = 0
    refusal: Refused | None = None


class View(msgspec.Struct):
    """The answer to `Look`.

    Attributes:
        patch: what changed, as JSON.
        role, name: of the person now; no role if they are not on the board, or `waiting` for approval.
        terms: who may move and see dragged cards; only for those who enter.
        door, anonymous, purge_on, keeps_figures: what whoever stands outside may know: how one comes in, whether cards
            have no name, the day on which all is erased ('' for none), whether figures remain.
    """

    patch: bytes = b""
    role: Role | None = None
    name: str = ""
    waiting: bool = False
    terms: Terms | None = None
    door: Door | None = None
    anonymous: bool = False
    purge_on: str = ""
    keeps_figures: bool = False


class Flush(msgspec.Struct):
    """What a commit changed in one workshop, as patches for everybody who has entered; or the workshop's end.

    Attributes:
        shared: the patch for each role.
        own: patches for people who are to be sent something else than their role.
        removed: people who are not on the board any more.
        has_ended: the workshop was deleted.
    """

    workshop: WorkshopNumber
    seq: int
    shared: dict[Role, bytes]
    own: dict[PersonId, bytes]
    roles: dict[PersonId, Role]
    removed: set[PersonId]
    terms: Terms | None = None
    has_ended: bool = False


class Audience(NamedTuple):
    """Who is present in a workshop: the roles of people, who has been removed, and the set of roles (`shared`)."""

    board: Board
    people_seq: int
    roles: dict[PersonId, Role]
    removed: set[PersonId]
    shared: set[Role]


Reply = tuple[Callable[[Any], None], Any]  # a callback and its argument


class Outcome(msgspec.Struct):
    """Everything one batch produced, in the order in which it is sent: patches first, then answers, then views."""

    flushes: list[Flush]
    replies: list[Reply]

    def hand_out(self) -> None:
        """Call all replies, where there are no sockets to flush to."""
        for reply, value in self.replies:
            reply(value)


def refusals(requests: Sequence[Request], code: str) -> list[Reply]:
    """Return the same refusal for every command, and an empty view for every `Look`."""
    replies: list[Reply] = []
    for request in requests:
        if isinstance(request, Act):
            replies.append((request.reply, Answer(refusal=Refused(code))))
        elif isinstance(request, Look):
            replies.append((request.reply, View()))
    return replies
