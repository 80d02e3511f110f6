"""The one write path, and the cache of boards.

One native thread, the writer, takes all waiting commands (from sockets, REST, the command line), decides them, commits
them in one transaction, and only then publishes answers and patches. Boards belong to the writer alone. Nothing here
knows of Flask, sockets or addresses.
"""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence

from speedboat.domain.features.erasure import ERASING
from speedboat.domain.features.people import PersonJoined
from speedboat.domain.features.person_names import PersonRenamed
from speedboat.domain.ids import PersonId, WorkshopNumber
from speedboat.domain.limits import Limits
from speedboat.domain.messages import Command, Viewer
from speedboat.domain.projection import apply
from speedboat.domain.state import Board
from speedboat.storage.people_queries import devices
from speedboat.storage.store import OperationalError, SQLAlchemyError, Store, Transaction, is_held
from speedboat.writing.batch import Batch, Keys
from speedboat.writing.fanout import Fanout
from speedboat.writing.locked_workshops import BlockedCommands
from speedboat.writing.requests import (
    Act,
    Answer,
    ByWorkshop,
    Leave,
    Look,
    Outcome,
    Request,
    View,
    Waits,
    acts_of,
    but_acts,
    refusals,
    sorted_by_workshop,
    takes_long,
)

log = logging.getLogger(__name__)

BOARDS_KEPT = 500
ATTEMPTS = 4  # at committing a batch, before its commands are answered with try_again
FIRST_PAUSE = 0.1  # seconds, doubled each time
LONGEST_TRY = 3.0  # seconds after which there is no further attempt
PATIENCE = 60.0  # seconds a caller waits for the writer before giving up


