"""JSON: the complete workshop as its log, versioned; importing it gives the same board, replay included.

It holds no code, key, address or time of export: the same workshop gives the same bytes, wherever it was imported.
Authors of an anonymous workshop are in it for nobody, not even by what they did to their cards.
"""

from __future__ import annotations

import msgspec

from speedboat import cards, discussion, path, votes
from speedboat.board import Board
from speedboat.exports.source import Source
from speedboat.facts import read_fact, write_fact
from speedboat.log import Event, Fact, Refused, Viewer
from speedboat.log_validation import MOST_EVENTS, refuse_bad_rows

FORMAT = "speedboat-workshop"
VERSION = 1


class LoggedEvent(msgspec.Struct, omit_defaults=True):
    """One line of the log: its number, when (ms since the epoch, UTC), what, and by whom where that may be said."""

    seq: int
    at: int
    fact: msgspec.Raw
    by: str | None = None


class Document(msgspec.Struct):
    """The whole export. `names` are those of the people the log speaks of."""

    format: str
    version: int
    names: dict[str, str]
    events: list[LoggedEvent]


def write(source: Source) -> bytes:
    """The document, indented by two, UTF-8, ending in a line end."""
    board, veil = source.board, Veil(source.viewer)
    events = []
    for event in source.events:
        shown = veil.over(_shown(board, event.fact, source.viewer))
        by = None if board.settings.anonymous or veil.hides(event.fact) else event.by
        events.append(LoggedEvent(event.seq, event.at, msgspec.Raw(write_fact(shown).encode()), by))
    document = Document(FORMAT, VERSION, dict(sorted(board.names.items())), events)
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


class Veil:
    """What others voted, estimated or agreed with is told without saying who they are; only the command line, which
    has the database, is told. The same person stays the same somebody, so that what is added up adds up."""

    def __init__(self, viewer: Viewer | None) -> None:
        self._viewer = viewer
        self._somebody: dict[str, str] = {}

    def hides(self, fact: Fact) -> bool:
        if self._viewer is None or not isinstance(fact, votes.Voted | votes.Estimated | cards.CardAgreed):
            return False
        return fact.person != self._viewer.person

    def over(self, fact: Fact) -> Fact:
        if not self.hides(fact):
            return fact
        assert isinstance(fact, votes.Voted | votes.Estimated | cards.CardAgreed)
        somebody = self._somebody.setdefault(fact.person, f"person:somebody-{len(self._somebody) + 1:09}")
        return msgspec.structs.replace(fact, person=somebody)


def _shown(board: Board, fact: Fact, viewer: Viewer | None) -> Fact:
    """A fact as this asker may have it: without what is still hidden from them, or was promised to stay so."""
    if isinstance(fact, cards.CardAdded | cards.CardEdited):
        fact = _card_shown(board, fact, viewer)
    elif isinstance(fact, path.CardHeld) and not _told_why(board, fact.card, viewer):
        fact = msgspec.structs.replace(fact, reason="")
    elif isinstance(fact, discussion.Noted) and fact.target in board.cards:
        if not _readable(board, fact.target, viewer):
            fact = msgspec.structs.replace(fact, text="")
    elif isinstance(fact, votes.Voted) and not _counted(votes.totals_shown(board), fact.person, viewer):
        fact = msgspec.structs.replace(fact, votes={})
    elif isinstance(fact, votes.Estimated) and not _counted(votes.estimates_shown(board), fact.person, viewer):
        fact = msgspec.structs.replace(fact, knots=None)
    return fact


def _card_shown(board: Board, fact: cards.CardAdded | cards.CardEdited, viewer: Viewer | None) -> Fact:
    """What others wrote is said as it is said now: what they wrote over may never have been seen by anybody."""
    card, readable = board.cards.get(fact.card), _readable(board, fact.card, viewer)
    if not readable:
        fact = msgspec.structs.replace(fact, text="")
    elif card and viewer and card.author != viewer.person:
        fact = msgspec.structs.replace(fact, text=card.text)
    if isinstance(fact, cards.CardAdded) and (board.settings.anonymous or not readable):
        fact = msgspec.structs.replace(fact, author=None, for_=None)
    return fact


def _told_why(board: Board, card_id: str, viewer: Viewer | None) -> bool:
    """Why a card is held back is for its author and for facilitators."""
    card = board.cards.get(card_id)
    return viewer is None or viewer.facilitates or bool(card and viewer.person and card.author == viewer.person)


def _readable(board: Board, card: str, viewer: Viewer | None) -> bool:
    return viewer is None or board.may_read(card, viewer)


def _counted(shown: bool, person: str, viewer: Viewer | None) -> bool:
    return shown or viewer is None or viewer.person == person


def read(data: bytes) -> tuple[list[Event], dict[str, str]]:
    """The log and the names in a document.

    Raises:
        Refused: `not_an_export`, `unknown_version`, `broken_log` (numbers that do not run 1, 2, 3 …), or `bad_rows`.
    """
    try:
        document = msgspec.json.decode(data, type=Document)
        if document.format != FORMAT:
            raise Refused("not_an_export")
        if document.version > VERSION:
            raise Refused("unknown_version")
        lines = document.events
        if not 0 < len(lines) <= MOST_EVENTS or [line.seq for line in lines] != list(range(1, len(lines) + 1)):
            raise Refused("broken_log")
        events = [Event(line.seq, line.at, line.by, read_fact(bytes(line.fact).decode())) for line in lines]
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise Refused("not_an_export") from None
    if not isinstance(events[0].fact, path.WorkshopCreated):
        raise Refused("broken_log")
    refuse_bad_rows(events, document.names)
    return events, document.names
