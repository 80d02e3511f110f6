"""The priority of a worker process: behind everything live, but for the moments in which it holds a lock.

Loaded before anything large is: loading the rest takes a core for a second, which is the live rooms' too.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

NICENESS = 10  # of 19, where nothing idler is to be had

_prompt = ThreadPoolExecutor(1, thread_name_prefix="prompt")


def give_way() -> None:
    """Let this thread, and those it starts, run only while a core has nothing else to do (Linux), or after the others.

    Nobody may take that back without special rights, so one thread is started first and stays as it is.
    """
    promptly(int)
    try:
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    except (AttributeError, OSError):
        if hasattr(os, "nice"):
            os.nice(NICENESS)


def promptly(fn: Callable[..., T], *args: object) -> T:
    """Do it in the thread that has not given way, and wait for it. For what holds a lock that the server waits for."""
    return _prompt.submit(fn, *args).result()
