"""Client addresses: which key a client is counted under, and how often one address may do something."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Network, ip_address

ADDRESSES_REMEMBERED = 10_000


def address_key(address: str) -> str:
    """Return the key a client is counted under: the address for IPv4, its /64 network for IPv6.

    One phone or household has a whole /64 and may use a new address of it for every request. IPv4 written as IPv6
    (mapped, or 6to4) counts as that IPv4 address; anything that is not an address, such as a Unix socket's name, counts
    as itself.
    """
    try:
        parsed = ip_address(address.strip().partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv4Address):
        return str(parsed)
    inner = parsed.ipv4_mapped or parsed.sixtofour
    return str(inner) if inner else str(IPv6Network((int(parsed) >> 64 << 64, 64)))


class AddressLimit:
    """A sliding-window limit for each address, counted in this process alone.

    Args:
        most: actions allowed within a window; 0 means no limit.
        window: milliseconds.
        clock: milliseconds since the epoch.
    """

    def __init__(self, most: int, window: int, clock: Callable[[], int]) -> None:
        self.most = most
        self._window = window
        self._clock = clock
        self._acts: OrderedDict[str, deque[int]] = OrderedDict()

    def acquire(self, address: str) -> int | None:
        """Count an action. Returns None if it is allowed, else the time (ms since the epoch) when the next one is."""
        if not self.most or not address:
            return None
        key, now = address_key(address), self._clock()
        acts = self._acts.setdefault(key, deque())
        self._acts.move_to_end(key)
        while len(self._acts) > ADDRESSES_REMEMBERED:
            self._acts.popitem(last=False)
        # An action in the future was counted before the clock was set back.
        while acts and not now - self._window < acts[0] <= now:
            acts.popleft()
        if len(acts) >= self.most:
            return acts[0] + self._window
        acts.append(now)
        return None

    def give_back(self, address: str) -> None:
        """Stop counting the last action of this address, because it failed."""
        if acts := self._acts.get(address_key(address)):
            acts.pop()
