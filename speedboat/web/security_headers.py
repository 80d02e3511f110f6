"""Headers that say how an answer may be used: what runs in a page, who frames it, who keeps it."""

from __future__ import annotations

from speedboat.config.hosts import host_name

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
