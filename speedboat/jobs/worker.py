"""The worker process: one heavy task after another, for a server that reads replies (`process.py`).

It runs at a lower priority (`priority.py`), on a connection of its own, and ends as soon as nobody gives it tasks any
more.
"""

from __future__ import annotations

import gc
import logging
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import msgspec

from speedboat.domain.messages import SCREEN, Refused, Viewer
from speedboat.exports import House, export
from speedboat.exports.picture import draw
from speedboat.exports.source import source_of
from speedboat.jobs.process import frames, write_frame
from speedboat.jobs.tasks import (
    AnyTask,
    Export,
    FindQuotes,
    Freshen,
    PlayBack,
    Reply,
    Search,
    Setup,
    SharedSummary,
    Suggest,
    Summarise,
    Synthesise,
    Task,
    WriteSynthesis,
)
from speedboat.jobs.worker_store import WorkerStore
from speedboat.library import digests, selection, shelves
from speedboat.reports.replay import replay
from speedboat.reports.suggestions import suggestions
from speedboat.reports.text_similarity import drop_encoder
from speedboat.storage.read_workshop import read
from speedboat.storage.store import SQLAlchemyError

MUCH_MEMORY = 220_000_000  # bytes, from which the encoder of meanings is dropped after a task

log = logging.getLogger(__name__)
_setup = msgspec.msgpack.Decoder(Setup)
_task = msgspec.msgpack.Decoder(AnyTask)
_pack = msgspec.msgpack.Encoder().encode
_json = msgspec.json.Encoder().encode


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server, which ends this
    replies = _own_output()
    orders = _orders()
    work = Work(_setup.decode(orders.get()))
    while True:
        write_frame(replies, work.reply(_task.decode(orders.get())))


def _own_output() -> IO[bytes]:
    """Standard output for replies alone: what a library prints goes where errors go."""
    kept = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(kept, "wb")


def _orders() -> queue.SimpleQueue[bytes]:
    """What comes in, read in a thread: when that ends the server is gone, and nothing here is of use any more."""
    orders: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def take() -> None:
        for frame in frames(sys.stdin.buffer):
            orders.put(frame)
        os._exit(0)

    threading.Thread(target=take, name="orders", daemon=True).start()
    return orders


class Work:
    """Does tasks on one database."""

    def __init__(self, setup: Setup) -> None:
        self._store = WorkerStore(setup.database_url)
        self._house = House(setup.organisation, Path(setup.logo) if setup.logo else None)
        self._ways: dict[type[Task], Callable[[Any], bytes]] = {
            Export: self._export,
            Suggest: self._suggest,
            PlayBack: self._play_back,
            Summarise: self._summarise,
            Search: self._search,
            Synthesise: self._synthesise,
            WriteSynthesis: self._write_synthesis,
            FindQuotes: self._find_quotes,
            Freshen: self._freshen,
        }

    def close(self) -> None:
        """Let go of the database; a worker process never does, since it ends with all it has."""
        self._store.close()

    def reply(self, task: Task) -> Reply:
        """Do a task. Logs only the type of an exception: its message may hold what somebody wrote."""
        try:
            reply = Reply(self._ways[type(task)](task))
        except Refused as refusal:
            reply = Reply(code=refusal.code, field=refusal.field, details=refusal.details)
        except (SQLAlchemyError, MemoryError) as fault:
            log.warning(
                "%s stopped by %s: callers are told to try again; check the database and memory",
                type(task).__name__,
                type(fault).__name__,
            )
            reply = Reply(code="try_again")
        except Exception as fault:
            log.error("%s failed with %s; this is a bug, please report it", type(task).__name__, type(fault).__name__)
            reply = Reply(code="internal_error")
        if memory() > MUCH_MEMORY:
            drop_encoder()
            gc.collect()
        reply.memory = memory()
        return reply

    # --- one workshop -----------------------------------------------------------------------------------------------

    def _export(self, task: Export) -> bytes:
        viewer = Viewer(task.person, task.role)
        return export(self._store, task.workshop, task.form, viewer, task.language, self._house, task.names)

    def _suggest(self, task: Suggest) -> bytes:
        board = read(self._store, task.workshop).board
        return _json(suggestions(board, board.viewer_now(Viewer(task.person, "participant"))))

    def _play_back(self, task: PlayBack) -> bytes:
        return _json(replay(read(self._store, task.workshop).events, task.after))

    def _summarise(self, task: Summarise) -> bytes:
        found = read(self._store, task.workshop)
        if found.workshop.summary_hash != task.link_hash:
            raise Refused("unknown_summary")
        source = source_of(found.workshop, found.board, SCREEN, task.language)
        return _pack(SharedSummary(source.told, draw(source).decode()))

    # --- many workshops ---------------------------------------------------------------------------------------------

    def _search(self, task: Search) -> bytes:
        return _pack(shelves.shelf(self._store, task.wanted, task.page))

    def _synthesise(self, task: Synthesise) -> bytes:
        return _pack(selection.synthesis(self._store, task.wanted))

    def _write_synthesis(self, task: WriteSynthesis) -> bytes:
        return selection.write_synthesis(self._store, task.wanted, task.form, task.language, self._house)

    def _find_quotes(self, task: FindQuotes) -> bytes:
        return _pack(selection.quotes_behind(self._store, task.wanted, task.asked))

    def _freshen(self, task: Freshen) -> bytes:
        return b"more" if digests.freshen(self._store, task.held) else b""


def memory() -> int:
    """The bytes this process has in memory; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, AttributeError, IndexError, ValueError):
        return 0


if __name__ == "__main__":
    main()
