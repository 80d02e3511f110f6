"""The tasks that a worker process can run, and its replies. Structs only; `worker.py` does the work.

A task holds everything its result depends on except the log, whose `seq` is passed beside it: equal tasks at one `seq`
have the same result.
"""

from __future__ import annotations

import msgspec

from speedboat.domain.ids import NO_WORKSHOP, PersonId, WorkshopNumber
from speedboat.domain.messages import Role
from speedboat.reports.quotes import FigureQuery
from speedboat.reports.summary import Summary
from speedboat.storage.library_queries import LibraryQuery
from speedboat.storage.visible_workshops import Sight


class Task(msgspec.Struct, frozen=True, tag_field="task"):
    """The base of all tasks. `workshop` is 0 if the task concerns many."""

    workshop: WorkshopNumber = NO_WORKSHOP


class Export(Task, frozen=True, tag="export"):
    """Export a workshop as this person in this role may see it. Result: the bytes of the file."""

    form: str = ""
    person: PersonId | None = None
    role: Role = "screen"
    language: str = ""
    names: bool = False


class Suggest(Task, frozen=True, tag="suggest"):
    """Suggest themes to a person. Result: `reports.suggestions.Suggestions` as JSON."""

    person: str = ""


class PlayBack(Task, frozen=True, tag="play_back"):
    """Replay a workshop from the event after the seq `after`. Result: `reports.replay.Replay` as JSON."""

    after: int = 0


class Summarise(Task, frozen=True, tag="summarise"):
    """Summarise a workshop for its summary link. Result: `SharedSummary`; refused if that link has been ended."""

    language: str = ""
    link_hash: str = ""


class SharedSummary(msgspec.Struct):
    """The summary as the big screen may show it, and the picture of the board as SVG."""

    summary: Summary
    picture: str


class Search(Task, frozen=True, tag="search"):
    """Search the library. Result: one page, a `library.search.Shelf`."""

    query: LibraryQuery = LibraryQuery()
    page: int = 1


class Synthesise(Task, frozen=True, tag="synthesise"):
    """Make the synthesis of a selection of workshops. Result: `library.selection.Synthesis`."""

    query: LibraryQuery = LibraryQuery()


class WriteSynthesis(Task, frozen=True, tag="write_synthesis"):
    """Export the synthesis of a selection of workshops. Result: the bytes of the file."""

    query: LibraryQuery = LibraryQuery()
    form: str = ""
    language: str = ""


class FindQuotes(Task, frozen=True, tag="find_quotes"):
    """Find the cards behind a figure of a synthesis. Result: `library.selection.Quotes`."""

    query: LibraryQuery = LibraryQuery()
    figure: FigureQuery = FigureQuery("", 0)


class Freshen(Task, frozen=True, tag="freshen"):
    """Bring part of the search index up to date. Result: not empty if there is more to do."""

    sight: Sight | None = None


class ReadThemes(Task, frozen=True, tag="read_themes"):
    """Compute what some themes of the selected workshops mean. Result: not empty if there is more to do."""

    query: LibraryQuery = LibraryQuery()


AnyTask = (
    Export | Suggest | PlayBack | Summarise | Search | Synthesise | WriteSynthesis | FindQuotes | Freshen | ReadThemes
)


class WorkerSetup(msgspec.Struct):
    """The first message to a worker process on its standard input."""

    database_url: str
    organisation: str = ""
    logo: str = ""


class JobReply(msgspec.Struct):
    """The outcome of a task: `body`, or the `code` of a refusal. `memory`: bytes the process uses, 0 if unknown."""

    body: bytes = b""
    code: str = ""
    field: str | None = None
    details: dict[str, str | int | float | bool | None] = {}
    memory: int = 0
