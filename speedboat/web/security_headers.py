"""Headers that say how an answer may be used: what runs in a page, who frames it, who keeps it."""

from __future__ import annotations

from flask import Response, g, request

from speedboat.config.hosts import host_name
from speedboat.web.context import YEAR, here, is_secure

NOTHING_RUNS = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"
PROTECTION = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def page_policy(host: str) -> str:
    """What a page of this `Host` may run and reach: files, calls and sockets of this server, nothing else.

    Sockets are named by host: Safari before 15.4 does not count them among 'self'.
    """
    sockets = f" ws://{host} wss://{host}" if host_name(host) else ""
    return (
        f"default-src 'self'; connect-src 'self'{sockets}; img-src 'self' data: blob:; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


def protect(response: Response) -> Response:
    """Nothing runs that we did not serve as a file, nobody frames us, no address of a workshop leaks to other sites."""
    headers = response.headers
    # What is no page runs nothing at all, even when it is opened by itself: a picture of somebody's words, an export.
    # But for scripts: the service worker would be held to it.
    if response.mimetype != "text/javascript":
        host = request.environ.get("HTTP_HOST", "")
        policy = (
            page_policy(host if here().hosts.allows(host) else "") if response.mimetype == "text/html" else NOTHING_RUNS
        )
        headers.setdefault("Content-Security-Policy", policy)
    if response.mimetype == "text/html":
        headers.setdefault("Cache-Control", "no-cache")
        response.content_language.add(g.get("language", "en"))
    elif request.path.startswith("/api/"):
        headers.setdefault("Cache-Control", "no-store")
    for name, value in PROTECTION.items():
        headers.setdefault(name, value)
    if is_secure():
        headers["Strict-Transport-Security"] = f"max-age={YEAR}"
    return response
