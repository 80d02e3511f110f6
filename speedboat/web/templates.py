"""A page from its template, with what its script needs; compressed, for phones fetch it."""

from __future__ import annotations

import gzip
import json
from typing import Any

from flask import Response, g, render_template, request

from speedboat.domain.validation import one_line
from speedboat.i18n.catalogues import LANGUAGES, choose
from speedboat.version import __version__
from speedboat.web.assets import sentences
from speedboat.web.context import here, join_url


def workshop_page(view: str, code: str) -> str:
    workshop = here().access.find(code)
    g.language = choose(
        [request.args.get("lang"), request.cookies.get("language")],
        request.headers.get("Accept-Language"),
        workshop.language,
    )
    g.may_be_packed = True
    return page(
        "workshop", view, {"code": workshop.code, "join_url": join_url(workshop)}, title=one_line(workshop.title)
    )


def page(template: str, view: str, data: dict[str, Any], **context: Any) -> str:
    """A template with what its script needs, as data: nothing is run that stands in the page."""
    known = sentences(view, g.language)
    data = {**data, "view": view, "language": g.language, "languages": LANGUAGES, "version": __version__}
    encoded = json.dumps({**data, "messages": known}, ensure_ascii=False).replace("<", "\\u003c")
    return render_template(f"{template}.html", page=data, page_json=encoded, language=g.language, **context)


def compress(response: Response) -> Response:
    """Compress the pages that phones fetch. They hold no secret, so their length gives none away."""
    wanted = "gzip" in request.headers.get("Accept-Encoding", "") and request.method == "GET"
    if wanted and g.get("may_be_packed") and response.status_code == 200:
        response.set_data(gzip.compress(response.get_data(), 6))
        response.headers["Content-Encoding"] = "gzip"
    if g.get("may_be_packed"):
        response.headers["Vary"] = "Accept-Encoding, Accept-Language, Cookie"
    return response
