"""The one write path, and the cache of boards.

Commands from everywhere (sockets, REST, the command line) wait here together; one native thread, the writer, takes
whatever has come, decides it, commits it in one transaction, and only then hands out answers and patches. Boards
belong to the writer alone. Nothing here knows of Flask, sockets or addresses.
"""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence

from speedboat.domain.features.erasure import ERASING
from speedboat.domain.features.people import PersonJoined
from speedboat.domain.features.person_names import PersonRenamed
from speedboat.domain.limits import Limits
from speedboat.domain.messages import Command, Viewer
from speedboat.domain.projection import apply
from speedboat.domain.state import Board
from speedboat.storage.people_queries import devices
from speedboat.storage.store import OperationalError, SQLAlchemyError, Store, Transaction, is_held
from speedboat.writing.batch import Group, Keys
from speedboat.writing.blocked import Aside
from speedboat.writing.fanout import Fanout
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
ATTEMPTS = 4  # at a group that the database would not take, before its commands are told to try again
FIRST_PAUSE = 0.1  # seconds, doubled each time
LONGEST_TRY = 3.0  # seconds after which there is no further attempt
PATIENCE = 60.0  # seconds a caller waits for the writer before giving up


class Workshops:
    """The writer's desk.

    Args:
        store: the database.
        publish: called in the writer's thread with the outcome of each group, once it is on disk.
        keys: makes facilitator keys, and the hashes of them that are kept.
        clock: milliseconds since the epoch, UTC.
        committed: called in the writer's thread after each commit with the workshops and their last seq.

    `erased` is called there with a workshop of which something was erased: whatever keeps words must forget them.
    """

    def __init__(
        self,
        store: Store,
        publish: Callable[[Outcome], None],
        keys: Keys,
        clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        committed: Callable[[dict[int, int]], None] = lambda _seqs: None,
        limits: Limits | None = None,
    ) -> None:
        self.store, self.publish = store, publish
        self.keys = keys
        self.clock = clock
        self.committed = committed
        self.limits = limits or Limits()
        self.measured: Callable[[int, float], None] = lambda _requests, _seconds: None
        self.erased: Callable[[int], None] = lambda _workshop: None
        self._pen = store.pen()
        self._aside = Aside()
        self._boards: OrderedDict[int, Board] = OrderedDict()
        self._fanout = Fanout()

    # --- what the writer's thread calls -----------------------------------------------------------------------------

    def handle(self, requests: Sequence[Request]) -> float | None:
        """Do all of these: one transaction if the database takes it, each workshop by itself if not.

        Returns the seconds after which it wants to be called again, if only with nothing: for a workshop that somebody
        else holds.
        """
        asked = self._aside.join(sorted_by_workshop(requests))
        if asked:
            try:
                held = self._together(asked, wait=len(asked) == 1)
            except Exception as error:
                self._forget(asked)
                held = acts_of(asked) if is_held(error) else {}
                if not held:
                    self._log_failure(error)
                self._one_by_one(but_acts(asked) if held else asked)
            if given_up := self._aside.settle(asked, held):
                log.warning("refused %d commands: another program holds a lock on their workshops", len(given_up))
                self._give_up(given_up)
        return self._aside.pause()

    def try_now(self, requests: Sequence[Request]) -> Sequence[Request]:
        """The same where nothing may be waited for but a quick disk; returned is what has to wait."""
        by_workshop = sorted_by_workshop(requests)
        if not by_workshop.keys() <= self._boards.keys() or any(map(takes_long, requests)):
            return requests  # a log is to be read first
        if any(isinstance(request, Act) for request in requests) and not self._pen.begins_at_once():
            return requests
        try:
            self._together(by_workshop, wait=True)
        except Exception as error:
            self._log_failure(error)
            self._forget(by_workshop)
            return requests
        return []

    def present(self) -> list[int]:
        """The workshops somebody has entered."""
        return self._fanout.present()

    def _together(self, by_workshop: ByWorkshop, *, wait: bool) -> dict[int, list[Act]]:
        """Handle these in one transaction; returned are commands for workshops that another process was holding."""
        acts = acts_of(by_workshop)
        outcome = Outcome([], [])
        held: dict[int, list[Act]] = {}
        started = time.perf_counter()
        with self._pen.writing() if acts else self.store.reading() as transaction:
            locked = transaction.lock(list(acts), wait=wait) if acts else {}
            others = [workshop for workshop in by_workshop if workshop not in locked]
            seqs = locked | transaction.seqs(others) if others else locked
            group = Group(transaction, self.clock(), self.keys, self.board)
            for workshop, asked in by_workshop.items():
                if workshop in locked:
                    group.decide(workshop, seqs[workshop], acts[workshop])
                elif workshop not in seqs:
                    outcome.replies += refusals(asked, "unknown_workshop")
                    self._end(workshop, outcome)
                else:
                    self.board(transaction, workshop, seqs[workshop])
                    if workshop in acts:
                        held[workshop] = acts[workshop]
            group.write()
        if acts:
            self.measured(sum(map(len, by_workshop.values())), time.perf_counter() - started)
        if group.last:
            self.committed(group.last)
        for workshop in group.erased:
            self.erased(workshop)
        outcome.replies += group.replies
        for workshop, asked in by_workshop.items():
            if workshop in seqs:
                self._fanout.show(workshop, self._boards[workshop], asked, outcome)
        self.publish(outcome)
        return held

    def _one_by_one(self, by_workshop: ByWorkshop) -> None:
        """Each workshop by itself; once the database is found held or gone, it is so for all the others too."""
        is_away = False
        for workshop, asked in by_workshop.items():
            if is_away:
                self._give_up(asked)
            else:
                is_away = self._alone(workshop, asked)

    def _alone(self, workshop: int, asked: list[Request]) -> bool:
        """One workshop, then, if even that fails, one request at a time: a broken one fails alone.

        Returns whether the database is held, full or gone.
        """
        done, is_away = self._tried({workshop: asked})
        if done:
            return False
        for request in asked:
            # A database that is held or gone is so for each of them: nobody is made to wait for all the others' turns.
            if is_away or len(asked) == 1 or not self._tried({workshop: [request]})[0]:
                self._give_up([request])
        return is_away

    def _give_up(self, requests: Sequence[Request]) -> None:
        """Tell whoever asked that it was not done; who has left has left all the same."""
        for request in requests:
            if isinstance(request, Leave):
                self._fanout.leave(request.workshop, request.person)
        if requests:
            self.publish(Outcome([], refusals(requests, "try_again")))

    def _tried(self, by_workshop: ByWorkshop) -> tuple[bool, bool]:
        """Whether it was done and, if not, whether that is because the database is held, full or gone."""
        pause, until = FIRST_PAUSE, time.monotonic() + LONGEST_TRY
        for attempt in range(ATTEMPTS):
            try:
                self._together(by_workshop, wait=True)
                return True, False
            except SQLAlchemyError as error:
                # It may be back in a moment.
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
        # The kind of error only: statements carry what people wrote.
        cause = getattr(error, "orig", None) or error
        log.warning("could not commit a batch (%s); check the database and its disk", type(cause).__name__)

    def _forget(self, workshops: Iterable[int]) -> None:
        """Throw away boards that a rolled-back command may have touched."""
        for workshop in workshops:
            self._boards.pop(workshop, None)

    # --- boards -----------------------------------------------------------------------------------------------------

    def board(self, transaction: Transaction, workshop: int, seq: int) -> Board:
        """The board of a workshop at `seq`, catching up with what other processes wrote."""
        board = self._boards.get(workshop)
        if board is None or board.seq > seq:  # or the database was emptied and restored under this process
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

    def _end(self, workshop: int, outcome: Outcome) -> None:
        """It has been deleted: whoever is in it is let go, and nothing of it is kept."""
        self._forget([workshop])
        self._fanout.end(workshop, outcome)
        self.erased(workshop)


class Writer:
    """The door to the writer's thread: hand in a request, or wait for what comes of one.

    Args:
        put: hands a request to the thread that calls `Workshops.handle`.
        serving: the mode in use (see `server.Serving`), for waiting on its loop.
    """

    def __init__(self, put: Callable[[Request], None], serving: Waits) -> None:
        self.put = put
        self._serving = serving

    def act(self, workshop: int, who: Viewer, command: Command) -> Answer:
        """Do a command and wait until it is on disk, or refused."""
        waiter = self._serving.waiter()
        self.put(Act(workshop, who, command, waiter.set))
        answer: Answer = waiter.wait(PATIENCE)
        return answer

    def look(self, workshop: int, person: str | None, since: int) -> View:
        """What changed since, as somebody may see it (None: the screen)."""
        waiter = self._serving.waiter()
        self.put(Look(workshop, person, since, waiter.set))
        view: View = waiter.wait(PATIENCE)
        return view
