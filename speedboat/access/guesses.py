"""Limits on guessing codes, keys and tokens: wrong guesses count, right ones do not.

Before a guess is checked it reserves a token in the bucket of its address and in that of the whole installation; a
right guess returns its tokens. So a thousand guesses at once get no further than a thousand in a row, while a roomful
of right ones behind one address at most wait for each other.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from speedboat.access.addresses import address_key
from speedboat.domain.ids import WorkshopNumber
from speedboat.domain.messages import Refused
from speedboat.server import Waiter

WRONG = (
    "unknown_workshop",
    "unknown_summary",
    "bad_key",
    "bad_token",
    "bad_admin_key",
    "wrong_passphrase",
    "bad_password",
)
PATIENCE = 20.0  # seconds a guess waits for a token while the guesses before it are checked
MOST_BUCKETS = 50_000  # only addresses with wrong guesses have one
MOST_VISITS = 50_000  # pairs of address and workshop that are remembered


class Rate(NamedTuple):
    """A token bucket's rate: so many wrong guesses at once, then so many a second."""

    burst: int
    per_second: float


# From one address: as many at once as a roomful can mistype. Guessing one of 31^6 codes, with a thousand workshops
# open, takes three weeks at this rate; a key takes for ever.
EACH = Rate(60, 0.5)
# From everywhere together: a thousand addresses guess no faster than ten do.
TOGETHER = Rate(300, 5.0)


class Guess:
    """One guess while it is checked; the code that checks it fills in the outcome.

    Attributes:
        workshop: the workshop that was found.
        is_proven: a right token or key came along, which nobody gets by guessing.
    """

    def __init__(self) -> None:
        self.workshop: WorkshopNumber | None = None
        self.is_proven = False


