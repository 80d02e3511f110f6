"""The worker process: runs one task after another and writes replies for the server (`process.py`).

It runs at a lower priority (`priority.py`), with a database connection of its own, and exits when its standard input
ends.
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

from speedboat.domain.ids import PersonId
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
    JobReply,
    PlayBack,
    ReadThemes,
    Search,
    SharedSummary,
    Suggest,
    Summarise,
    Synthesise,
    Task,
    WorkerSetup,
    WriteSynthesis,
)
from speedboat.jobs.worker_store import WorkerStore
from speedboat.library import digests, search, selection
from speedboat.library.earlier import earlier_themes
from speedboat.reports.replay import replay
from speedboat.reports.suggestions import suggestions
from speedboat.reports.text_similarity import drop_encoder
from speedboat.storage.store import SQLAlchemyError
from speedboat.storage.workshop_reader import read

MUCH_MEMORY = 220_000_000  # bytes of the process above which the sentence encoder is dropped after a task

log = logging.getLogger(__name__)
_setup = msgspec.msgpack.Decoder(WorkerSetup)
_task = msgspec.msgpack.Decoder(AnyTask)
_pack = msgspec.msgpack.Encoder().encode
_json = msgspec.json.Encoder().encode


def main() -> None:
    """Run tasks from standard input until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server, which ends this process
    replies = _own_output()
    requests = _requests()
    work = Work(_setup.decode(requests.get()))
    while True:
        write_frame(replies, work.reply(_task.decode(requests.get())))


def _own_output() -> IO[bytes]:
    """Return standard output for replies alone; what a library prints goes to standard error."""
    copy = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(copy, "wb")


def _requests() -> queue.SimpleQueue[bytes]:
    """Read requests in a thread; when standard input ends, the server has exited and so does this process."""
    requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def take() -> None:
        for frame in frames(sys.stdin.buffer):
            requests.put(frame)
        os._exit(0)

    threading.Thread(target=take, name="orders", daemon=True).start()
    return requests


class Work:
    """Runs tasks on one database."""

    def __init__(self, setup: WorkerSetup) -> None:
        self._store = WorkerStore(setup.database_url)
        self._house = House(setup.organisation, Path(setup.logo) if setup.logo else None)
        self._handlers: dict[type[Task], Callable[[Any], bytes]] = {
            Export: self._export,
            Suggest: self._suggest,
            PlayBack: self._play_back,
            Summarise: self._summarise,
            Search: self._search,
            Synthesise: self._synthesise,
            WriteSynthesis: self._write_synthesis,
            FindQuotes: self._find_quotes,
            Freshen: self._freshen,
            ReadThemes: self._read_themes,
        }

    def close(self) -> None:
        """Close the database. For tests: a worker process just exits."""
        self._store.close()

    def reply(self, task: Task) -> JobReply:
        """Run a task. Logs only the type of an exception, whose message may hold what somebody wrote."""
        try:
            reply = JobReply(self._handlers[type(task)](task))
        except Refused as refusal:
            reply = JobReply(code=refusal.code, field=refusal.field, details=refusal.details)
        except (SQLAlchemyError, MemoryError) as fault:
            log.warning(
                "%s stopped by %s: callers are told to try again; check the database and memory",
                type(task).__name__,
                type(fault).__name__,
            )
            reply = JobReply(code="try_again")
        except Exception as fault:
            log.error("%s failed with %s; this is a bug, please report it", type(task).__name__, type(fault).__name__)
            reply = JobReply(code="internal_error")
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
        viewer = board.viewer_now(Viewer(PersonId(task.person), "participant"))
        return _json(suggestions(board, viewer, earlier_themes(self._store, task.workshop)))

    def _play_back(self, task: PlayBack) -> bytes:
        return _json(replay(read(self._store, task.workshop).events, task.after))

    def _summarise(self, task: Summarise) -> bytes:
        content = read(self._store, task.workshop)
        if content.workshop.summary_hash != task.link_hash:
            raise Refused("unknown_summary")
        source = source_of(content.workshop, content.board, SCREEN, task.language)
        return _pack(SharedSummary(source.summary, draw(source).decode()))

    # --- many workshops ---------------------------------------------------------------------------------------------

    def _search(self, task: Search) -> bytes:
        return _pack(search.shelf(self._store, task.query, task.page))

    def _synthesise(self, task: Synthesise) -> bytes:
        return _pack(selection.synthesis(self._store, task.query))

    def _write_synthesis(self, task: WriteSynthesis) -> bytes:
        return selection.write_synthesis(self._store, task.query, task.form, task.language, self._house)

    def _find_quotes(self, task: FindQuotes) -> bytes:
        return _pack(selection.quotes_behind(self._store, task.query, task.figure))

    def _freshen(self, task: Freshen) -> bytes:
        return b"more" if digests.freshen(self._store, task.sight) else b""

    def _read_themes(self, task: ReadThemes) -> bytes:
        return b"more" if selection.read_themes(self._store, task.query) else b""


def memory() -> int:
    """Return the resident memory of this process in bytes, 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, AttributeError, IndexError, ValueError):
        return 0


if __name__ == "__main__":
    main()
