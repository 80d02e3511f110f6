"""The scheduling priority of a worker process: below everything live, except while it holds a database lock.

Imported before anything large: importing the rest takes a core for a second, which the live rooms may need.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

NICENESS = 10  # of 19, where SCHED_IDLE is not available

_prompt = ThreadPoolExecutor(1, thread_name_prefix="prompt")


def give_way() -> None:
    """Lower the priority of this thread and those it starts: to SCHED_IDLE on Linux, elsewhere by niceness.

    Raising it again needs special rights, so one thread is started first and keeps its priority (see `promptly`).
    """
    promptly(int)
    try:
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    except (AttributeError, OSError):
        if hasattr(os, "nice"):
            os.nice(NICENESS)


def promptly(fn: Callable[..., T], *args: object) -> T:
    """Run a function in the thread with normal priority, and wait. For holding a lock that the server waits for."""
    return _prompt.submit(fn, *args).result()
