"""The library, `/library`: workshops found again, tagged, archived, exported; the door to it; what its pages share."""

from __future__ import annotations

import datetime
import re
from functools import partial
from typing import Any
from urllib.parse import urlencode

import msgspec
from flask import Blueprint, Flask, Response, current_app, g, redirect, request
from flask_wtf.csrf import generate_csrf
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from speedboat.access.codes import normal_code
from speedboat.access.keys import KeyMaker, derived_key
from speedboat.domain.messages import Refused
from speedboat.domain.validation import one_line
from speedboat.exports import FORMATS
from speedboat.i18n.catalogues import LANGUAGES, translate
from speedboat.i18n.error_messages import N_, error_of
from speedboat.i18n.formatting import Words
from speedboat.jobs.tasks import Export, Freshen, Search
from speedboat.library.selection import MOST_TAKEN
from speedboat.library.shelves import PAGE, Shelf, shelf
from speedboat.library.words import clean_tag, plain
from speedboat.services import Services
from speedboat.storage import library_queries
from speedboat.storage.library_queries import Wanted
from speedboat.storage.store import Workshop
from speedboat.web import api
from speedboat.web.context import here, paced
from speedboat.web.error_pages import NOT_FROM_HERE, refused_page, unavailable_page
from speedboat.web.library_auth import Door, Holder, csrf
from speedboat.web.templates import page

blueprint = Blueprint("library", __name__)
FORMAT_NAMES = {"speedboat": N_("Speed boat")}
DAY = 24 * 3600 * 1000  # ms
STATUS = {"slow_down": 429, "unknown_workshop": 404, "bad_admin_key": 403}
LARGEST_PAGE = 100_000

_shelf = msgspec.msgpack.Decoder(Shelf)


def attach(app: Flask, services: Services) -> None:
    app.extensions["library_door"] = Door(app, services.config.admin_key, services.clock, services.serving.waiter)
    app.config["SESSION_COOKIE_SECURE"] = services.config.public_url.startswith("https://")
    app.register_blueprint(blueprint)


def guard(blueprint: Blueprint) -> None:
    """What holds for every page of the library: forms are our own, what is shown is kept by nobody else."""
    blueprint.before_request(_ours)
    blueprint.after_request(_private)
    blueprint.register_error_handler(Refused, _refused)


def _ours() -> None:
    """Leaving takes no token: any page of ours may do it, and without the cookie, which is strict, it does nothing."""
    if request.endpoint != "library.leave":
        csrf.protect()


def door() -> Door:
    found: Door = current_app.extensions["library_door"]
    return found


def holder() -> Holder:
    """Who opened the library. Raises Refused: `library_closed` for everybody else."""
    found = door().holder()
    if found is None:
        raise Refused("library_closed")
    return found


def off_loop(fn: Any, *args: Any) -> Any:
    return here().serving.off_loop(fn, *args)


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _refused(refusal: Refused) -> Response | tuple[str, int]:
    if refusal.code in NOT_FROM_HERE:
        return refused_page(refusal)
    if refusal.code == "try_again":
        return unavailable_page()
    said = "" if refusal.code == "library_closed" else error_of(refusal, g.language)["message"]
    return draw("door", said=said, back=target(request.full_path)), STATUS.get(refusal.code, 403)


# --- the door -------------------------------------------------------------------------------------------------------


@blueprint.post("/library/open")
def open_library() -> AnyResponse | tuple[str, int]:
    opened = door().open(request.form.get("key", ""), request.form.get("held", ""))
    if opened is None:
        raise Refused("bad_admin_key")
    return redirect(target(request.form.get("back", "")), 303)


@blueprint.post("/library/leave")
def leave() -> AnyResponse:
    door().leave()
    return redirect("/library", 303)


# --- the shelves ----------------------------------------------------------------------------------------------------


