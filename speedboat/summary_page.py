"""The shared summary, `/s/SECRET`: a page to read without JavaScript, for who has the link and nobody else."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, g, render_template, request
from markupsafe import Markup

from speedboat import web
from speedboat.exports.picture import draw
from speedboat.exports.source import Source, source_of
from speedboat.language import LANGUAGES, choose
from speedboat.log import SCREEN, Refused
from speedboat.reading import read
from speedboat.store import Store, Workshop
from speedboat.wording import KINDS, PLURALS, STATES, Words


def attach(app: Flask) -> None:
    app.add_url_rule("/s/<secret>", view_func=shared)


def shared(secret: str) -> Response:
    """The summary as it is now. An ended link, or one that never was, is a page that says so."""
    here = web.here()
    try:
        workshop = here.access.find_summary(secret)
        language = choose([request.args.get("lang")], None, workshop.language)
        source, picture = here.serving.off_loop(_told, here.store, workshop, language)
    except Refused:
        body = web.page("error", "error", {}, code="unknown_summary", status=404)
        return _private(Response(body, 404))
    g.language = language
    shown = {"told": source.told, "picture": Markup(picture.decode()), "languages": LANGUAGES}  # noqa: S704  # our own
    return _private(Response(render_template("summary.html", language=language, **shown, **words(source))))


def _told(store: Store, shared: Workshop, language: str) -> tuple[Source, bytes]:
    """What the big screen may show now, and the picture of it.

    Raises:
        Refused: `unknown_summary`, if the link has been ended since the workshop was found by it.
    """
    found = read(store, shared.id)
    if found.workshop.summary_hash != shared.summary_hash:
        raise Refused("unknown_summary")
    source = source_of(found.workshop, found.board, SCREEN, language)
    return source, draw(source)


def words(found: Source) -> dict[str, Any]:
    """What the template says things with, in the language of the page."""
    said = Words(g.language)
    return {
        "many": said.many,
        "decimal": said.decimal,
        "day": said.day,
        "fill": lambda sentence, **values: sentence.format(**values),
        "when": said.day_of(found.workshop.created_at),
        "kinds": said.all_of(KINDS),
        "plurals": said.all_of(PLURALS),
        "states": said.all_of(STATES),
    }


def _private(response: Response) -> Response:
    """Kept by no proxy and no search engine; the address is a secret."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
