"""Renders pages from templates, with the data their scripts need, and compresses them."""

from __future__ import annotations

import gzip
import json

from flask import Response, g, render_template, request

from speedboat.domain.validation import one_line, printable
from speedboat.i18n.catalogues import LANGUAGES, choose
from speedboat.i18n.error_messages import N_
from speedboat.i18n.formatting import Words
from speedboat.storage.store import Workshop
from speedboat.version import __version__
from speedboat.web.assets import later_parts, later_sentences_url, sentences
from speedboat.web.context import current_services, join_url
from speedboat.writing.requests import View

ALL_KEPT = N_("All of it is kept until the organisers erase it. You can take back your own cards.")
ALL_ERASED = N_("All of it is erased on {day}. Until then you can take back your own cards.")
FIGURES_REMAIN = N_("All of it is erased on {day}, but for figures, theme titles and accepted actions, without names.")
PATIENCE = 3.0  # seconds a page waits for the writer


def workshop_page(view: str, code: str) -> str:
    """Render a page of a workshop. Raises Refused: `unknown_workshop`.

    Args:
        view: "participant", "facilitator", "screen" or "replay".
    """
    workshop = current_services().access.find(code)
    if view == "screen":
        # Everybody reads the wall: it speaks the workshop's language, whatever the laptop at the projector does.
        g.language = choose([request.args.get("lang")], None, workshop.language)
    else:
        choices = [request.args.get("lang"), request.cookies.get("language")]
        g.language = choose(choices, request.headers.get("Accept-Language"), workshop.language)
    g.may_be_packed = True
    data: dict[str, object] = {"code": workshop.code, "join_url": join_url(workshop)}
    if view in ("participant", "facilitator"):
        data |= _invitation(workshop)
    return page("workshop", view, data, title=one_line(workshop.title))


def _invitation(workshop: Workshop) -> dict[str, object]:
    """Return what whoever comes by the code is told before they join: as much as an open big screen would show them.

    `anonymous` and `storage` are left out where the writer is too busy to say: better no promise than a wrong one.
    """
    try:
        view = current_services().writer.look(workshop.id, None, workshop.seq, patience=PATIENCE)
    except TimeoutError:
        view = View()
    invitation: dict[str, object] = {"title": one_line(workshop.title)}
    if view.door == "open":
        invitation["objective"] = printable(workshop.objective)
    if view.door is not None:
        invitation["anonymous"] = view.anonymous
        invitation["storage"] = _storage(view)
    return invitation


def _storage(view: View) -> str:
    """Return the sentence that says how long everything is kept: one of three, which the page need not all carry."""
    words = Words(g.language)
    sentence = (FIGURES_REMAIN if view.keeps_figures else ALL_ERASED) if view.purge_on else ALL_KEPT
    return words.say(sentence, day=words.day(view.purge_on))


def page(template: str, view: str, data: dict[str, object], **context: object) -> str:
    """Render a template with the data of its script as JSON, since no script in the page itself may run.

    Args:
        template: the name of the template, without `.html`.
        view: the entry point of its script.
        data: what the script gets besides view, language and translations.
        context: variables of the template.
    """
    messages = sentences(view, g.language)
    data = {**data, "view": view, "language": g.language, "languages": LANGUAGES, "version": __version__}
    if later := later_sentences_url(view, g.language):
        data["later"] = later
    if parts := later_parts(view):
        data["parts"] = parts
    if request.script_root:
        data["base"] = request.script_root
    encoded = json.dumps({**data, "messages": messages}, ensure_ascii=False).replace("<", "\\u003c")
    return render_template(f"{template}.html", page=data, page_json=encoded, language=g.language, **context)


def compress(response: Response) -> Response:
    """Compress pages for phones. They hold no secret, so the compressed length reveals none (BREACH)."""
    accepts_gzip = "gzip" in request.headers.get("Accept-Encoding", "") and request.method == "GET"
    if accepts_gzip and g.get("may_be_packed") and response.status_code == 200:
        response.set_data(gzip.compress(response.get_data(), 6))
        response.headers["Content-Encoding"] = "gzip"
    if g.get("may_be_packed"):
        response.headers["Vary"] = "Accept-Encoding, Accept-Language, Cookie"
    return response
