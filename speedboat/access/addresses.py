"""Whom an address stands for, where something is counted for each caller."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Network, ip_address

ADDRESSES_REMEMBERED = 10_000


def address_key(address: str) -> str:
    """Return what the caller at an address is counted under: the address for IPv4, its /64 for IPv6.

    One phone or household has a whole /64 and may use a new address of it for every request. IPv4 written as IPv6
    (mapped, or 6to4) counts as that IPv4 address; what is no address, such as a Unix socket's, as itself.
    """
    try:
        parsed = ip_address(address.strip().partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv4Address):
        return str(parsed)
    inner = parsed.ipv4_mapped or parsed.sixtofour
    return str(inner) if inner else str(IPv6Network((int(parsed) >> 64 << 64, 64)))


class WindowLimit:
    """At most so many acts of one address within any window of time; 0 means no limit. Counted in this process alone.

    Args:
        most: acts within a window.
        window: milliseconds.
        clock: milliseconds since the epoch.
    """

    def __init__(self, most: int, window: int, clock: Callable[[], int]) -> None:
        self.most = most
        self._window = window
        self._clock = clock
        self._acts: OrderedDict[str, deque[int]] = OrderedDict()

    def refused_until(self, address: str) -> int | None:
        """Count an act: None if it may be done, else the time (ms) at which the next one may."""
        if not self.most or not address:
            return None
        key, now = address_key(address), self._clock()
        acts = self._acts.setdefault(key, deque())
        self._acts.move_to_end(key)
        while len(self._acts) > ADDRESSES_REMEMBERED:
            self._acts.popitem(last=False)
        # An act in the future was counted before the clock was set back.
        while acts and not now - self._window < acts[0] <= now:
            acts.popleft()
        if len(acts) >= self.most:
            return acts[0] + self._window
        acts.append(now)
        return None

    def give_back(self, address: str) -> None:
        """The last act of this address came to nothing: it does not count."""
        if acts := self._acts.get(address_key(address)):
            acts.pop()
