"""The database as a worker process uses it: its writes must not block the live rooms.

SQLite has one writer at a time. A worker process runs only while a core is idle, so if it lost its core in the middle
of a transaction, it would keep the lock from the server for as long as the machine is busy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from speedboat.jobs.priority import promptly
from speedboat.storage.engines import skip_disk_sync
from speedboat.storage.store import Store, Transaction

T = TypeVar("T")


class WorkerStore(Store):
    """A store that writes derived data at normal priority, and without waiting for the disk."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        if self.is_sqlite:
            skip_disk_sync(self.engine)

    def write_derived(self, write: Callable[[Transaction], T]) -> T:
        """Write derived data in one transaction, in the thread with normal priority."""
        write_now: Callable[[Callable[[Transaction], T]], T] = super().write_derived
        return promptly(write_now, write)
