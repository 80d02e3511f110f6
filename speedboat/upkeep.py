"""Looking after a server from the command line: a lost link, import, backup, restore, check. All of it blocks.

The server may be running meanwhile: it notices what was written here by its slow look (`watch.py`).
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from speedboat.access import KeyMaker, new_code
from speedboat.board import Board, fold
from speedboat.exports import archive
from speedboat.facts import UnknownFact, read_fact
from speedboat.log import Event, Fact, Refused, Viewer
from speedboat.people import KeyRenewed, PersonJoined, RoleGiven
from speedboat.store import CodeTaken, SQLAlchemyError, Store, Transaction, Workshop

BACKUP_FORMAT = "speedboat-backup"
BACKUP_VERSION = 1
ROWS_AT_ONCE = 500


def renew_key(store: Store, keys: KeyMaker, workshop: int, now: int) -> str:
    """A new facilitator key; ends the old one and the roles got by it. Returns the key."""
    with store.writing() as transaction:
        seq = transaction.lock([workshop])[workshop]
        board = fold(transaction.events_after(workshop, 0))
        number = board.key + 1
        event = Event(seq + 1, now, None, KeyRenewed(number))
        transaction.append([(workshop, event)], {workshop: event.seq})
        transaction.change_workshop(workshop, key_hash=keys.key_hash(workshop, number))
    return keys.key(workshop, number)


def import_workshop(store: Store, keys: KeyMaker, data: bytes, now: int) -> tuple[Workshop, str]:
    """Write the workshop of an archive under a new code; returns it with its facilitator key.

    Raises:
        Refused: see `exports.archive.read`.
    """
    events, names = archive.read(data)
    board = fold(events)
    while True:
        try:
            with store.writing() as transaction:
                workshop = _add_imported(transaction, board, events, names, now)
                transaction.change_workshop(workshop, key_hash=keys.key_hash(workshop, board.key))
                if board.summary_shared:
                    # Still shared, by a link of its own, which nobody knows until a facilitator asks for it.
                    shared = keys.summary_hash(workshop, board.summary_link)
                    transaction.change_workshop(workshop, summary_hash=shared)
                row = transaction.get(workshop)
            assert row is not None
            return row, keys.key(workshop, board.key)
        except CodeTaken:
            continue


def _add_imported(transaction: Transaction, board: Board, events: list[Event], names: dict[str, str], now: int) -> int:
    workshop = transaction.add_workshop(
        code=new_code(),
        title=board.title,
        objective=board.objective,
        language=board.settings.language,
        format=board.format,
        format_version=board.format_version,
        created_at=events[0].at or now,
        key_hash="",
    )
    transaction.append([(workshop, event) for event in events], {workshop: events[-1].seq})
    for person, name in names.items():
        transaction.set_name(workshop, person, name)
    return workshop


# --- backup and restore ---------------------------------------------------------------------------------------------


def backup(store: Store, file: Path) -> int:
    """Write every row to one compressed file, as of one moment; returns how many workshops.

    The file appears whole or not at all, and is for its owner's eyes only: it holds what people wrote.
    """
    part = file.with_name(file.name + ".part")
    workshops = 0
    with (
        os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw,
        gzip.GzipFile(fileobj=raw, mode="wb") as packed,
        store.snapshot() as transaction,
    ):
        packed.write(_line({"format": BACKUP_FORMAT, "version": BACKUP_VERSION}))
        for table, row in transaction.every_row():
            packed.write(_line({"table": table, **row}))
            workshops += table == "workshops"
        packed.write(_line({"end": True}))
        packed.close()
        raw.flush()
        os.fsync(raw.fileno())
    part.replace(file)
    return workshops


def restore(store: Store, file: Path) -> int:
    """Bring a backup into an empty database; all of it or nothing. Returns how many workshops.

    Raises:
        Refused: `not_empty`, `not_a_backup`, or `broken_backup` (cut short).
    """
    workshops = 0
    with store.writing() as transaction:
        if transaction.all_workshops():
            raise Refused("not_empty")
        waiting: list[dict[str, Any]] = []
        of = ""
        for row in _backup_rows(file):
            table = row.pop("table")
            if waiting and (table != of or len(waiting) == ROWS_AT_ONCE):
                transaction.restore_rows(of, waiting)
                waiting = []
            of = table
            waiting.append(row)
            workshops += table == "workshops"
        if waiting:
            transaction.restore_rows(of, waiting)
        transaction.continue_numbers()
    return workshops


def _backup_rows(file: Path) -> Iterator[dict[str, Any]]:
    ended = False
    try:
        with gzip.open(file, "rb") as packed:
            head = msgspec.json.decode(packed.readline())
            if head.get("format") != BACKUP_FORMAT or head.get("version", 0) > BACKUP_VERSION:
                raise Refused("not_a_backup")
            for line in packed:
                row = msgspec.json.decode(line)
                if "end" in row:
                    ended = True
                else:
                    yield row
    except (gzip.BadGzipFile, msgspec.MsgspecError, AttributeError):
        raise Refused("not_a_backup") from None
    except EOFError:
        raise Refused("broken_backup") from None
    if not ended:
        raise Refused("broken_backup")


def _line(value: dict[str, Any]) -> bytes:
    return msgspec.json.encode(value) + b"\n"


# --- check ----------------------------------------------------------------------------------------------------------


def check(store: Store) -> tuple[int, list[str]]:
    """Read every log; returns how many workshops were read, and a sentence for each fault found."""
    faults: list[str] = []
    found: list[Workshop] = []
    try:
        with store.snapshot() as transaction:
            faults += transaction.integrity()
            found = transaction.all_workshops()
            for workshop in found:
                faults += [f"{workshop.code}: {fault}" for fault in _faults(transaction, workshop)]
    except SQLAlchemyError as error:
        # The kind only: the rest of it may carry what people wrote.
        faults.append(f"the database cannot be read to its end: {type(error).__name__}")
    return len(found), faults


def _faults(transaction: Transaction, workshop: Workshop) -> Iterator[str]:
    board = Board()
    expected = 0
    names = transaction.names(workshop.id)
    for seq, at, by, text in transaction.raw_events(workshop.id):
        expected += 1
        if seq != expected:
            yield f"event {expected} is missing"
            expected = seq
        try:
            fact = read_fact(text)
        except msgspec.DecodeError:
            yield f"event {seq} cannot be read"
            continue
        if isinstance(fact, UnknownFact):
            yield f"event {seq} is of a kind that this version does not know"
        yield from _strangers(fact, names, seq)
        board.apply(Event(seq, at, by, fact))
    if expected != workshop.seq:
        yield f"the log ends at {expected}, the workshop says {workshop.seq}"
    board.changed_since(0, Viewer(None, "facilitator"))
    if (board.title, board.objective) != (workshop.title, workshop.objective):
        yield "title and objective in the list are not those of the log"


def _strangers(fact: Fact, names: dict[str, str], seq: int) -> Iterator[str]:
    if isinstance(fact, PersonJoined | RoleGiven) and fact.person not in names:
        yield f"event {seq} is about a person without a row"
