"""The thread that erases records when they are due, and wipes what SQLite leaves of them in its files."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from speedboat.domain.features.erasure import EraseRecord
from speedboat.domain.messages import SCREEN, Refused
from speedboat.storage.deletion_file import DeletionFile
from speedboat.storage.erasure_queries import has_due, take_due
from speedboat.storage.sqlite_residue import Sweeper
from speedboat.storage.store import SQLAlchemyError, Store
from speedboat.writing.requests import Act

log = logging.getLogger(__name__)

EVERY = 0.5  # seconds between two checks
LAST_TRY = 2.0  # seconds to wipe the files at shutdown; the next process continues


class Eraser:
    """Runs in a native thread; erasing a record is a command like any other, handled by the writer.

    Args:
        put: hands a command to the writer.
        clock: milliseconds since the epoch, UTC.
        deletion_file: kept up to date here, so that an older backup cannot bring back what was erased.
    """

    def __init__(
        self, store: Store, put: Callable[[Act], None], clock: Callable[[], int], deletion_file: DeletionFile
    ) -> None:
        self._deletion_file = deletion_file
        self._store = store
        self._put = put
        self._clock = clock
        self._sweeper = Sweeper(store.engine)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="eraser", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread, then wipe the files if that is possible at once; nothing may be writing any more."""
        self._stopping.set()
        self._thread.join(LAST_TRY)
        if not self._thread.is_alive():
            self._remember()
            sweep(self._store, LAST_TRY)

    def _run(self) -> None:
        pause = EVERY
        while not self._stopping.wait(pause):
            try:
                self._erase_due()
                self._remember()
                pause = self._sweeper.step() or EVERY
            except (SQLAlchemyError, OSError) as error:
                pause = EVERY
                log.warning("erasing failed (%s); trying again, check the database", type(error).__name__)

    def _remember(self) -> None:
        """Bring the list of what was erased up to date; a failure is no reason to erase nothing."""
        try:
            self._deletion_file.update(self._store)
        except (SQLAlchemyError, OSError, Refused) as error:
            log.warning("%s cannot be updated (%s); check it", self._deletion_file.path.name, type(error).__name__)

    def _erase_due(self) -> None:
        now = self._clock()
        with self._store.reading() as transaction:
            if not has_due(transaction, now):
                return
        with self._store.writing() as transaction:
            due = take_due(transaction, now)
        for workshop, record in due:
            self._put(Act(workshop, SCREEN, EraseRecord("erasing_", record), lambda _answer: None))


def sweep(store: Store, seconds: float) -> bool:
    """Wipe the files of a database, trying for so many seconds; return whether nothing erased is left in them."""
    sweeper, until = Sweeper(store.engine), time.monotonic() + seconds
    while (pause := sweeper.step()) is not None:
        if time.monotonic() > until:
            return False
        time.sleep(pause)
    return True
