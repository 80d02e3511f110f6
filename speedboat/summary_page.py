"""The shared summary, `/s/SECRET`: a page to read without JavaScript, for who has the link and nobody else."""

from __future__ import annotations

import datetime
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Flask, Response, g, render_template, request

from speedboat import web
from speedboat.language import LANGUAGES, choose, translate
from speedboat.log import Refused
from speedboat.reading import Read, read
from speedboat.refusals import N_
from speedboat.store import Store
from speedboat.summary import Summary, summary

KINDS = {"wind": N_("Wind"), "anchor": N_("Anchor"), "shark": N_("Shark")}
PLURALS = {"wind": N_("Winds"), "anchor": N_("Anchors"), "shark": N_("Sharks")}
STATES = {"proposed": N_("proposed"), "accepted": N_("accepted"), "done": N_("done")}


def attach(app: Flask) -> None:
    app.add_url_rule("/s/<secret>", view_func=shared)


def shared(secret: str) -> Response:
    """The summary as it is now. An ended link, or one that never was, is a page that says so."""
    here = web.here()
    try:
        workshop = here.access.find_summary(secret)
        found = here.serving.off_loop(_told, here.store, workshop.id)
    except Refused:
        body = web.page("error", "error", {}, code="unknown_summary", status=404)
        return _private(Response(body, 404))
    assert isinstance(found, tuple)
    told, board = found
    g.language = choose([request.args.get("lang")], None, workshop.language)
    body = render_template("summary.html", told=told, language=g.language, languages=LANGUAGES, **words(board))
    return _private(Response(body))


def _told(store: Store, workshop: int) -> tuple[Summary, Read]:
    found = read(store, workshop)
    return summary(found.board), found


def words(found: Read) -> dict[str, Any]:
    """What the template says things with, in the language of the page."""
    language = g.language
    locale = Locale.parse(language)

    def many(n: float, one: str, more: str) -> str:
        return (one if locale.plural_form(n) == "one" else more).replace("{n}", decimal(n))

    def decimal(n: float) -> str:
        return format_decimal(round(n, 1), locale=locale)

    def day(date: str) -> str:
        return format_date(datetime.date.fromisoformat(date), "long", locale)

    began = datetime.datetime.fromtimestamp(found.workshop.created_at / 1000, datetime.UTC).date()
    return {
        "many": many,
        "decimal": decimal,
        "day": day,
        "fill": lambda sentence, **values: sentence.format(**values),
        "when": format_date(began, "long", locale),
        **{
            name: {kind: translate(word, language) for kind, word in given.items()}
            for name, given in (("kinds", KINDS), ("plurals", PLURALS), ("states", STATES))
        },
    }


def _private(response: Response) -> Response:
    """Kept by no proxy and no search engine; the address is a secret."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
