"""Results of heavy work that are kept for a while: in memory alone, so many bytes of them, by workshop and `seq`."""

from __future__ import annotations

from collections import OrderedDict

from speedboat.jobs.tasks import Task

Key = tuple[Task, int]  # a task and the seq of its workshop


class Results:
    """The last results; the one that was not asked for longest goes first.

    Args:
        most: bytes of all together; one of more than a quarter of that is not kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Key, bytes] = OrderedDict()
        self._size = 0

    def get(self, key: Key) -> bytes | None:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def keep(self, key: Key, result: bytes) -> None:
        self._drop(key)
        if len(result) * 4 > self._most:
            return
        self._kept[key] = result
        self._size += len(result)
        while self._size > self._most:
            self._drop(next(iter(self._kept)))

    def forget(self, workshop: int) -> None:
        """Drop everything made from a workshop."""
        for key in [key for key in self._kept if key[0].workshop == workshop]:
            self._drop(key)

    def _drop(self, key: Key) -> None:
        self._size -= len(self._kept.pop(key, b""))
