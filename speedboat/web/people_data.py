"""What a workshop holds about its people, `/library/CODE/participants`: for an organiser who answers in their place.

Whoever has their phone does all of this alone. An organiser is shown what facilitators are shown, and no more: in an
anonymous workshop that is hardly anything, and votes are nobody's business. Erasing takes all of it all the same.
Everything that is done here is in the server's log, with who did it.
"""

from __future__ import annotations

import logging
import secrets
from typing import NamedTuple

import msgspec
from flask import Blueprint, Flask, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from speedboat.accounts.rights import Visitor
from speedboat.domain.features.rights import LookAfter
from speedboat.domain.ids import PersonId
from speedboat.domain.messages import SCREEN, Refused
from speedboat.domain.personal_data import names_written, people_shown, shown_data
from speedboat.domain.records import PersonRecord
from speedboat.domain.validation import one_line
from speedboat.storage.audit_queries import subject
from speedboat.storage.store import Store, Workshop
from speedboat.storage.workshop_reader import read
from speedboat.web.audit import note
from speedboat.web.context import current_services, paced
from speedboat.web.downloads import download
from speedboat.web.library import asker, guard, off_loop, render, visitor, workshop_of

blueprint = Blueprint("people_data", __name__)
log = logging.getLogger(__name__)


class Present(NamedTuple):
    """Who is in a workshop, as facilitators are shown it: people with a phone, names without one."""

    people: list[PersonRecord]
    names: list[str]
    is_anonymous: bool


def attach(app: Flask) -> None:
    """Register the page."""
    app.register_blueprint(blueprint)


@blueprint.get("/library/<code>/participants")
@paced
def participants(code: str) -> str:
    """Render the page."""
    who = visitor()
    workshop = workshop_of(code, "look_after", who)
    present = off_loop(_present, current_services().store, workshop)
    _log(who, workshop, "listed the people")
    note("people_listed", subject(workshop.id))
    return render("participants", workshop=workshop._replace(title=one_line(workshop.title)), present=present, who=who)


def _present(store: Store, workshop: Workshop) -> Present:
    board = read(store, workshop.id).board
    return Present(people_shown(board), names_written(board), board.settings.anonymous)


@blueprint.get("/library/<code>/participants.json")
@paced
def data(code: str) -> Response:
    """Answer what facilitators are shown of `?person=`, or of `?first_name=` alone, as a file."""
    who = visitor()
    workshop = workshop_of(code, "look_after", who)
    person = PersonId(request.args["person"]) if request.args.get("person") else None
    content = off_loop(_data, current_services().store, workshop, person, request.args.get("first_name", ""))
    _log(who, workshop, f"took the data of {person or 'somebody without a phone'}")
    note("person_exported", subject(workshop.id), person or "")
    return download(content, "application/json", f"speedboat-{workshop.code}-person.json", workshop.title)


def _data(store: Store, workshop: Workshop, person: PersonId | None, name: str) -> bytes:
    board = read(store, workshop.id).board
    if person is not None:
        name = next((one.name for one in people_shown(board) if one.id == person), "")
    return msgspec.json.format(msgspec.json.encode(shown_data(board, person, name)), indent=1)


@blueprint.post("/library/<code>/look-after")
def look_after(code: str) -> AnyResponse:
    """Correct a name (`new_name`), or erase somebody: a `person`, or a `first_name` alone."""
    who = visitor()
    workshop, form = workshop_of(code, "look_after", who), request.form
    person = PersonId(form["person"]) if form.get("person") else None
    new_name = form["new_name"] if form.get("do") == "rename" else None
    if person is None and form.get("do") == "rename":
        raise Refused("unknown_person", "person")
    command = LookAfter(secrets.token_urlsafe(12), person, new_name, form.get("first_name", ""))
    answer = current_services().writer.act(workshop.id, SCREEN, command)
    if answer.refusal:
        raise answer.refusal
    what = "corrected the name of" if new_name is not None else "erased"
    _log(who, workshop, f"{what} {person or 'somebody without a phone'}")
    note("person_renamed" if new_name is not None else "person_erased", subject(workshop.id), person or "")
    return redirect(f"/library/{workshop.code}/participants", 303)


def _log(who: Visitor, workshop: Workshop, what: str) -> None:
    """Say in the server's log, at its usual level, who did what for somebody; ids alone, since logs are kept long."""
    log.warning("%s %s in workshop %d", f"account {who.account}" if who.account else asker(who), what, workshop.id)


guard(blueprint)
