"""A worker process, seen from the server: starts it from a clean interpreter, sends one task at a time, kills it.

Messages are frames on its standard input and output: four bytes of length, then MessagePack. Its command line and
environment hold no secrets.
"""

from __future__ import annotations

import os
import queue
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import IO

import msgspec

from speedboat.jobs.tasks import JobReply, Task, WorkerSetup

LOOK = 0.1  # seconds between two checks whether to go on with a task
MOST_MEMORY = 300_000_000  # bytes a process may hold between two tasks
MOST_TASKS = 1000  # of one process, which bounds its memory where the system does not tell it
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
_reply = msgspec.msgpack.Decoder(JobReply)


def write_frame(file: IO[bytes], value: object) -> None:
    """Write a value as one frame, and flush."""
    frame = _encode(value)
    file.write(_length.pack(len(frame)) + frame)
    file.flush()


def frames(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the frames of a stream until it ends; an incomplete last one is dropped."""
    while len(head := file.read(_length.size)) == _length.size:
        (length,) = _length.unpack(head)
        frame = file.read(length)
        if len(frame) < length:
            return
        yield frame


class JobProcess:
    """One worker process, used by one native thread. Raises OSError if it cannot be started."""

    def __init__(self, setup: WorkerSetup) -> None:
        self._process = subprocess.Popen(  # noqa: S603  # this program itself
            [sys.executable, "-c", PROGRAM, *sys.path],
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),
        )
        self._replies: queue.SimpleQueue[JobReply | None] = queue.SimpleQueue()
        self._tasks = 0
        self._memory = 0
        threading.Thread(target=self._read, name="heavy-replies", daemon=True).start()
        self._write(setup)

    @property
    def is_spent(self) -> bool:
        """Whether the next task should have a fresh process."""
        return self._memory > MOST_MEMORY or self._tasks >= MOST_TASKS or self._process.poll() is not None

    def do(self, task: Task, should_continue: Callable[[], bool]) -> JobReply | None:
        """Run a task; return None if the process died, or was killed because `should_continue` returned False."""
        self._tasks += 1
        self._write(task)
        while True:
            try:
                reply = self._replies.get(timeout=LOOK)
            except queue.Empty:
                if should_continue():
                    continue
                reply = None
            if reply is None:
                self.kill()
            else:
                self._memory = reply.memory
            return reply

    def kill(self) -> None:
        """Kill the process at once, whatever it does."""
        self._process.kill()
        self._process.wait()
        assert self._process.stdin
        try:
            self._process.stdin.close()
        except OSError:
            pass  # unread input

    def _write(self, value: WorkerSetup | Task) -> None:
        assert self._process.stdin
        try:
            write_frame(self._process.stdin, value)
        except OSError:
            pass  # it has died: `_read` notices that its output has ended

    def _read(self) -> None:
        assert self._process.stdout
        try:
            with self._process.stdout as replies:
                for frame in frames(replies):
                    self._replies.put(_reply.decode(frame))
        finally:
            self._replies.put(None)


def _environment() -> dict[str, str]:
    """Return the server's environment without its settings, which hold secrets."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("SPEEDBOAT_")}
    return variables | dict.fromkeys(ONE_THREAD, "1")
