"""What counts as one address, and how often one may do something within a time."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

ADDRESSES_REMEMBERED = 10_000
_NETWORK = 64  # bits of an IPv6 address that one line is given: its devices choose the rest as they please


def address_key(address: str) -> str:
    """The address that limits count by: an IPv4 address itself, an IPv6 address by its /64; what is none, as it is."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return str(known)
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return f"{IPv6Address(int(known) >> _NETWORK << _NETWORK)}/{_NETWORK}"


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
