"""The shared summary, `/s/SECRET`: a page to read without JavaScript, for who has the link and nobody else."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Flask, Response, g, render_template, request
from markupsafe import Markup

from speedboat.domain.messages import Refused
from speedboat.i18n.catalogues import LANGUAGES, choose
from speedboat.i18n.formatting import KINDS, PLURALS, STATES, Words
from speedboat.jobs.tasks import SharedSummary, Summarise
from speedboat.storage.store import Workshop
from speedboat.web.context import here, line_of_caller, paced
from speedboat.web.error_pages import unavailable_page
from speedboat.web.templates import page

_decoder = msgspec.msgpack.Decoder(SharedSummary)


def attach(app: Flask) -> None:
    app.add_url_rule("/s/<secret>", view_func=shared)


@paced
def shared(secret: str) -> Response:
    """The summary as it is now. An ended link, or one that never was, is a page that says so."""
    services = here()
    try:
        workshop = services.access.find_summary(secret)
        language = choose([request.args.get("lang")], None, workshop.language)
        task = Summarise(workshop.id, language, workshop.summary_hash or "")
        made = services.jobs.run(task, line_of_caller(), workshop.seq)
    except Refused as refusal:
        if refusal.code == "try_again":
            return _private(unavailable_page())
        body = page("error", "error", {}, code="unknown_summary", status=404)
        return _private(Response(body, 404))
    g.language = language
    found = _decoder.decode(made)
    shown = {"told": found.told, "picture": Markup(found.picture), "languages": LANGUAGES}  # noqa: S704  # our own
    return _private(Response(render_template("summary.html", language=language, **shown, **words(workshop))))


def words(workshop: Workshop) -> dict[str, Any]:
    """What the template says things with, in the language of the page."""
    said = Words(g.language)
    return {
        "many": said.many,
        "decimal": said.decimal,
        "day": said.day,
        "fill": lambda sentence, **values: sentence.format(**values),
        "when": said.day_of(workshop.created_at),
        "kinds": said.all_of(KINDS),
        "plurals": said.all_of(PLURALS),
        "states": said.all_of(STATES),
    }


def _private(response: Response) -> Response:
    """Kept by no proxy and no search engine; the address is a secret."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
