"""What a machine asks: is it alive, is it ready, what are its figures."""

from __future__ import annotations

import hmac
from ipaddress import ip_address

from flask import Blueprint, Response, request
from prometheus_client import CONTENT_TYPE_LATEST
from werkzeug.exceptions import NotFound

from speedboat.web.context import here
from speedboat.web.proxy import FORWARDED

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
def readyz() -> Response:
    """The process can write: the database answers too."""
    try:
        here().serving.off_loop(here().store.find, "")
    except Exception:  # whatever it is, this process is not ready
        return Response("the database does not answer\n", 503, mimetype="text/plain")
    return Response("ready\n", mimetype="text/plain")


@blueprint.get("/metrics")
def metrics() -> Response:
    """Figures, for this machine alone or for whoever brings the token; never through a proxy without it."""
    token = here().config.metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token:
        allowed = hmac.compare_digest(token.encode(), given.encode())
    else:
        allowed = not request.environ.get(FORWARDED) and _is_this_machine(request.remote_addr or "")
    if not allowed:
        raise NotFound
    return Response(here().metrics_page(), content_type=CONTENT_TYPE_LATEST)


def _is_this_machine(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
