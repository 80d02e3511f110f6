"""The cache of job results: in memory, bounded in bytes, by task and `seq`."""

from __future__ import annotations

from collections import OrderedDict

from speedboat.domain.ids import WorkshopNumber
from speedboat.jobs.tasks import Task

Key = tuple[Task, int]  # a task and the seq of its workshop


class Results:
    """A cache that evicts the least recently used result.

    Args:
        most: bytes of all results together; a result of more than a quarter of that is not cached.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._by_key: OrderedDict[Key, bytes] = OrderedDict()
        self._size = 0

    def get(self, key: Key) -> bytes | None:
        """Return a cached result."""
        result = self._by_key.get(key)
        if result is not None:
            self._by_key.move_to_end(key)
        return result

    def keep(self, key: Key, result: bytes) -> None:
        """Cache a result."""
        self._drop(key)
        if len(result) * 4 > self._most:
            return
        self._by_key[key] = result
        self._size += len(result)
        while self._size > self._most:
            self._drop(next(iter(self._by_key)))

    def forget(self, workshop: WorkshopNumber) -> None:
        """Drop all results of a workshop."""
        for key in [key for key in self._by_key if key[0].workshop == workshop]:
            self._drop(key)

    def _drop(self, key: Key) -> None:
        self._size -= len(self._by_key.pop(key, b""))
