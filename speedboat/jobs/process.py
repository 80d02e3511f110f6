"""A worker process as the server holds it: started from a clean interpreter, given one task at a time, ended at once.

Frames travel through its standard input and output: four bytes of length, then MessagePack. Nothing secret is on its
command line or in its environment.
"""

from __future__ import annotations

import os
import queue
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import IO, Any

import msgspec

from speedboat.jobs.tasks import Reply, Setup, Task

LOOK = 0.1  # seconds between two looks at whether a task is still wanted
MOST_MEMORY = 300_000_000  # bytes a process may keep between two tasks
MOST_TASKS = 1000  # of one process: where its memory is not known, this ends it
# Numerical libraries and the typesetter take every core they find; the live process needs one.
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")
PROGRAM = """
import sys
sys.path[:] = sys.argv[1:]
from speedboat.jobs.priority import give_way
give_way()
from speedboat.jobs.worker import main
main()
"""

_length = struct.Struct(">I")
_encode = msgspec.msgpack.Encoder().encode
_reply = msgspec.msgpack.Decoder(Reply)


def write_frame(file: IO[bytes], value: Any) -> None:
    frame = _encode(value)
    file.write(_length.pack(len(frame)) + frame)
    file.flush()


def frames(file: IO[bytes]) -> Iterator[bytes]:
    """The frames of a stream until it ends, in the middle of one or not."""
    while len(head := file.read(_length.size)) == _length.size:
        (length,) = _length.unpack(head)
        frame = file.read(length)
        if len(frame) < length:
            return
        yield frame


class JobProcess:
    """One process, used by one native thread. Raises OSError if it cannot be started."""

    def __init__(self, setup: Setup) -> None:
        self._process = subprocess.Popen(  # noqa: S603  # this program itself
            [sys.executable, "-c", PROGRAM, *sys.path],
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),
        )
        self._replies: queue.SimpleQueue[Reply | None] = queue.SimpleQueue()
        self._tasks = 0
        self._memory = 0
        threading.Thread(target=self._read, name="heavy-replies", daemon=True).start()
        self._write(setup)

    @property
    def is_spent(self) -> bool:
        """Whether the next task should have a fresh process."""
        return self._memory > MOST_MEMORY or self._tasks >= MOST_TASKS or self._process.poll() is not None

    def do(self, task: Task, is_wanted: Callable[[], bool]) -> Reply | None:
        """Do a task; None if the process died of it, or was killed because `is_wanted` said no."""
        self._tasks += 1
        self._write(task)
        while True:
            try:
                reply = self._replies.get(timeout=LOOK)
            except queue.Empty:
                if is_wanted():
                    continue
                reply = None
            if reply is None:
                self.kill()
            else:
                self._memory = reply.memory
            return reply

    def kill(self) -> None:
        """End it at once, whatever it does."""
        self._process.kill()
        self._process.wait()
        assert self._process.stdin
        try:
            self._process.stdin.close()
        except OSError:
            pass  # what it was not able to read any more

    def _write(self, value: Setup | Task) -> None:
        assert self._process.stdin
        try:
            write_frame(self._process.stdin, value)
        except OSError:
            pass  # it is gone: its replies end, which is noticed there

    def _read(self) -> None:
        assert self._process.stdout
        try:
            with self._process.stdout as replies:
                for frame in frames(replies):
                    self._replies.put(_reply.decode(frame))
        finally:
            self._replies.put(None)


def _environment() -> dict[str, str]:
    """That of the server without its settings, which hold secrets."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SPEEDBOAT_")}
    return kept | dict.fromkeys(ONE_THREAD, "1")
