"""Polls the database for commits of other processes and the command line, in workshops that somebody here has open.

Notices between processes make this faster; polling makes sure that a lost notice costs a second, never a card.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from speedboat.domain.ids import WorkshopNumber
from speedboat.storage.store import SQLAlchemyError, Store
from speedboat.writing.requests import CatchUp

log = logging.getLogger(__name__)

EVERY = 1.0  # seconds


class Poller:
    """Polls in a native thread of its own.

    Args:
        present: returns the workshops that are open here.
        put: hands a request to the writer.
        every: seconds between two polls.
    """

    def __init__(
        self,
        store: Store,
        present: Callable[[], list[WorkshopNumber]],
        put: Callable[[CatchUp], None],
        every: float = EVERY,
    ) -> None:
        self._store = store
        self._present = present
        self._put = put
        self._every = every
        self._seen: dict[WorkshopNumber, int] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop polling; blocks until the current poll is done."""
        self._stopping.set()
        self._thread.join(5)

    def _run(self) -> None:
        while not self._stopping.wait(self._every):
            try:
                self.look()
            except SQLAlchemyError as error:
                log.warning("polling for changes failed (%s); trying again, check the database", type(error).__name__)

    def look(self) -> None:
        """Ask the writer to catch up with every workshop open here whose log has grown or which was deleted."""
        present = self._present()
        if not present:
            return
        with self._store.reading() as transaction:
            seqs = transaction.seqs(present)
        for workshop in present:
            # A missing one was deleted.
            if workshop not in seqs or self._seen.get(workshop) != seqs[workshop]:
                self._put(CatchUp(workshop))
        if seqs != self._seen:
            self._store.checkpoint()
        self._seen = seqs
