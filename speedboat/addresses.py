"""Whom an address stands for, where something is counted for each caller."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Network, ip_address


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
