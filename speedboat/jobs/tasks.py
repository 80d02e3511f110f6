"""Heavy work by name: what the doors may ask of a worker process. Shapes only; `worker.py` does the work.

A task holds everything its result depends on except the log, whose `seq` is given beside it: equal tasks at one `seq`
have one result.
"""

from __future__ import annotations

import msgspec

from speedboat.domain.messages import Role
from speedboat.reports.summary import Summary
from speedboat.reports.synthesis import Asked
from speedboat.storage.library_queries import Wanted


class Task(msgspec.Struct, frozen=True, tag_field="task"):
    """`workshop` is 0 for what concerns many."""

    workshop: int = 0


class Export(Task, frozen=True, tag="export"):
    """A file, as this person in this role may see the workshop; as bytes."""

    form: str = ""
    person: str | None = None
    role: Role = "screen"
    language: str = ""
    names: bool = False


class Suggest(Task, frozen=True, tag="suggest"):
    """`suggest.Suggestions` for a person, as JSON."""

    person: str = ""


class PlayBack(Task, frozen=True, tag="play_back"):
    """`replay.Replay` from the event after `after`, as JSON."""

    after: int = 0


class Summarise(Task, frozen=True, tag="summarise"):
    """The `SharedSummary` of a workshop, refused if its link, known by the hash of its secret, has ended meanwhile."""

    language: str = ""
    link_hash: str = ""


class SharedSummary(msgspec.Struct):
    """What the big screen may show of a workshop now, and the picture of it, as SVG."""

    told: Summary
    picture: str


class Search(Task, frozen=True, tag="search"):
    """One page of the library, a `shelves.Shelf`."""

    wanted: Wanted = Wanted()
    page: int = 1


class Synthesise(Task, frozen=True, tag="synthesise"):
    """A `selection.Synthesis` of the workshops asked for."""

    wanted: Wanted = Wanted()


class WriteSynthesis(Task, frozen=True, tag="write_synthesis"):
    """The same as a file, as bytes."""

    wanted: Wanted = Wanted()
    form: str = ""
    language: str = ""


class FindQuotes(Task, frozen=True, tag="find_quotes"):
    """The `selection.Quotes` behind a figure of a synthesis."""

    wanted: Wanted = Wanted()
    asked: Asked = Asked("", 0)


class Freshen(Task, frozen=True, tag="freshen"):
    """Bring some of what can be searched up to date; not empty if another turn is worth it."""

    held: tuple[int, ...] | None = None


AnyTask = Export | Suggest | PlayBack | Summarise | Search | Synthesise | WriteSynthesis | FindQuotes | Freshen


class Setup(msgspec.Struct):
    """What a worker process is told first, through its standard input."""

    database_url: str
    organisation: str = ""
    logo: str = ""


class Reply(msgspec.Struct):
    """What came of a task: `body`, or the `code` of a refusal. `memory` is that of the process in bytes, 0: unknown."""

    body: bytes = b""
    code: str = ""
    field: str | None = None
    details: dict[str, str | int | float | bool | None] = {}
    memory: int = 0
