"""How fast codes, keys and tokens can be guessed: what is wrong counts, what is right does not.

A guess takes a place in the bucket of its address, and in that of the whole installation, before it is looked at; a
right one gives its place back. So a thousand at once get no further than one after another, while a roomful of right
ones behind one address at most wait for each other.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from speedboat.access.addresses import address_key
from speedboat.domain.messages import Refused
from speedboat.server import Waiter

WRONG = ("unknown_workshop", "unknown_summary", "bad_key", "bad_token", "bad_admin_key", "wrong_passphrase")
PATIENCE = 20.0  # seconds a guess waits for a place, while those before it are looked up
MOST_BUCKETS = 50_000  # only addresses with wrong guesses have one
MOST_KNOWN = 50_000


class Rate(NamedTuple):
    """So many wrong guesses at once, then so many a second."""

    burst: int
    per_second: float


# From one address: as many at once as a roomful can mistype. Guessing one of 31^6 codes, with a thousand workshops
# open, takes three weeks at this rate; a key takes for ever.
EACH = Rate(60, 0.5)
# From everywhere together: a thousand addresses guess no faster than ten do.
TOGETHER = Rate(300, 5.0)


class Guess:
    """One guess while it is looked at; whoever looks says here what it turned out to be.

    Attributes:
        workshop: the one that was found.
        is_proven: it came with a token or key that was right, which cannot be had by guessing.
    """

    def __init__(self) -> None:
        self.workshop: int | None = None
        self.is_proven = False


class GuessLimit:
    """The wrong guesses of all callers of this process, and those that other processes report.

    Args:
        clock: milliseconds since the epoch, UTC.
        waiter: makes a waiter of the serving mode in use (see `server.Serving`).
    """

    def __init__(
        self, clock: Callable[[], int], waiter: Callable[[], Waiter], each: Rate = EACH, together: Rate = TOGETHER
    ) -> None:
        self.report: Callable[[str], None] = lambda _key: None  # a wrong guess, to the other processes
        self._clock = clock
        self._waiter = waiter
        self._each = each
        self._together = _Bucket(together, clock())
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._known: OrderedDict[tuple[str, int], None] = OrderedDict()
        self._lock = threading.Lock()  # never held while anything is waited for

    @contextmanager
    def guess(self, address: str, *, has_proof: bool = False) -> Iterator[Guess]:
        """Count what happens inside as a guess from this address, if it ends in a refusal that says it was wrong.

        When the address has spent its guesses, all but what is proven is refused, right or wrong alike, so that
        nothing can be learned from it. When only the installation has, a right code still passes for a workshop that
        this address has been in before: guessers elsewhere shut no room out.

        Args:
            has_proof: a token or key was given, so it is worth looking although the guesses are spent.

        Raises:
            Refused: `slow_down` with `retry_at`; `try_again` after waiting too long for those before.
        """
        key = address_key(address)
        places, spent_until = self._take_places(key)
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
                is_wrong = True  # also what is refused for another reason would tell that there is such a workshop
                raise slow_down from None
            raise
        finally:
            self._give_back(key, places, is_wrong)

    def count_elsewhere(self, key: str) -> None:
        """Count a wrong guess that another process was given. Buckets may go into debt by this: the rate holds."""
        with self._lock:
            for bucket in (self._bucket(key), self._together):
                bucket.refill(self._clock())
                bucket.spend()

    # --- places -----------------------------------------------------------------------------------------------------

    def _take_places(self, key: str) -> tuple[list[_Bucket], int | None]:
        """Take a place in each bucket that is not spent; the time (ms) at which the spent one has a guess again.

        Takes none if that of the address is spent. Waits while others are being looked at in all that is left.
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
                        bucket.taken += 1
                    return places, spent_until
                waiter = self._waiter()
                if woken_by is full:
                    full.waiting.appendleft(waiter)  # somebody new was quicker
                else:
                    full.waiting.append(waiter)
                    if woken_by:
                        woken_by.wake_one()  # the place there is for the next
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

    def _give_back(self, key: str, places: list[_Bucket], is_wrong: bool) -> None:
        with self._lock:
            for bucket in places:
                bucket.taken -= 1
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

    # --- who has been where -----------------------------------------------------------------------------------------

    def _passes(self, key: str, guess: Guess, places: list[_Bucket]) -> bool:
        """Whether a guess that was right may be told so although guesses are spent."""
        with self._lock:
            knows = guess.workshop is not None and (key, guess.workshop) in self._known
        return guess.is_proven or (knows and bool(places))

    def _remember(self, key: str, workshop: int | None) -> None:
        if workshop is None:
            return
        with self._lock:
            self._known[key, workshop] = None
            self._known.move_to_end((key, workshop))
            if len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)


class _Bucket:
    """How many wrong guesses are left, and how many are being looked at; all of it under the lock of the limit."""

    __slots__ = ("_at", "_burst", "_per_ms", "left", "taken", "waiting")

    def __init__(self, rate: Rate, now: int) -> None:
        self._burst = float(rate.burst)
        self._per_ms = rate.per_second / 1000
        self._at = now
        self.left = self._burst
        self.taken = 0
        self.waiting: deque[Waiter] = deque()

    def refill(self, now: int) -> None:
        self.left = min(self._burst, self.left + max(0, now - self._at) * self._per_ms)
        self._at = now

    @property
    def is_spent(self) -> bool:
        return self.left < 1

    @property
    def is_full(self) -> bool:
        """Whether others are being looked at in all that is left."""
        return self.left - self.taken < 1

    @property
    def is_unused(self) -> bool:
        return self.left >= self._burst and not self.taken and not self.waiting

    @property
    def next_at(self) -> int:
        """When there is a guess again, in ms since the epoch."""
        return self._at + int((1 - self.left) / self._per_ms) + 1

    def spend(self) -> None:
        self.left -= 1
        while self.is_spent and self.waiting:
            self.wake_one()  # to be refused

    def wake_one(self) -> None:
        if self.waiting:
            self.waiting.popleft().set(True)
