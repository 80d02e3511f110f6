"""The shared summary, `/s/SECRET`: a page without JavaScript, for anybody who has the link."""

from __future__ import annotations

import msgspec
from flask import Flask, Response, g, render_template, request
from markupsafe import Markup

from speedboat.domain.days import day_in
from speedboat.domain.messages import Refused
from speedboat.exports.report import ERASED_ON, PURGED_ON
from speedboat.i18n.catalogues import LANGUAGES, choose
from speedboat.i18n.formatting import KINDS, PLURALS, STATES, Words
from speedboat.jobs.tasks import SharedSummary, Summarise
from speedboat.storage.store import Workshop
from speedboat.web.context import caller_key, current_services, paced
from speedboat.web.error_pages import unavailable_page
from speedboat.web.templates import page

_decoder = msgspec.msgpack.Decoder(SharedSummary)


def attach(app: Flask) -> None:
    """Register the page."""
    app.add_url_rule("/s/<secret>", view_func=shared)


@paced
def shared(secret: str) -> Response:
    """Render the current summary, or an error page for a link that has ended, expired, not opened or never existed."""
    services = current_services()
    try:
        workshop = services.access.find_summary(secret)
        if not workshop.has_open_summary(services.clock()):
            raise Refused("unknown_summary" if workshop.has_expired_summary(services.clock()) else "summary_later")
        language = choose([request.args.get("lang")], None, workshop.language)
        task = Summarise(workshop.id, language, workshop.summary_hash or "")
        content = services.jobs.run(task, caller_key(), workshop.seq)
    except Refused as refusal:
        if refusal.code == "try_again":
            return _forbid_caching(unavailable_page())
        code = refusal.code if refusal.code == "summary_later" else "unknown_summary"
        body = page("error", "error", {}, code=code, status=404)
        return _forbid_caching(Response(body, 404))
    g.language = language
    shared_summary = _decoder.decode(content)
    context = {"summary": shared_summary.summary, "picture": Markup(shared_summary.picture), "languages": LANGUAGES}  # noqa: S704  # our own
    return _forbid_caching(
        Response(render_template("summary.html", language=language, **context, **template_functions(workshop)))
    )


def template_functions(workshop: Workshop) -> dict[str, object]:
    """Return the template's functions and words for numbers, days and kinds, in the page's language."""
    words = Words(g.language)
    return {
        "many": words.many,
        "decimal": words.decimal,
        "day": words.day,
        "fill": lambda sentence, **values: sentence.format(**values),
        "when": words.day(workshop.day),
        "today": day_in(workshop.time_zone, current_services().clock()),
        "purged": lambda day: words.say(PURGED_ON, day=words.day(day)),
        "erased": words.say(ERASED_ON, day=words.day(workshop.purge_on)) if workshop.purge_on else "",
        "until": words.day(day_in(workshop.time_zone, workshop.summary_expires)) if workshop.summary_expires else "",
        "kinds": words.all_of(KINDS),
        "plurals": words.all_of(PLURALS),
        "states": words.all_of(STATES),
    }


def _forbid_caching(response: Response) -> Response:
    """Forbid caching and indexing: the URL is a secret."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
