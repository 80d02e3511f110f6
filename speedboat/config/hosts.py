"""Host names this server answers to, and which origins are its own.

A foreign page can point a name of its own at this machine (DNS rebinding); the browser then takes that page for one of
ours. A name that nobody gave this server is therefore refused before anything else is looked at.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

_HOST = re.compile(
    r"(\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?)\.?(?::[0-9]{1,5})?", re.ASCII | re.IGNORECASE
)
_THIS_MACHINE = frozenset(("localhost", "127.0.0.1", "[::1]"))
# Ends of names that no public registry sells, so nobody outside can point one here.
_PRIVATE_ENDS = (".local", ".localhost", ".localdomain", ".lan", ".home", ".home.arpa", ".internal", ".intranet")


class Hosts:
    """The host names of one server.

    Args:
        public_url: where people reach it, or empty.
        allowed: more names (`SPEEDBOAT_ALLOWED_HOSTS`).

    With neither, the server is one of a local network: addresses, names without a dot and names of private networks
    are its own.
    """

    def __init__(self, public_url: str = "", allowed: Iterable[str] = ()) -> None:
        parts = urlsplit(public_url)
        self._public = f"{parts.scheme}://{parts.netloc}" if public_url else None
        named = {name for name in (host_name(parts.netloc), *map(host_name, allowed)) if name}
        self._named = named | _THIS_MACHINE if named else None
        self._machine = socket.gethostname().lower()
        self.allows = lru_cache(1024)(self._allows)

    def _allows(self, host: str | None) -> bool:
        """Whether a request for this `Host` is for us; its port does not matter."""
        name = host_name(host or "")
        if not name:
            return False
        return name in self._named if self._named is not None else self._is_local(name)

    def _is_local(self, name: str) -> bool:
        if name.startswith("[") or name.replace(".", "").isdecimal():
            return _is_address(name.strip("[]"))
        return "." not in name or name.endswith(_PRIVATE_ENDS) or name == self._machine

    def is_own(self, origin: str | None, environ: dict[str, object]) -> bool:
        """Whether an origin is exactly our own; a request without one comes from no page."""
        if origin is None:
            return True
        host = environ.get("HTTP_HOST")
        return self.allows(host) and origin in (f"{environ.get('wsgi.url_scheme')}://{host}", self._public)


def host_name(host: str) -> str:
    """Return the name in a `Host` header, in lower case and without port; '' if it is not well formed."""
    match = _HOST.fullmatch(host)
    return match[1].lower() if match else ""


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
