"""Reverse proxies: which forwarding headers about addresses and TLS are trusted."""

from __future__ import annotations

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.middleware.proxy_fix import ProxyFix

FORWARDED = "speedboat.forwarded"  # key in the WSGI environment: whether a proxy forwarded the request
_FORWARDING_HEADERS = (
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PREFIX",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
)


class TrustedProxies:
    """WSGI middleware that takes the client's address and scheme from the last `proxies` proxies, and from no others.

    The host is never taken from a forwarding header: proxies pass `Host` on unchanged.
    """

    def __init__(self, app: WSGIApplication, proxies: int) -> None:
        self._app = app
        self._fixed = ProxyFix(self._plain, x_for=proxies, x_proto=proxies, x_host=0, x_port=0, x_prefix=0)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ[FORWARDED] = "HTTP_X_FORWARDED_FOR" in environ or "HTTP_FORWARDED" in environ
        return self._fixed(environ, start_response)

    def _plain(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        for header in _FORWARDING_HEADERS:
            environ.pop(header, None)  # the Socket.IO library would believe some of them
        return self._app(environ, start_response)
