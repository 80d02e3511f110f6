"""The archive: the complete log of a workshop, which can be imported again; and reading archives and older exports.

For administrators, from the command line: no participant, facilitator or screen is ever given events. It holds no code,
key, address or time of export, so the same workshop gives the same bytes, wherever it was imported. Of an anonymous
workshop it holds nobody (`anonymity.py`).
"""

from __future__ import annotations

import codecs

import msgspec

from speedboat.domain.anonymity import is_anonymous, without_people
from speedboat.domain.fact_codec import read_fact, write_fact
from speedboat.domain.features.phases import WorkshopCreated
from speedboat.domain.ids import PersonId, WorkshopNumber
from speedboat.domain.log_validation import MOST_EVENTS, refuse_bad_rows
from speedboat.domain.messages import Event, Refused
from speedboat.storage.store import Store
from speedboat.storage.workshop_reader import read as read_workshop

FORMAT = "speedboat-archive"
VERSION = 1
# The newest version that can be read of each format. The second is what the JSON export was in version 0.1.
READ = {FORMAT: VERSION, "speedboat-workshop": 1}


class LoggedEvent(msgspec.Struct, omit_defaults=True):
    """One event of the log: seq, time (ms since the epoch, UTC), fact, and the person unless anonymous."""

    seq: int
    at: int
    fact: msgspec.Raw
    by: PersonId | None = None


class Document(msgspec.Struct):
    """The whole archive; `names` are those of the people in the log."""

    format: str
    version: int
    names: dict[PersonId, str]
    events: list[LoggedEvent]


def archive(store: Store, workshop: WorkshopNumber) -> bytes:
    """Return the archive of a workshop. Blocks. Raises Refused: `unknown_workshop`."""
    content = read_workshop(store, workshop)
    return write(content.events, content.board.names)


def write(events: list[Event], names: dict[PersonId, str]) -> bytes:
    """Encode the document: JSON indented by two, UTF-8, with a final newline."""
    if is_anonymous(events):
        events, names = without_people(events), {}
    lines = [
        LoggedEvent(event.seq, event.at, msgspec.Raw(write_fact(event.fact).encode()), event.by) for event in events
    ]
    document = Document(FORMAT, VERSION, dict(sorted(names.items())), lines)
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def read(data: bytes) -> tuple[list[Event], dict[PersonId, str]]:
    """Read the log and the names from an archive, or from a JSON export of version 0.1.

    Raises:
        Refused: `not_an_export`, `unknown_version`, `broken_log` (numbers that do not run 1, 2, 3 …), or `bad_rows`.
    """
    try:
        document = msgspec.json.decode(_as_utf_8(data), type=Document)
        if document.format not in READ:
            raise Refused("not_an_export")
        if document.version > READ[document.format]:
            raise Refused("unknown_version")
        lines = document.events
        if not 0 < len(lines) <= MOST_EVENTS or [line.seq for line in lines] != list(range(1, len(lines) + 1)):
            raise Refused("broken_log")
        events = [Event(line.seq, line.at, line.by, read_fact(bytes(line.fact).decode())) for line in lines]
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise Refused("not_an_export") from None
    if not isinstance(events[0].fact, WorkshopCreated):
        raise Refused("broken_log")
    refuse_bad_rows(events, document.names)
    return events, document.names


def _as_utf_8(data: bytes) -> bytes:
    """Return a text that an editor may have saved again, with a byte order mark or in UTF-16, as plain UTF-8."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16").encode()
    if data[1:2] == b"\0":  # JSON begins with an ASCII character
        return data.decode("utf-16-le").encode()
    if data[:1] == b"\0":
        return data.decode("utf-16-be").encode()
    return data.removeprefix(codecs.BOM_UTF8)
