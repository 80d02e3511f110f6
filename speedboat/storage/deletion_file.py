"""The file beside the database that says what was erased lately: read when a backup is restored."""

from __future__ import annotations

from pathlib import Path

import msgspec

from speedboat.config.private_files import write_privately
from speedboat.domain.messages import Refused
from speedboat.storage.deletion_queries import Deletion, noted, number_of_deletions
from speedboat.storage.store import Store

DELETIONS = "deletions.json"
_decoder = msgspec.json.Decoder(list[Deletion])


def read_deletions(file: Path) -> set[Deletion]:
    """Return what a file holds, nothing if there is none.

    Raises:
        Refused: `broken_deletions`, it is damaged.
        OSError: it cannot be read.
    """
    try:
        return set(_decoder.decode(file.read_bytes()))
    except FileNotFoundError:
        return set()
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise Refused("broken_deletions") from None


class DeletionFile:
    """The file of one data directory, which every process that uses the directory keeps up to date.

    It holds what any database of this installation has noted: of one that is lost, it is all that is left.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / DELETIONS
        self._written = (0, 0)

    def update(self, store: Store) -> None:
        """Add what the database has noted since; one query where there is nothing new.

        Raises as `read_deletions`.
        """
        with store.reading() as transaction:
            now = number_of_deletions(transaction)
            if now == self._written:
                return
            rows = set(noted(transaction))
        write_privately(self.path, msgspec.json.encode(sorted(read_deletions(self.path) | rows)) + b"\n")
        self._written = now
