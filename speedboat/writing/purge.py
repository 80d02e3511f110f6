"""Erases workshops on the day that people were told: in every server, and from the command line.

Each is erased in a transaction of its own, one process at a time, with a pause after it: live rooms write in between.
What may remain of one (`domain/residue.py`) is a workshop of its own, with another number, code, key and salt: whatever
was derived for the one that is gone opens nothing.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator

from speedboat.domain.days import day_in
from speedboat.domain.features.purge_date import day_after
from speedboat.domain.ids import WorkshopNumber
from speedboat.domain.projection import fold
from speedboat.domain.residue import residue
from speedboat.storage.audit_queries import SERVER, add_entry, forget_old_entries, subject
from speedboat.storage.deletion_queries import ALL, forget_old, note
from speedboat.storage.erasure_queries import mark
from speedboat.storage.purge_queries import purgeable, purges_alone, series, take_over
from speedboat.storage.store import CodeTaken, SQLAlchemyError, Store, Transaction, Workshop
from speedboat.writing.batch import Keys
from speedboat.writing.reminders import Remind, remind_all
from speedboat.writing.requests import CatchUp

log = logging.getLogger(__name__)

EVERY = 30.0  # seconds between two checks: a workshop goes in the first minute of its day
PAUSE = 0.05  # seconds between two workshops
PACE = 50  # times as long as one took, while somebody is there: of a hundred commands two wait for it at most
DAY = 24 * 3600 * 1000  # ms
# What the row of a workshop has in common with that of what remains of it.
SAME = (
    *("language", "format", "format_version", "created_at", "archived_at", "time_zone", "held_on"),
    *("team", "owner"),
)


def due_workshops(store: Store, now: int) -> list[Workshop]:
    """Return the workshops whose day has come where they took place."""
    with store.reading() as transaction:
        # Where it is earliest, the day is already tomorrow's of UTC.
        candidates = purgeable(transaction, day_after(day_in("", now), 1))
    return [workshop for workshop in candidates if is_due(workshop, now)]


def is_due(workshop: Workshop, now: int) -> bool:
    """Whether the day has come on which a workshop is erased."""
    return "" < workshop.purge_on <= day_in(workshop.time_zone, now)


def purge(store: Store, now: int, keys: Keys, new_code: Callable[[], str]) -> Iterator[Workshop]:
    """Erase the workshops whose day has come; yield each once it is gone. Leaves the rest to another that purges.

    Args:
        keys: derives the facilitator key of what remains of a workshop.
        new_code: returns a code for that.
    """
    for workshop in due_workshops(store, now):
        with store.writing() as transaction:
            if not purges_alone(transaction):
                return
            transaction.lock([workshop.id])
            row = transaction.get(workshop.id)
            if row is None or row.purge_on != workshop.purge_on:
                continue  # deleted meanwhile, or given another day
            _keep_figures(transaction, row, keys, new_code)
            note(transaction, workshop.id, [ALL], now)
            add_entry(transaction, now, "workshop_purged", SERVER, subject(row.id), row.purge_on)
            transaction.delete_workshop(workshop.id)
            mark(transaction)
        yield workshop


def _keep_figures(transaction: Transaction, row: Workshop, keys: Keys, new_code: Callable[[], str]) -> None:
    """Write what remains of a workshop as another one, with its tags and what its themes are the same as."""
    events = transaction.events_after(row.id, 0)
    board = fold(events)
    if not board.keeps_figures:
        return
    remaining = residue(board, transaction.names(row.id), row.created_at, row.purge_on)
    head = fold(remaining[:1])
    columns: dict[str, object] = {name: getattr(row, name) for name in SAME}
    columns |= {"title": head.title, "objective": head.objective, "series": series(transaction, row), "key_hash": ""}
    while True:
        try:
            workshop = transaction.add_workshop(code=new_code(), **columns)
            break
        except CodeTaken:
            continue
    transaction.append([(workshop, event) for event in remaining], {workshop: len(remaining)})
    transaction.change_workshop(workshop, key_hash=keys.key_hash(workshop, 1, transaction.salt(workshop)))
    take_over(transaction, row.id, workshop)


class Purger:
    """Purges in a native thread of its own.

    Args:
        forget: tells this process that a workshop may have changed; the others notice by polling.
        clock: milliseconds since the epoch, UTC.
        keys, new_code: see `purge`.
        remind: writes to an organiser before (see `reminders.py`); None where there is no mail.
        is_live: whether somebody is in a workshop, here.
    """

    def __init__(
        self,
        store: Store,
        forget: Callable[[CatchUp], None],
        clock: Callable[[], int],
        keys: Keys,
        new_code: Callable[[], str],
        remind: Remind | None = None,
        is_live: Callable[[], bool] = lambda: False,
    ) -> None:
        self._store = store
        self._remind, self._is_live = remind, is_live
        self._keys, self._new_code = keys, new_code
        self._forget = forget
        self._clock = clock
        self._stopping = threading.Event()
        self._tidied = 0  # ms since the epoch, when old deletions were last forgotten
        self._thread = threading.Thread(target=self._run, name="purger", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread; blocks until the workshop that is being erased is gone."""
        self._stopping.set()
        self._thread.join(5)

    def _run(self) -> None:
        pause = 0.0
        while not self._stopping.wait(pause):
            pause = EVERY
            try:
                self._purge()
            except (SQLAlchemyError, OSError) as error:
                log.warning("purging failed (%s); trying again, check the database", type(error).__name__)

    def _purge(self) -> None:
        started = time.monotonic()
        for workshop in purge(self._store, self._clock(), self._keys, self._new_code):
            took = time.monotonic() - started
            log.info("erased workshop %d, as announced for %s", workshop.id, workshop.purge_on)
            self._forget(CatchUp(WorkshopNumber(workshop.id)))
            if self._stopping.wait(max(PAUSE, PACE * took if self._is_live() else 0.0)):
                return
            started = time.monotonic()
        if self._remind:
            remind_all(self._store, self._clock(), self._remind)
        if self._clock() > self._tidied + DAY:
            self._tidied = self._clock()
            with self._store.writing() as transaction:
                forget_old(transaction, self._clock())
                forget_old_entries(transaction, self._clock())
