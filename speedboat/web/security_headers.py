"""Security headers: what may run in a page, who may frame it, who may cache it."""

from __future__ import annotations

from flask import Response, g, request

from speedboat.config.hosts import host_name
from speedboat.web.context import YEAR, current_services, is_secure

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
    """Return the Content-Security-Policy of a page: only files, calls and sockets of this server.

    Args:
        host: the request's `Host`, for naming the sockets: in Safari before 15.4 'self' does not include them.
    """
    sockets = f" ws://{host} wss://{host}" if host_name(host) else ""
    return (
        f"default-src 'self'; connect-src 'self'{sockets}; img-src 'self' data: blob:; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


def protect(response: Response) -> Response:
    """Add the headers: only scripts we serve as files run, no site frames us, no workshop's URL leaks as a referrer."""
    headers = response.headers
    # Anything but a page may run nothing at all, even opened directly: a picture with somebody's words, an export.
    # Scripts are left out, because the policy would apply to what the service worker fetches.
    if response.mimetype != "text/javascript":
        host = request.environ.get("HTTP_HOST", "")
        policy = NOTHING_RUNS
        if response.mimetype == "text/html":
            policy = page_policy(host if current_services().hosts.allows(host) else "")
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
