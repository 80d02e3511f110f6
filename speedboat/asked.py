"""What is asked of the writer, and what comes of it: the words between the doors and `workshop.py`. Plain structs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from speedboat.log import Command, Refused, Role, Viewer


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


Request = Act | Look | Leave | CatchUp


class Answer(msgspec.Struct):
    """What became of a command: `encoded` is the JSON of `{ok: true, seq, inverse?}`, or there is a refusal."""

    encoded: bytes = b""
    seq: int = 0
    refusal: Refused | None = None


class View(msgspec.Struct):
    """What somebody may see: a patch, encoded, and who they are on this board now (nothing: they are not on it)."""

    patch: bytes = b""
    role: Role | None = None
    name: str = ""


class Flush(msgspec.Struct):
    """What was committed for one workshop, as one encoded patch for everybody who has entered."""

    workshop: int
    seq: int
    shared: dict[Role, bytes]
    own: dict[str, bytes]
    roles: dict[str, Role]
    removed: set[str]


class Outcome(msgspec.Struct):
    """All that came of one group, in the order it is to be handed out: patches first, then answers, then views."""

    flushes: list[Flush]
    replies: list[tuple[Callable[[Any], None], Any]]

    def hand_out(self) -> None:
        """Give everybody who asked their answer; for where nobody is connected."""
        for reply, value in self.replies:
            reply(value)
