"""Health checks and metrics, for monitoring: `/healthz`, `/readyz`, `/metrics`."""

from __future__ import annotations

import hmac
import time
from ipaddress import ip_address

from flask import Blueprint, Response, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST
from werkzeug.exceptions import NotFound

from speedboat.web.context import current_services
from speedboat.web.proxy import FORWARDED

# Anybody may ask, and each write waits for the disk and for those who write cards: at most one in so many seconds.
REPEAT = 1.0
WRITTEN_AT = "speedboat readiness"

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """Answer that the process runs."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
def readyz() -> Response:
    """Answer whether the process can serve: a write to the database succeeds."""
    services = current_services()
    written_at = current_app.extensions.get(WRITTEN_AT, -REPEAT)
    if time.monotonic() - written_at >= REPEAT:
        try:
            services.serving.off_loop(services.store.write_nothing)
        except Exception:  # any failure means not ready
            return Response("the database does not answer, or cannot be written\n", 503, mimetype="text/plain")
        current_app.extensions[WRITTEN_AT] = time.monotonic()
    return Response("ready\n", mimetype="text/plain")


@blueprint.get("/metrics")
def metrics() -> Response:
    """Serve the metrics to this machine, or to a client with the metrics token; without it never through a proxy."""
    token = current_services().config.metrics_token
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token:
        allowed = hmac.compare_digest(token.encode(), bearer.encode())
    else:
        allowed = not request.environ.get(FORWARDED) and _is_this_machine(request.remote_addr or "")
    if not allowed:
        raise NotFound
    return Response(current_services().metrics_page(), content_type=CONTENT_TYPE_LATEST)


def _is_this_machine(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
