"""A time limit for what Playwright waits for without one, such as a script in a page.

A test that hangs would end the whole run, as pytest-timeout can stop a thread only with its process, and nobody would
learn where it hung. So the browser is killed instead: the call that waits fails there and then, with its line.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LIMIT = 150.0  # seconds; below the time limit of pytest-timeout, above what any of these tests takes on a busy machine


@contextmanager
def limited(mark: str, seconds: float = LIMIT) -> Iterator[None]:
    """Kill every process that has `mark` in its command line if the block takes longer than `seconds`."""
    timer = threading.Timer(seconds, kill_all, [mark])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def kill_all(mark: str) -> None:
    """Kill every process that has `mark` in its command line; without /proc, none."""
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if mark.encode() in file.read_bytes():
                os.kill(int(file.parent.name), signal.SIGKILL)
        except OSError:  # it has ended meanwhile, or is somebody else's
            continue
