"""Whose requests are answered at all: for a name of ours, and from no foreign page where something changes.

A browser lets any page send a form anywhere, with the cookies of whoever looks at it: the page cannot read the answer,
but something has changed. The browser does say where such a request comes from, and sends no JSON from there unasked.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, request

from speedboat.config.hosts import Hosts
from speedboat.domain.messages import Refused

_READING = ("GET", "HEAD", "OPTIONS")
# Health checks name whatever host they like; what they are told holds for any.
_FOR_ANY_HOST = ("/healthz", "/readyz")


def guard(app: Flask, hosts: Hosts) -> None:
    """Look at every request of the application before a page or a call does."""

    def check() -> None:
        if not hosts.allows(request.environ.get("HTTP_HOST")) and request.path not in _FOR_ANY_HOST:
            raise Refused("wrong_host")
        if request.method not in _READING:
            is_call = request.path.startswith("/api/")
            if not _is_from_here(hosts, request.environ, is_call):
                raise Refused("foreign_origin")
            if is_call and _has_body(request.environ):
                _check_type()

    app.before_request(check)


def _is_from_here(hosts: Hosts, environ: dict[str, Any], is_call: bool) -> bool:
    """Whether no foreign page sent this, as far as a browser says."""
    site = environ.get("HTTP_SEC_FETCH_SITE")
    if site not in (None, "same-origin", "none"):
        return False
    origin = environ.get("HTTP_ORIGIN")
    if origin == "null" and not is_call:
        # Browsers say so for forms of our own pages, which send no referrer; forms bring a token besides.
        return True
    return hosts.is_own(origin, environ)


def _has_body(environ: dict[str, Any]) -> bool:
    return environ.get("CONTENT_LENGTH") not in (None, "", "0")


def _check_type() -> None:
    """JSON only; programs that are no browser may leave the type out."""
    kind = request.mimetype
    if kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json")):
        return
    is_browser = "HTTP_ORIGIN" in request.environ or "HTTP_SEC_FETCH_SITE" in request.environ
    if kind or is_browser:
        raise Refused("wrong_content_type")
