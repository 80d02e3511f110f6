"""Maintenance from the command line: renew a key, import, backup, restore, check. All functions block.

The server may be running meanwhile: it finds what was written here when it polls the database (`poller.py`).
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from speedboat.access.codes import new_code
from speedboat.access.keys import KeyMaker
from speedboat.config.private_files import private_writer
from speedboat.domain.days import day_in
from speedboat.domain.fact_codec import UnknownFact, read_fact
from speedboat.domain.features.people import PersonJoined, RoleGiven
from speedboat.domain.features.purge_date import PurgeDateSet, day_after
from speedboat.domain.ids import PersonId, WorkshopNumber
from speedboat.domain.log_validation import faults_in
from speedboat.domain.messages import Event, Fact, Refused, Viewer
from speedboat.domain.projection import apply, changed_since, fold
from speedboat.domain.state import Board
from speedboat.exports import archive
from speedboat.storage.deletion_queries import ALL, Deletion, add, note
from speedboat.storage.erasure_queries import mark
from speedboat.storage.store import CodeTaken, OperationalError, SQLAlchemyError, Store, Transaction, Workshop
from speedboat.storage.tables import metadata
from speedboat.writing.deletions import erase_again
from speedboat.writing.eraser import sweep
from speedboat.writing.purge import purge

Row = dict[str, Any]  # of a table, by column
BackupFile = Path | BinaryIO

LARGEST_INTEGER = 2**63  # that a database holds
BACKUP_FORMAT = "speedboat-backup"
BACKUP_VERSION = 1
ROWS_AT_ONCE = 500
# Not backed up: whoever has signed out, or used an invitation, stays out after a restore.
OF_THE_MOMENT = ("sign_ins", "invitations")
LARGEST_IMPORT = 256 * 1024 * 1024  # bytes
LARGEST_ROW = 16 * 1024 * 1024  # bytes of a line of a backup
DAYS_AFTER_IMPORT = 30  # until a workshop is erased whose day had passed when it was imported
SWEEPING = 20.0  # seconds in which what a deleted workshop leaves in the files is to be gone


class BackupHead(msgspec.Struct):
    """The first line of a backup file."""

    format: str
    version: int


def read_file(file: Path) -> bytes:
    """Read a file to import. Raises Refused: `too_large`; OSError: it cannot be read."""
    with file.open("rb") as opened:
        data = opened.read(LARGEST_IMPORT + 1)  # a device says nothing of its size
    if len(data) > LARGEST_IMPORT:
        raise Refused("too_large")
    return data


def preview_import(data: bytes) -> Row:
    """Return what an import of this file would create. Raises Refused: as `import_workshop` does."""
    events, _ = archive.read(data)
    board = fold(events)
    return {
        "title": board.title,
        "events": len(events),
        "people": sum(person.is_in for person in board.people.values()),
        "cards": sum(not card.deleted for card in board.cards.values()),
        "themes": sum(theme.live for theme in board.themes.values()),
        "actions": sum(not action.deleted for action in board.actions.values()),
    }


def delete_workshop(store: Store, workshop: WorkshopNumber, now: int) -> bool:
    """Delete a workshop for good; return whether its text is already wiped from the database's files.

    If not, because somebody has been reading all the time, the server goes on with that, or the next one that starts.
    """
    with store.writing() as transaction:
        transaction.lock([workshop])
        note(transaction, workshop, [ALL], now)
        transaction.delete_workshop(workshop)
        mark(transaction)
    return sweep(store, SWEEPING)


def purge_workshops(store: Store, keys: KeyMaker, now: int) -> list[Workshop]:
    """Erase the workshops whose day has come; return what is gone, wiped from the files as far as that was possible."""
    workshops = list(purge(store, now, keys, new_code))
    if workshops:
        sweep(store, SWEEPING)
    return workshops


def import_workshop(store: Store, keys: KeyMaker, data: bytes, now: int) -> tuple[Workshop, str]:
    """Write the workshop of an archive under a new code; return it with its facilitator key.

    Raises:
        Refused: see `exports.archive.read`.
    """
    events, names = archive.read(data)
    board = fold(events)
    _put_off_purge(board, events, now)
    while True:
        try:
            with store.writing() as transaction:
                workshop = _add_imported(transaction, board, events, names, now)
                salt = transaction.salt(workshop)
                transaction.change_workshop(workshop, key_hash=keys.key_hash(workshop, board.key, salt))
                if board.summary_shared:
                    # Still shared, by a link of its own, which nobody knows until a facilitator asks for it.
                    shared = keys.summary_hash(workshop, board.summary_link, salt)
                    times = {"summary_opens": board.summary_opens, "summary_expires": board.summary_expires}
                    transaction.change_workshop(workshop, summary_hash=shared, **times)
                row = transaction.get(workshop)
            assert row is not None
            return row, keys.key(workshop, board.key, salt)
        except CodeTaken:
            continue


def _put_off_purge(board: Board, events: list[Event], now: int) -> None:
    """Give an imported workshop whose day has passed another one: it is not imported to be erased the same night."""
    if board.purge_on and board.purge_on <= (today := day_in(board.time_zone, now)):
        event = Event(events[-1].seq + 1, now, None, PurgeDateSet(day_after(today, DAYS_AFTER_IMPORT)))
        events.append(event)
        apply(board, event)


def _add_imported(
    transaction: Transaction, board: Board, events: list[Event], names: dict[PersonId, str], now: int
) -> WorkshopNumber:
    workshop = transaction.add_workshop(
        code=new_code(),
        title=board.title,
        objective=board.objective,
        language=board.settings.language,
        format=board.format,
        format_version=board.format_version,
        created_at=events[0].at or now,
        time_zone=board.time_zone,
        held_on=day_in(board.time_zone, events[0].at or now),
        purge_on=board.purge_on,
        key_hash="",
    )
    transaction.append([(workshop, event) for event in events], {workshop: events[-1].seq})
    # Whoever was there has a row, also where a file leaves their name out.
    for person, name in (dict.fromkeys(board.people, "") | names).items():
        transaction.set_name(workshop, person, name)
    return workshop


# --- backup and restore ---------------------------------------------------------------------------------------------


def backup(store: Store, file: Path, seal: Callable[[bytes], bytes] | None = None) -> int:
    """Write all rows, as of one moment, to one compressed file; return the number of workshops.

    The file appears whole or not at all, and is for its owner's eyes only: it holds what people wrote.

    Args:
        seal: encrypts what is written; nothing else ever reaches the disk.

    Raises:
        Refused: `not_a_plain_file`, see `private_writer`.
    """
    with private_writer(file) as raw:
        if seal is None:
            return _write_rows(store, raw)
        plain = io.BytesIO()
        workshops = _write_rows(store, plain)
        raw.write(seal(plain.getvalue()))
        return workshops


def _write_rows(store: Store, target: BinaryIO) -> int:
    workshops = 0
    with gzip.GzipFile(fileobj=target, mode="wb") as packed, store.snapshot() as transaction:
        packed.write(_line({"format": BACKUP_FORMAT, "version": BACKUP_VERSION}))
        for table, row in transaction.every_row():
            if table in OF_THE_MOMENT:
                continue
            packed.write(_line({"table": table, **row}))
            workshops += table == "workshops"
        packed.write(_line({"end": True}))
    return workshops


def restore_but(store: Store, file: BackupFile, deletions: set[Deletion], keys: KeyMaker, now: int) -> tuple[int, int]:
    """Restore a backup, but for what was erased since; return the number of workshops, and of those concerned.

    Nothing of that is ever visible: it is erased in the transaction that restores. Raises as `restore`.
    """
    counts: list[int] = []

    def leave_out(transaction: Transaction, known: set[Deletion]) -> None:
        counts.append(erase_again(transaction, known | deletions, keys, now))

    workshops = restore(store, file, leave_out)
    purge_workshops(store, keys, now)
    sweep(store, SWEEPING)
    return workshops, counts[0]


def restore(store: Store, file: BackupFile, finish: Callable[[Transaction, set[Deletion]], None] = add) -> int:
    """Restore a backup into an empty database, all of it or nothing; return the number of workshops.

    Args:
        finish: gets the transaction at its end, and the deletions that the backup itself remembers.

    Raises:
        Refused: `not_empty`, `not_a_backup`, or `broken_backup` (cut short, or with rows that contradict each other).
    """
    try:
        return _restore(store, file, finish)
    except OperationalError:
        raise  # held, full or away: that is not the file's fault
    except SQLAlchemyError:
        raise Refused("broken_backup") from None


def _restore(store: Store, file: BackupFile, finish: Callable[[Transaction, set[Deletion]], None]) -> int:
    workshops = 0
    deletions: set[Deletion] = set()
    with store.writing() as transaction:
        if not transaction.is_empty():
            raise Refused("not_empty")
        waiting: list[dict[str, object]] = []
        of = ""
        for row in _backup_rows(file):
            table = row.pop("table")
            if table == "deletions":
                deletions.add(msgspec.convert(row, Deletion))
                continue
            if waiting and (table != of or len(waiting) == ROWS_AT_ONCE):
                transaction.restore_rows(of, waiting)
                waiting = []
            of = table
            if table == "workshops" and "held_on" not in row and isinstance(at := row.get("created_at"), int):
                row["held_on"] = day_in("", at)  # a backup from before workshops had a day and a zone
            waiting.append(row)
            workshops += table == "workshops"
        if waiting:
            transaction.restore_rows(of, waiting)
        transaction.continue_numbers()
        finish(transaction, deletions)
    return workshops


def _backup_rows(file: BackupFile) -> Iterator[Row]:
    try:
        with gzip.open(file, "rb") as packed:
            head = msgspec.json.decode(_read_line(packed), type=BackupHead)
            if head.format != BACKUP_FORMAT or not 0 < head.version <= BACKUP_VERSION:
                raise Refused("not_a_backup")
            while line := _read_line(packed):
                row = msgspec.json.decode(line, type=dict[str, int | float | str | bool | None])
                if "end" in row:
                    if packed.read(1):  # also looks at the sum behind the last line
                        raise Refused("not_a_backup")
                    return
                _refuse_foreign(row)
                yield row
    except (gzip.BadGzipFile, msgspec.MsgspecError, UnicodeError, RecursionError):
        raise Refused("not_a_backup") from None
    except (EOFError, zlib.error):
        pass
    raise Refused("broken_backup")


def _read_line(packed: gzip.GzipFile) -> bytes:
    """Read the next line, of limited length: a small compressed file may unpack to more than fits memory."""
    line = packed.readline(LARGEST_ROW + 1)
    if len(line) > LARGEST_ROW:
        raise Refused("not_a_backup")
    return line


def _refuse_foreign(row: Row) -> None:
    """Check that rows fit this database: known tables and columns, valid values. Raises Refused."""
    table = metadata.tables.get(str(row.get("table")))
    if table is None or not row.keys() - {"table"} <= set(table.columns.keys()):
        raise Refused("not_a_backup")
    if any(isinstance(value, int) and abs(value) >= LARGEST_INTEGER for value in row.values()):
        raise Refused("broken_backup")


def _line(value: Row) -> bytes:
    return msgspec.json.encode(value) + b"\n"


# --- check ----------------------------------------------------------------------------------------------------------


def check(store: Store) -> tuple[int, list[str]]:
    """Read every log; return the number of workshops read, and a sentence for each fault found."""
    faults: list[str] = []
    workshops: list[Workshop] = []
    try:
        with store.snapshot() as transaction:
            faults += transaction.integrity()
            workshops = transaction.all_workshops()
            for workshop in workshops:
                faults += [f"{workshop.code}: {fault}" for fault in _faults(transaction, workshop)]
    except SQLAlchemyError as error:
        # Only the exception type: its message may quote what people wrote.
        faults.append(f"the database cannot be read to its end ({type(error).__name__}): restore a backup")
    return len(workshops), faults


def _faults(transaction: Transaction, workshop: Workshop) -> Iterator[str]:
    expected = 0
    names = transaction.names(workshop.id)
    events: list[Event] = []
    for seq, at, by, text in transaction.raw_events(workshop.id):
        expected += 1
        if seq != expected:
            yield f"event {expected} is missing"
            expected = seq
        try:
            fact = read_fact(text)
        except (msgspec.MsgspecError, RecursionError):
            yield f"event {seq} cannot be read"
            continue
        if isinstance(fact, UnknownFact):
            yield f"event {seq} is of a kind that this version does not know: was it written by a newer one?"
        yield from _strangers(fact, names, seq)
        events.append(Event(seq, at, by, fact))
    for fault in faults_in(events, names):
        yield f"{fault.row}: {fault.code}" + (f" ({fault.field})" if fault.field else "")
    yield from _unlike_its_row(events, expected, workshop)


def _unlike_its_row(events: list[Event], last: int, workshop: Workshop) -> Iterator[str]:
    if last != workshop.seq:
        yield f"the log ends at event {last}, but the table of workshops says {workshop.seq}"
    try:
        board = fold(events)
        changed_since(board, 0, Viewer(None, "facilitator"))
    except Exception as error:  # whatever it is, the next workshop is looked at, too
        yield f"the log cannot be folded into a board ({type(error).__name__})"
        return
    if (board.title, board.objective) != (workshop.title, workshop.objective):
        yield "title or objective in the table of workshops differ from those in the log"


def _strangers(fact: Fact, names: dict[PersonId, str], seq: int) -> Iterator[str]:
    if isinstance(fact, PersonJoined | RoleGiven) and fact.person not in names:
        yield f"event {seq} is about a person who is missing from the table of people"
