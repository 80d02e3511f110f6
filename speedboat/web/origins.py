"""Host and origin checks: a request must name one of our hosts, and must not come from a foreign page if it writes.

A browser lets any page send a form to any site, with the visitor's cookies. That page cannot read the answer, but the
request takes effect (CSRF). Browsers do tell where such a request comes from, and send no JSON across sites unasked.
"""

from __future__ import annotations

from wsgiref.types import WSGIEnvironment

from flask import Flask, request

from speedboat.config.hosts import Hosts
from speedboat.domain.messages import Refused

_READING = ("GET", "HEAD", "OPTIONS")
# Health checks may name any host; the answer is the same for all.
_FOR_ANY_HOST = ("/healthz", "/readyz")


def guard(app: Flask, hosts: Hosts) -> None:
    """Check every request before the application handles it."""

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


def _is_from_here(hosts: Hosts, environ: WSGIEnvironment, is_call: bool) -> bool:
    """Whether the request comes from our own pages, or from a program, according to the browser's headers."""
    site = environ.get("HTTP_SEC_FETCH_SITE")
    if site not in (None, "same-origin", "none"):
        return False
    origin = environ.get("HTTP_ORIGIN")
    if origin == "null" and not is_call:
        # Browsers send "null" for forms of our own pages, which have no referrer; those forms carry a CSRF token.
        return True
    return hosts.is_own(origin, environ)


def _has_body(environ: WSGIEnvironment) -> bool:
    return environ.get("CONTENT_LENGTH") not in (None, "", "0")


def _check_type() -> None:
    """Accept JSON only; a program that is not a browser may omit the content type. Raises Refused."""
    kind = request.mimetype
    if kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json")):
        return
    is_browser = "HTTP_ORIGIN" in request.environ or "HTTP_SEC_FETCH_SITE" in request.environ
    if kind or is_browser:
        raise Refused("wrong_content_type")