class Workshops:
    """The writer: boards, and the handling of batches.

    Args:
        store: the database.
        publish: called in the writer's thread with the outcome of each batch, once it is on disk.
        keys: derives facilitator keys and their hashes.
        clock: milliseconds since the epoch, UTC, for what is dated.
        steady: the same for timers; None: that clock.
        committed: called in the writer's thread after each commit with the workshops and their last seq.

    Attributes:
        measured: called after each commit with the number of requests and the seconds it took.
        erased: called with a workshop of which text was erased, so that caches of it are dropped.
    """

    def __init__(
        self,
        store: Store,
        publish: Callable[[Outcome], None],
        keys: Keys,
        clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        committed: Callable[[dict[WorkshopNumber, int]], None] = lambda _seqs: None,
        limits: Limits | None = None,
        steady: Callable[[], int] | None = None,
    ) -> None:
        self.store, self.publish = store, publish
        self.keys = keys
        self.clock, self.steady = clock, steady or clock
        self.committed = committed
        self.limits = limits or Limits()
        self.measured: Callable[[int, float], None] = lambda _requests, _seconds: None
        self.erased: Callable[[WorkshopNumber], None] = lambda _workshop: None
        self._pen = store.pen()
        self._blocked = BlockedCommands()
        self._boards: OrderedDict[int, Board] = OrderedDict()
        self._fanout = Fanout()

    # --- what the writer's thread calls -----------------------------------------------------------------------------

    def handle(self, requests: Sequence[Request]) -> float | None:
        """Handle requests in one transaction; if that fails, each workshop in a transaction of its own.

        Returns the seconds after which to call it again, even without requests, when a workshop is locked elsewhere.
        """
        by_workshop = self._blocked.join(sorted_by_workshop(requests))
        if by_workshop:
            try:
                blocked = self._together(by_workshop, wait=len(by_workshop) == 1)
            except Exception as error:
                self._forget(by_workshop)
                blocked = acts_of(by_workshop) if is_held(error) else {}
                if not blocked:
                    self._log_failure(error)
                self._one_by_one(but_acts(by_workshop) if blocked else by_workshop)
            if given_up := self._blocked.settle(by_workshop, blocked):
                log.warning("refused %d commands: another program holds a lock on their workshops", len(given_up))
                self._give_up(given_up)
        return self._blocked.pause()

    def try_now(self, requests: Sequence[Request]) -> Sequence[Request]:
        """Handle requests on the event loop if that needs to wait for nothing but a fast disk; return the others."""
        by_workshop = sorted_by_workshop(requests)
        if not by_workshop.keys() <= self._boards.keys() or any(map(takes_long, requests)):
            return requests  # a log must be read first
        if any(isinstance(request, Act) for request in requests) and not self._pen.begins_at_once():
            return requests
        try:
            self._together(by_workshop, wait=True)
        except Exception as error:
            self._log_failure(error)
            self._forget(by_workshop)
            return requests
        return []

    def present(self) -> list[WorkshopNumber]:
        """Return the workshops that somebody has entered."""
        return self._fanout.present()

    def _together(self, by_workshop: ByWorkshop, *, wait: bool) -> dict[WorkshopNumber, list[Act]]:
        """Handle requests in one transaction; return the commands whose workshops another transaction has locked."""
        acts = acts_of(by_workshop)
        outcome = Outcome([], [])
        blocked: dict[WorkshopNumber, list[Act]] = {}
        started = time.perf_counter()
        with self._pen.writing() if acts else self.store.reading() as transaction:
            locked = transaction.lock(list(acts), wait=wait) if acts else {}
            others = [workshop for workshop in by_workshop if workshop not in locked]
            seqs = locked | transaction.seqs(others) if others else locked
            batch = Batch(transaction, self.clock(), self.keys, self.board, self.steady())
            for workshop, requests in by_workshop.items():
                if workshop in locked:
                    batch.decide(workshop, seqs[workshop], acts[workshop])
                elif workshop not in seqs:
                    outcome.replies += refusals(requests, "unknown_workshop")
                    self._end(workshop, outcome)
                else:
                    self.board(transaction, workshop, seqs[workshop])
                    if workshop in acts:
                        blocked[workshop] = acts[workshop]
            batch.write()
        if acts:
            self.measured(sum(map(len, by_workshop.values())), time.perf_counter() - started)
        if batch.last:
            self.committed(batch.last)
        for workshop in batch.erased:
            self.erased(workshop)
        outcome.replies += batch.replies
        for workshop, requests in by_workshop.items():
            if workshop in seqs:
                self._fanout.show(workshop, self._boards[workshop], requests, outcome)
        self.publish(outcome)
        return blocked

    def _one_by_one(self, by_workshop: ByWorkshop) -> None:
        """Handle each workshop by itself; once the database proves to be locked or away, refuse all the others too."""
        is_away = False
        for workshop, requests in by_workshop.items():
            if is_away:
                self._give_up(requests)
            else:
                is_away = self._alone(workshop, requests)

    def _alone(self, workshop: WorkshopNumber, requests: list[Request]) -> bool:
        """Handle one workshop and, if that fails, one request at a time, so that a broken one fails alone.

        Returns whether the database is locked, full or away.
        """
        done, is_away = self._tried({workshop: requests})
        if done:
            return False
        for request in requests:
            # With the database locked or away every request would fail: refuse them at once.
            if is_away or len(requests) == 1 or not self._tried({workshop: [request]})[0]:
                self._give_up([request])
        return is_away

    def _give_up(self, requests: Sequence[Request]) -> None:
        """Refuse the requests of a batch that was not committed. Leaves take effect even so."""
        for request in requests:
            if isinstance(request, Leave):
                self._fanout.leave(request.workshop, request.person)
        if requests:
            self.publish(Outcome([], refusals(requests, "try_again")))

    def _tried(self, by_workshop: ByWorkshop) -> tuple[bool, bool]:
        """Handle requests; return whether that worked and, if not, whether the database is locked, full or away."""
        pause, until = FIRST_PAUSE, time.monotonic() + LONGEST_TRY
        for attempt in range(ATTEMPTS):
            try:
                self._together(by_workshop, wait=True)
                return True, False
            except SQLAlchemyError as error:
                # The database may be back in a moment.
                self._log_failure(error)
                self._forget(by_workshop)
                is_away = isinstance(error, OperationalError)
                if attempt + 1 == ATTEMPTS or time.monotonic() > until or is_held(error):
                    return False, is_away
                time.sleep(pause)
                pause *= 2
            except Exception as error:
                self._log_failure(error)
                self._forget(by_workshop)
                return False, False
        return False, False

    @staticmethod
    def _log_failure(error: Exception) -> None:
        # Only the exception type: statements hold what people wrote.
        cause = getattr(error, "orig", None) or error
        log.warning("could not commit a batch (%s); check the database and its disk", type(cause).__name__)

    def _forget(self, workshops: Iterable[int]) -> None:
        """Drop cached boards that a rolled-back command may have changed."""
        for workshop in workshops:
            self._boards.pop(workshop, None)

    # --- boards -----------------------------------------------------------------------------------------------------

    def board(self, transaction: Transaction, workshop: WorkshopNumber, seq: int) -> Board:
        """Return the board of a workshop at `seq`, after catching up with events of other processes."""
        board = self._boards.get(workshop)
        if board is None or board.seq > seq:  # lower than ours: a backup was restored under this process
            board = self._boards[workshop] = Board()
            board.limits = self.limits
            if len(self._boards) > BOARDS_KEPT:
                self._boards.popitem(last=False)
        self._boards.move_to_end(workshop)
        if board.seq < seq:
            news = transaction.events_after(workshop, board.seq)
            is_new = not board.seq  # events before names, as in `batch.py`: the fold looks at those that people had
            for event in news:
                apply(board, event)
            if is_new or any(isinstance(event.fact, PersonJoined | PersonRenamed) for event in news):
                board.names = transaction.names(workshop)
                board.devices = devices(transaction, workshop)
            if any(type(event.fact) in ERASING for event in news):
                self.erased(workshop)
        return board

    def _end(self, workshop: WorkshopNumber, outcome: Outcome) -> None:
        """Disconnect everybody from a deleted workshop, and drop it from all caches."""
        self._forget([workshop])
        self._fanout.end(workshop, outcome)
        self.erased(workshop)


class Writer:
    """Hands requests to the writer's thread and waits for their outcome.

    Args:
        put: hands a request to the thread that calls `Workshops.handle`.
        serving: the mode in use (see `server.Serving`), for waiting on its loop.
    """

    def __init__(self, put: Callable[[Request], None], serving: Waits) -> None:
        self.put = put
        self._serving = serving

    def act(self, workshop: WorkshopNumber, who: Viewer, command: Command) -> Answer:
        """Run a command; wait until it is on disk, or refused."""
        waiter = self._serving.waiter()
        self.put(Act(workshop, who, command, waiter.set))
        answer: Answer = waiter.wait(PATIENCE)
        return answer

    def look(self, workshop: WorkshopNumber, person: PersonId | None, since: int, patience: float = PATIENCE) -> View:
        """Return what changed since a seq, as a person may see it (None: the big screen).

        Raises:
            TimeoutError: the writer has not answered within `patience` seconds.
        """
        waiter = self._serving.waiter()
        self.put(Look(workshop, person, since, waiter.set))
        view: View = waiter.wait(patience)
        return view