class GuessLimit:
    """Counts the wrong guesses of all clients of this process, and those that other processes report.

    Args:
        clock: milliseconds since the epoch, UTC.
        waiter: makes a waiter of the serving mode in use (see `server.Serving`).
        each: the rate for one address.
        together: the rate for all addresses together.
    """

    def __init__(
        self, clock: Callable[[], int], waiter: Callable[[], Waiter], each: Rate = EACH, together: Rate = TOGETHER
    ) -> None:
        self.report: Callable[[str], None] = lambda _key: None  # called with the key of each wrong guess
        self._clock = clock
        self._waiter = waiter
        self._each = each
        self._together = _Bucket(together, clock())
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._visits: OrderedDict[tuple[str, int], None] = OrderedDict()
        self._lock = threading.Lock()  # never held while anything is waited for

    @contextmanager
    def guess(self, address: str, *, has_proof: bool = False) -> Iterator[Guess]:
        """Count the body of the `with` as a guess from this address if it ends in one of the refusals in `WRONG`.

        When the bucket of the address is empty, every guess without proof is refused, right or wrong alike, so that
        the answer reveals nothing. When only the bucket of the installation is empty, a right code still passes for a
        workshop that this address has been in before: attackers elsewhere cannot lock a room out.

        Args:
            has_proof: a token or key came along, so it is worth checking although the bucket is empty.

        Raises:
            Refused: `slow_down` with `retry_at`; `try_again` after waiting too long for the guesses before.
        """
        key = address_key(address)
        places, spent_until = self._reserve(key)
        slow_down = Refused("slow_down", retry_at=spent_until) if spent_until is not None else None
        if slow_down and not places and not has_proof:
            raise slow_down
        guess = Guess()
        is_wrong = False
        try:
            yield guess
            if slow_down and not self._passes(key, guess, places):
                raise slow_down
            self._remember(key, guess.workshop)
        except Refused as refusal:
            is_wrong = refusal.code in WRONG
            if slow_down and (is_wrong or not self._passes(key, guess, places)):
                is_wrong = True  # any other refusal would reveal that the workshop exists
                raise slow_down from None
            raise
        finally:
            self._release(key, places, is_wrong)

    def count_elsewhere(self, key: str) -> None:
        """Count a wrong guess that another process has reported. May push a bucket below zero, so the rate holds."""
        with self._lock:
            for bucket in (self._bucket(key), self._together):
                bucket.refill(self._clock())
                bucket.spend()

    # --- reserving tokens -------------------------------------------------------------------------------------------

    def _reserve(self, key: str) -> tuple[list[_Bucket], int | None]:
        """Reserve a token in the buckets of the address and of the installation.

        Waits while all remaining tokens are reserved by guesses that are being checked.

        Returns:
            The buckets in which a token is reserved, none if the address's is empty; and the time (ms since the epoch)
            at which the empty one has a token again, if one is empty.
        """
        woken_by: _Bucket | None = None
        while True:
            with self._lock:
                now, each, spent_until = self._clock(), self._bucket(key), None
                places = [each, self._together]
                for bucket in places:
                    bucket.refill(now)
                if each.is_spent:
                    return [], each.next_at
                if self._together.is_spent:
                    places, spent_until = [each], self._together.next_at
                full = next((bucket for bucket in places if bucket.is_full), None)
                if full is None:
                    for bucket in places:
                        bucket.pending += 1
                    return places, spent_until
                waiter = self._waiter()
                if woken_by is full:
                    full.waiting.appendleft(waiter)  # a newer guess took the token: keep the turn
                else:
                    full.waiting.append(waiter)
                    if woken_by:
                        woken_by.wake_one()  # the token that became free is for the next
            self._await(waiter, full)
            woken_by = full

    def _await(self, waiter: Waiter, bucket: _Bucket) -> None:
        try:
            waiter.wait(PATIENCE)
        except BaseException as error:
            with self._lock:
                if waiter in bucket.waiting:
                    bucket.waiting.remove(waiter)
                else:
                    bucket.wake_one()
            if isinstance(error, TimeoutError):
                raise Refused("try_again") from None
            raise

    def _release(self, key: str, places: list[_Bucket], is_wrong: bool) -> None:
        with self._lock:
            for bucket in places:
                bucket.pending -= 1
                if is_wrong:
                    bucket.spend()
                bucket.wake_one()
            each = self._buckets.get(key)
            if each is not None and each.is_unused:
                del self._buckets[key]
        if is_wrong and places:
            self.report(key)

    def _bucket(self, key: str) -> _Bucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(self._each, self._clock())
            if len(self._buckets) > MOST_BUCKETS:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(key)
        return bucket

    # --- addresses and the workshops they have been in --------------------------------------------------------------

    def _passes(self, key: str, guess: Guess, places: list[_Bucket]) -> bool:
        """Whether a right guess may succeed although a bucket is empty."""
        with self._lock:
            knows = guess.workshop is not None and (key, guess.workshop) in self._visits
        return guess.is_proven or (knows and bool(places))

    def _remember(self, key: str, workshop: WorkshopNumber | None) -> None:
        if workshop is None:
            return
        with self._lock:
            self._visits[key, workshop] = None
            self._visits.move_to_end((key, workshop))
            if len(self._visits) > MOST_VISITS:
                self._visits.popitem(last=False)


class _Bucket:
    """A token bucket: wrong guesses left, and guesses being checked. Used only under the lock of the limit."""

    __slots__ = ("_at", "_burst", "_per_ms", "pending", "tokens", "waiting")

    def __init__(self, rate: Rate, now: int) -> None:
        self._burst = float(rate.burst)
        self._per_ms = rate.per_second / 1000
        self._at = now
        self.tokens = self._burst
        self.pending = 0
        self.waiting: deque[Waiter] = deque()

    def refill(self, now: int) -> None:
        self.tokens = min(self._burst, self.tokens + max(0, now - self._at) * self._per_ms)
        self._at = now

    @property
    def is_spent(self) -> bool:
        return self.tokens < 1

    @property
    def is_full(self) -> bool:
        """Whether every remaining token is reserved."""
        return self.tokens - self.pending < 1

    @property
    def is_unused(self) -> bool:
        return self.tokens >= self._burst and not self.pending and not self.waiting

    @property
    def next_at(self) -> int:
        """When there is a token again, in ms since the epoch."""
        return self._at + int((1 - self.tokens) / self._per_ms) + 1

    def spend(self) -> None:
        self.tokens -= 1
        while self.is_spent and self.waiting:
            self.wake_one()  # it will be refused

    def wake_one(self) -> None:
        if self.waiting:
            self.waiting.popleft().set(True)
