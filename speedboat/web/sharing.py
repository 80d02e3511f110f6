"""Whom a workshop belongs to, `/library/CODE/people`: its team, its owner, whom it is shared with."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Flask, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from speedboat.access.keys import KeyMaker
from speedboat.accounts import sharing
from speedboat.domain.validation import one_line
from speedboat.storage.audit_queries import subject
from speedboat.web.audit import note
from speedboat.web.context import current_services
from speedboat.web.library import guard, off_loop, render, safe_target, visitor, workshop_of
from speedboat.web.team import address_of
from speedboat.writing.key_renewal import renew_key

blueprint = Blueprint("sharing", __name__)


def attach(app: Flask) -> None:
    """Register the page."""
    app.register_blueprint(blueprint)


@blueprint.get("/library/<code>/people")
def people(code: str) -> str:
    """Render the page."""
    who = visitor()
    workshop = current_services().access.find(code)
    belonging = off_loop(sharing.belonging, current_services().store, who, workshop)
    return render(
        "people",
        workshop=workshop._replace(title=one_line(workshop.title)),
        belonging=belonging,
        who=who,
    )


@blueprint.post("/library/<code>/share")
def share(code: str) -> AnyResponse:
    """Share a workshop with a colleague, or end that (`end`)."""
    who, ends = visitor(), bool(request.form.get("end"))
    workshop, account = current_services().access.find(code), request.form.get("account", "")
    off_loop(partial(sharing.share, ends=ends), current_services().store, who, workshop, account)
    note("workshop_unshared" if ends else "workshop_shared", subject(workshop.id), address_of(account))
    return _back(code)


@blueprint.post("/library/<code>/owner")
def transfer(code: str) -> AnyResponse:
    """Give a workshop to a colleague, or take it back."""
    who, workshop = visitor(), current_services().access.find(code)
    account = request.form.get("account", "")
    off_loop(sharing.transfer, current_services().store, who, workshop, account)
    note("workshop_transferred", subject(workshop.id), address_of(account))
    return redirect("/library", 303)  # whoever gave it away may see it no more


@blueprint.post("/library/<code>/team")
def move(code: str) -> AnyResponse:
    """Move a workshop to a team."""
    who, workshop = visitor(), current_services().access.find(code)
    off_loop(sharing.move, current_services().store, who, workshop, request.form.get("team", ""))
    note("workshop_moved", subject(workshop.id), request.form.get("team", ""))
    return _back(code)


@blueprint.post("/library/<code>/key")
def renew(code: str) -> AnyResponse:
    """Renew the facilitator key, which ends the old link and the roles it gave."""
    workshop, services = workshop_of(code, "renew_key", visitor()), current_services()
    off_loop(renew_key, services.store, KeyMaker(services.config.secret_key), workshop.id, services.clock())
    note("key_renewed", subject(workshop.id))
    return _back(code)


def _back(code: str) -> AnyResponse:
    return redirect(safe_target(f"/library/{code}/people"), 303)


guard(blueprint)
