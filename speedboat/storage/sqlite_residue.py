"""Wipes what SQLite leaves of erased texts in its files.

`secure_delete` overwrites a row that is deleted or changed, but not the copies of it that were made when rows moved
from one page to another: they stay in the unused part of pages until something else is written there. And the log
beside the file (the WAL) keeps whole pages as they were. So an erasing transaction leaves a mark (`mark`), and a
`Sweeper` then works in short steps, while others write: it empties the log and overwrites what is unused in the file.
The mark is in the file: what a process that stopped had not done, the next one does. Then the file is shortened by
the pages that nothing is on (incremental vacuum), as many at once as nobody notices.

PostgreSQL has nothing of the kind: its rows of before are removed by its own vacuum.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from speedboat.storage.driver_statements import Hot
from speedboat.storage.engines import refill_wal

PAGES_AT_ONCE = 400  # looked at in one step, some milliseconds in which nobody else writes
SPARE = 256  # free pages that stay in the file, since new rows come; 1 MB
SOON, LATER = 0.02, 0.25  # seconds until the next step: where there is more, and where somebody was reading or writing
BTREE_PAGES = (
    2,
    5,
    10,
    13,
)  # kinds of page that hold rows; everything about pages: https://sqlite.org/fileformat2.html
LOCK_BYTE = 0x40000000  # the page with this byte is never used
INCREMENTAL = 2  # https://sqlite.org/pragma.html#pragma_auto_vacuum
MOST_MARKS = 2**31 - 2  # by chance: two that are the same would end a sweep too early
MOST_BYTES = 1 << 36  # above, the number of a page could look like a kind of page

# Files are opened once and never closed: closing one gives up every lock that this process has on it, SQLite's too.
_files: dict[tuple[int, int], int] = {}


def mark(hot: Hot) -> None:
    """Note, in the transaction that erases something, that the files must be swept."""
    hot.run(f"PRAGMA user_version={secrets.randbelow(MOST_MARKS) + 1}")


class Sweeper:
    """Sweeps the files of a SQLite database in short steps; does nothing for other databases."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._file = Path(engine.url.database or "")
        self._mark = 0  # the one that is being swept for
        self._next = 1  # page

    def step(self) -> float | None:
        """Do one step; return the seconds until the next one, None when nothing is left to do."""
        if self._engine.dialect.name != "sqlite":
            return None
        # A connection of its own, thrown away: it has read pages that are changed here without its knowledge.
        with self._engine.connect().execution_options(begun=True) as connection:
            hot = Hot(connection)
            try:
                hot.run("PRAGMA busy_timeout=0")  # whoever writes or reads goes first
                return self._step(hot)
            except OperationalError:
                return LATER
            finally:
                connection.invalidate()

    def _step(self, hot: Hot) -> float | None:
        mark = _mark(hot)
        if not mark:
            return _shorten(hot)
        if mark != self._mark:
            self._mark, self._next = mark, 1
        hot.run("PRAGMA wal_checkpoint(PASSIVE)")
        if hot.value("PRAGMA wal_checkpoint(TRUNCATE)"):
            return LATER
        hot.run("BEGIN IMMEDIATE")
        if _size_of_log(self._file) or _mark(hot) != self._mark:
            hot.run("ROLLBACK")  # somebody was quicker
            return SOON
        self._next = _sweep(_open(self._file), self._next)
        # Written even where it says the same: every other connection then forgets the pages it had read.
        hot.run(f"PRAGMA user_version={self._mark if self._next else 0}")
        hot.run("COMMIT")
        if self._next:
            return SOON
        refill_wal(self._engine)
        return SOON


def _shorten(hot: Hot) -> float | None:
    """Give some free pages back to the disk; return the seconds until the next step, None when that is all.

    A file that an older version made has no map of its pages, and keeps its length.
    """
    if hot.value("PRAGMA auto_vacuum") != INCREMENTAL or hot.value("PRAGMA freelist_count") <= SPARE:
        return None
    hot.drain(f"PRAGMA incremental_vacuum({SPARE})")
    return SOON


def _mark(hot: Hot) -> int:
    return int(hot.value("PRAGMA user_version"))


def _size_of_log(file: Path) -> int:
    log = file.with_name(file.name + "-wal")
    return log.stat().st_size if log.exists() else 0


def _open(file: Path) -> int:
    status = file.stat()
    key = (status.st_dev, status.st_ino)
    if key not in _files:
        _files[key] = os.open(file, os.O_RDWR | os.O_CLOEXEC)
    return _files[key]


def _sweep(fd: int, first: int) -> int:
    """Overwrite unused bytes in the pages from `first` (1-based); return the first page of the next step, 0 at the end.

    The caller holds the lock for writing, and all that was written is in the file. A reader never looks at these
    bytes; so a crash in the middle leaves a sound file.
    """
    head = os.pread(fd, 100, 0)
    size = _number(head, 16, 2)
    size = 65536 if size == 1 else size
    pages = os.fstat(fd).st_size // size
    if pages * size > MOST_BYTES:
        raise OSError("the file is too long to be swept")
    has_maps = _number(head, 52, 4) > 0
    free = _free_pages(fd, head, size)
    last = min(pages, first + PAGES_AT_ONCE - 1)
    read = os.pread(fd, (last - first + 1) * size, (first - 1) * size)
    is_changed = False
    for number in range(first, last + 1):
        start = (number - 1) * size
        page = memoryview(read)[(number - first) * size : (number - first + 1) * size]
        if number in free:
            unused: Iterator[tuple[int, int]] = iter([(0, size)])
        elif start <= LOCK_BYTE < start + size or (has_maps and _is_map(number, size, head[20])):
            continue
        else:
            unused = _unused(page, 100 if number == 1 else 0, size - head[20])
        for begin, end in unused:
            if bytes(page[begin:end]).count(0) != end - begin:
                os.pwrite(fd, bytes(end - begin), start + begin)
                is_changed = True
    if is_changed:
        os.fsync(fd)
    return last + 1 if last < pages else 0


def _is_map(number: int, size: int, reserved: int) -> bool:
    """Whether a page says of the pages after it where they hang; it has no unused bytes, and is no kind of page."""
    apart = (size - reserved) // 5 + 1
    first = (number - 2) // apart * apart + 2
    return number >= 2 and number == (first + 1 if first == LOCK_BYTE // size + 1 else first)


def _free_pages(fd: int, head: bytes, size: int) -> set[int]:
    """Return the pages on the free list that hold nothing."""
    pages: set[int] = set()
    seen: set[int] = set()
    trunk = _number(head, 32, 4)
    while trunk and trunk not in seen:
        seen.add(trunk)
        page = os.pread(fd, size, (trunk - 1) * size)
        pages.update(_number(page, 8 + 4 * n, 4) for n in range(_number(page, 4, 4)))
        trunk = _number(page, 0, 4)
    return pages


def _unused(page: memoryview, head: int, usable: int) -> Iterator[tuple[int, int]]:
    """Return the unused ranges of a page: between its cell pointers and the first cell, and its free blocks."""
    kind = page[head]
    if kind not in BTREE_PAGES:
        return
    listed = head + (12 if kind in (2, 5) else 8) + 2 * _number(page, head + 3, 2)
    content = _number(page, head + 5, 2) or 65536
    if listed < content <= usable:
        yield listed, content
    block, before = _number(page, head + 1, 2), 0
    while before < block <= usable - 4:
        yield block + 4, min(block + _number(page, block + 2, 2), usable)
        block, before = _number(page, block, 2), block


def _number(data: bytes | memoryview, at: int, length: int) -> int:
    return int.from_bytes(data[at : at + length], "big")
