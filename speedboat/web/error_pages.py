"""Error pages."""

from __future__ import annotations

import json

from flask import Response, g, request
from werkzeug.exceptions import HTTPException, NotFound

from speedboat.domain.messages import Refused
from speedboat.i18n.error_messages import error_of
from speedboat.web.context import current_services
from speedboat.web.templates import page

NOT_FROM_HERE = {"wrong_host": 421, "foreign_origin": 403}


def unavailable_page() -> Response:
    """Render the page for a database that does not answer."""
    response = Response(page("error", "error", {}, code="", status=503), 503)
    response.headers["Retry-After"] = "2"
    return response


def refused_page(refusal: Refused) -> tuple[str, int]:
    """Render the page for a refusal, with its status."""
    current_services().metrics.count_refusal(refusal.code)
    if refusal.code == "slow_down":
        return page("error", "error", {}, code="", status=429), 429
    if refusal.code in NOT_FROM_HERE:
        message, status = error_of(refusal, g.language)["message"], NOT_FROM_HERE[refusal.code]
        return page("error", "error", {}, code="", status=status, message=message), status
    is_known = refusal.code == "unknown_workshop"
    return page("error", "error", {}, code=refusal.code if is_known else "", status=404), 404


def error_page(error: HTTPException) -> Response | tuple[str, int]:
    """Render the page for an HTTP error, or JSON where a program asked."""
    if request.path.startswith(("/api/", "/static/")):
        return Response(
            json.dumps({"ok": False, "error": {"code": "not_found" if isinstance(error, NotFound) else "bad_request"}}),
            error.code or 500,
            mimetype="application/json",
        )
    return page("error", "error", {}, code="", status=error.code or 500), error.code or 500