@blueprint.get("/library")
@paced
def shelves() -> str:
    who = holder()
    wanted = wanted_by(request.args, who)
    number = min(max(1, request.args.get("page", 1, int)), LARGEST_PAGE)
    found = _search(wanted, number, who) if wanted.words else off_loop(shelf, here().store, wanted, number)
    keys = KeyMaker(here().config.secret_key)
    return draw(
        "library",
        shelf=found,
        who=who,
        number=number,
        last=max(1, -(-found.found // PAGE)),
        keys={row.id: derived_key(keys, row) for row in found.workshops},
        forms=list(FORMATS),
        asked={name: request.args.get(name, "") for name in ("q", "tag", "format", "from", "to", "archived")},
        back=request.full_path,
    )


def _search(wanted: Wanted, number: int, who: Holder) -> Shelf:
    jobs = here().jobs
    found = _shelf.decode(jobs.run(Search(0, wanted, number), asker(who)))
    if found.is_partial:
        jobs.run_later(Freshen(0, who.held))
    return found


def asker(who: Holder) -> str:
    """Whose heavy work is counted together."""
    return "administrator" if who.is_administrator else f"held {who.held}"


def wanted_by(args: MultiDict[str, str], who: Holder) -> Wanted:
    """What an address asks for, of what this person holds. What cannot be read asks for nothing."""
    end = _moment(args.get("to", ""))
    return Wanted(
        words=tuple(plain(one_line(args.get("q", ""))).split()[:8]),
        tag=one_line(args.get("tag", "")),
        format=one_line(args.get("format", "")),
        since=_moment(args.get("from", "")),
        before=None if end is None else end + DAY,
        series=small_number(args.get("series", "")),
        archived=bool(args.get("archived")),
        codes=tuple(normal_code(code) for code in args.getlist("w")[: MOST_TAKEN + 1]),
        held=who.held,
    )


def small_number(text: str) -> int | None:
    """Read a number of at most nine digits, which any database and any message to a worker can hold."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def _moment(day: str) -> int | None:
    try:
        return int(datetime.datetime.fromisoformat(day).replace(tzinfo=datetime.UTC).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def workshop_of(code: str, who: Holder) -> Workshop:
    """A workshop that this person holds; any other is as unknown to them as one that never was."""
    workshop = here().access.find(code)
    if not who.may_see(workshop.id):
        raise Refused("unknown_workshop", "code")
    return workshop


@blueprint.post("/library/tag")
def tag() -> AnyResponse:
    return _changed(partial(library_queries.add_tag, tag=clean_tag(request.form.get("tag", ""))))


@blueprint.post("/library/untag")
def untag() -> AnyResponse:
    return _changed(partial(library_queries.remove_tag, tag=one_line(request.form.get("tag", ""))))


@blueprint.post("/library/archive")
def archive() -> AnyResponse:
    now = here().clock() if request.form.get("archive") else None
    return _changed(lambda transaction, workshop: transaction.change_workshop(workshop, archived_at=now))


def _changed(change: Any) -> AnyResponse:
    workshop, store = workshop_of(request.form.get("w", ""), holder()), here().store

    def write() -> None:
        with store.writing() as transaction:
            change(transaction, workshop=workshop.id)

    off_loop(write)
    return redirect(target(request.form.get("back", "")), 303)


@blueprint.get("/library/<code>/export.<form>")
@paced
def exported(code: str, form: str) -> Response:
    """An export as a facilitator of the workshop may have it."""
    who = holder()
    workshop = workshop_of(code, who)
    if form not in FORMATS:
        raise Refused("unknown_format", "format")
    task = Export(workshop.id, form, None, "facilitator", g.language, api.asks_for_names())
    made = here().jobs.run(task, asker(who), workshop.seq)
    return sent(made, FORMATS[form], f"{workshop.code}.{form}")


# --- what the pages share -------------------------------------------------------------------------------------------


def sent(made: bytes, mimetype: str, name: str) -> Response:
    response = Response(made, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def target(address: str) -> str:
    """Where to go on: a page of the library, never anywhere else."""
    inside = address.startswith(("/library?", "/synthesis?", "/synthesis/cards?"))
    return address if inside and address.isprintable() else "/library"


def draw(template: str, **context: Any) -> str:
    """A page of the library with what it says things with, in its language."""
    return page(f"library/{template}", "library", {}, others=_others(), **tools(g.language), **context)


def tools(language: str) -> dict[str, Any]:
    """How the templates say numbers, days and names."""

    words = Words(language)
    return {
        "decimal": lambda n: words.decimal(n, 2),
        "day": lambda moment: words.day_of(moment, "medium"),
        "date": words.day,
        "many": words.many,
        "fill": lambda sentence, **values: sentence.format(**values),
        "address": lambda path, **values: f"{path}?{urlencode(_whole(values), doseq=True)}",
        "again": lambda **values: (
            f"{request.path}?{urlencode(_whole(request.args.to_dict(flat=False) | values), True)}"
        ),
        "format_name": lambda name: translate(FORMAT_NAMES.get(str(name), str(name)), language),
        "token": generate_csrf,
    }


def _whole(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [""])}


def _others() -> list[str]:
    return [language for language in LANGUAGES if language != g.language]


guard(blueprint)
