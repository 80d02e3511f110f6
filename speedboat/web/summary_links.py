"""The links to summaries that are shared, `/library/summaries`: listed, with when they open and expire, and ended."""

from __future__ import annotations

import secrets

from flask import Blueprint, Flask, redirect
from werkzeug.wrappers import Response as AnyResponse

from speedboat.domain.days import day_in
from speedboat.domain.features.summary_link import EndSummary
from speedboat.domain.messages import SCREEN
from speedboat.domain.validation import one_line
from speedboat.storage.audit_queries import subject
from speedboat.storage.library_queries import shared_summaries
from speedboat.web.audit import note
from speedboat.web.context import current_services, paced
from speedboat.web.library import guard, read_store, render, visitor, workshop_of

blueprint = Blueprint("summary_links", __name__)
MOST = 200  # on the page, the next to expire first


def attach(app: Flask) -> None:
    """Register the page."""
    app.register_blueprint(blueprint)


@blueprint.get("/library/summaries")
@paced
def summaries() -> str:
    """Render the page."""
    now = current_services().clock()
    rows = read_store(shared_summaries, now, visitor().sight, MOST)
    links = [
        {
            "code": row.code,
            "title": one_line(row.title),
            "opens": day_in(row.time_zone, row.summary_opens) if row.summary_opens > now else "",
            "expires": day_in(row.time_zone, row.summary_expires) if row.summary_expires else "",
        }
        for row in rows
    ]
    return render("summaries", links=links)


@blueprint.post("/library/<code>/end-summary")
def end(code: str) -> AnyResponse:
    """End the link of a workshop."""
    workshop = workshop_of(code, "facilitate", visitor())
    answer = current_services().writer.act(workshop.id, SCREEN, EndSummary(secrets.token_urlsafe(12)))
    if answer.refusal:
        raise answer.refusal
    note("summary_ended", subject(workshop.id))
    return redirect("/library/summaries", 303)


guard(blueprint)
