"""What stands in front: whose word about addresses and TLS is taken, and from where a page may speak to us."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from werkzeug.middleware.proxy_fix import ProxyFix

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
FORWARDED = "speedboat.forwarded"  # in the environ: a proxy handed this on
_SAYINGS = (
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PREFIX",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
)


class Trusting:
    """Take the client's address and scheme from so many proxies; whoever else says them is not believed.

    The host is never taken from a header of its own: proxies hand on `Host` as it came.
    """

    def __init__(self, app: Application, proxies: int) -> None:
        self._app = app
        self._fixed = ProxyFix(self._plain, x_for=proxies, x_proto=proxies, x_host=0, x_port=0, x_prefix=0)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ[FORWARDED] = "HTTP_X_FORWARDED_FOR" in environ or "HTTP_FORWARDED" in environ
        return self._fixed(environ, start_response)

    def _plain(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        for saying in _SAYINGS:
            environ.pop(saying, None)  # the Socket.IO library would believe some of them
        return self._app(environ, start_response)


def same_origin(public_url: str) -> Callable[[str | None, dict[str, Any]], bool]:
    """Whether a page of this origin may open a socket: only ours, to the letter; no origin at all is no browser."""
    parts = urlsplit(public_url)
    public = f"{parts.scheme}://{parts.netloc}" if public_url else None

    def allowed(origin: str | None, environ: dict[str, Any]) -> bool:
        own = f"{environ.get('wsgi.url_scheme')}://{environ.get('HTTP_HOST')}"
        return origin is None or origin in (own, public)

    return allowed
