"""The library, `/library`: finds, tags, archives and exports workshops; signing in to it; what its pages share."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode

import msgspec
from flask import Blueprint, Flask, Response, current_app, g, redirect, request
from flask_wtf.csrf import generate_csrf
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from speedboat.access.codes import normal_code
from speedboat.access.keys import KeyMaker, derived_key
from speedboat.accounts.rights import Act, Visitor, check_workshop
from speedboat.domain.folding import fold
from speedboat.domain.ids import NO_WORKSHOP
from speedboat.domain.messages import Refused
from speedboat.domain.validation import one_line
from speedboat.exports import FORMATS
from speedboat.i18n.catalogues import LANGUAGES, translate
from speedboat.i18n.error_messages import N_, error_of
from speedboat.i18n.formatting import Words
from speedboat.jobs.tasks import Export, Freshen, Search
from speedboat.library.library_tags import clean_tag
from speedboat.library.search import PAGE, Shelf, shelf, soon_erased
from speedboat.library.selection import MOST_TAKEN
from speedboat.services import Services
from speedboat.storage import library_queries, team_queries
from speedboat.storage.account_queries import Account
from speedboat.storage.audit_queries import subject
from speedboat.storage.library_queries import LibraryQuery
from speedboat.storage.store import Transaction, Workshop
from speedboat.storage.team_queries import Team
from speedboat.web import api
from speedboat.web.audit import note
from speedboat.web.context import current_services, paced
from speedboat.web.downloads import download
from speedboat.web.error_pages import NOT_FROM_HERE, refused_page, unavailable_page
from speedboat.web.library_auth import LibraryAuth, csrf
from speedboat.web.signed_in import sign_out, signed_in
from speedboat.web.templates import page

P = ParamSpec("P")
T = TypeVar("T")

blueprint = Blueprint("library", __name__)
FORMAT_NAMES = {"speedboat": N_("Speed boat")}
DAY = 24 * 3600 * 1000  # ms
STATUS = {"slow_down": 429, "unknown_workshop": 404, "unknown_team": 404, "unknown_account": 404}
LARGEST_PAGE = 100_000

_shelf = msgspec.msgpack.Decoder(Shelf)


def attach(app: Flask, services: Services) -> None:
    """Register the library."""
    auth = LibraryAuth(app, services.config.admin_key, services.steady, services.serving.waiter)
    app.extensions["library_auth"] = auth
    app.config["SESSION_COOKIE_SECURE"] = services.config.public_url.startswith("https://")
    app.register_blueprint(blueprint)


def guard(blueprint: Blueprint) -> None:
    """Protect a blueprint as every part of the library is: CSRF tokens on forms, no caching."""
    blueprint.before_request(_check_csrf)
    blueprint.after_request(forbid_caching)
    blueprint.register_error_handler(Refused, _answer_refusal)


def _check_csrf() -> None:
    """Check a form's CSRF token. Leaving needs none: it does nothing without the cookie, which is SameSite=Strict."""
    if request.endpoint != "library.leave":
        csrf.protect()


def library_auth() -> LibraryAuth:
    """Return the authentication of this application's library."""
    auth: LibraryAuth = current_app.extensions["library_auth"]
    return auth


def visitor() -> Visitor:
    """Return who has opened the library. Raises Refused: `library_closed` for everybody else."""
    who, account = library_auth().visitor(), _account()
    if account is None:
        if who is None:
            raise Refused("library_closed")
        return who
    workshop_ids = who.workshop_ids if who else ()
    return Visitor(None if account.role == "admin" else workshop_ids, account.id)


def _account() -> Account | None:
    who = signed_in()
    return who.account if who else None


def off_loop(fn: Callable[..., T], *args: object) -> T:
    """Run a blocking function in a native thread, without blocking the event loop."""
    return current_services().serving.off_loop(fn, *args)


def read_store(fn: Callable[Concatenate[Transaction, P], T], *args: P.args, **arguments: P.kwargs) -> T:
    """Run a function of a transaction that reads, in a native thread."""
    store = current_services().store

    def read() -> T:
        with store.reading() as transaction:
            return fn(transaction, *args, **arguments)

    return off_loop(read)


def write_store(fn: Callable[Concatenate[Transaction, P], T], *args: P.args, **arguments: P.kwargs) -> T:
    """Run a function of a transaction that writes, in a native thread."""
    store = current_services().store

    def write() -> T:
        with store.writing() as transaction:
            return fn(transaction, *args, **arguments)

    return off_loop(write)


def forbid_caching(response: Response) -> Response:
    """Forbid caching and indexing: what a page shows is for whoever signed in."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _answer_refusal(refusal: Refused) -> Response | tuple[str, int]:
    if refusal.code in NOT_FROM_HERE:
        return refused_page(refusal)
    if refusal.code == "try_again":
        return unavailable_page()
    message = "" if refusal.code == "library_closed" else error_of(refusal, g.language)["message"]
    status = STATUS.get(refusal.code, 403)
    if library_auth().visitor() is not None or _account():
        # Whoever is in must not take a refusal for the door.
        return render("refused", message=message, back=safe_target(request.form.get("back", ""))), status
    return render("sign_in", said=message, back=safe_target(request.full_path)), status


# --- signing in -----------------------------------------------------------------------------------------------------


@blueprint.post("/library/open")
def open_library() -> AnyResponse | tuple[str, int]:
    """Open the library with a posted key."""
    opened = library_auth().open(request.form.get("key", ""), request.form.get("held", ""))
    if opened is None:
        raise Refused("bad_admin_key")
    note("library_opened")
    return redirect(safe_target(request.form.get("back", "")), 303)


@blueprint.post("/library/leave")
def leave() -> AnyResponse:
    """Close the library in this browser, and sign out: what somebody else finds there is nothing."""
    library_auth().leave()
    sign_out()
    return redirect("/library", 303)


# --- searching ------------------------------------------------------------------------------------------------------


@blueprint.get("/library")
@paced
def search() -> str:
    """Render a page of search results."""
    who = visitor()
    query = wanted_by(request.args, who)
    number = min(max(1, request.args.get("page", 1, int)), LARGEST_PAGE)
    results = _search(query, number, who) if query.words else off_loop(shelf, current_services().store, query, number)
    keys = KeyMaker(current_services().config.secret_key)
    return render(
        "library",
        shelf=results,
        who=who,
        number=number,
        last=max(1, -(-results.total // PAGE)),
        leaving=off_loop(soon_erased, current_services().store, current_services().clock(), who.sight),
        keys={row.id: derived_key(keys, row) for row in results.workshops},
        forms=list(FORMATS),
        asked={name: request.args.get(name, "") for name in ("q", "tag", "format", "from", "to", "archived")},
        back=request.full_path,
    )


def _search(query: LibraryQuery, number: int, who: Visitor) -> Shelf:
    jobs = current_services().jobs
    results = _shelf.decode(jobs.run(Search(NO_WORKSHOP, query, number), asker(who)))
    if results.is_partial:
        jobs.run_later(Freshen(NO_WORKSHOP, who.sight))
    return results


def asker(who: Visitor) -> str:
    """Return the key under which this visitor's heavy jobs are counted."""
    return "administrator" if who.is_administrator else who.account or f"held {who.workshop_ids}"


def wanted_by(args: MultiDict[str, str], who: Visitor) -> LibraryQuery:
    """Parse a URL's search parameters, limited to the visitor's workshops. Invalid values are ignored."""
    return LibraryQuery(
        words=tuple(fold(one_line(args.get("q", ""))).split()[:8]),
        tag=one_line(args.get("tag", "")),
        format=one_line(args.get("format", "")),
        first_day=_day(args.get("from", "")),
        last_day=_day(args.get("to", "")),
        series=small_number(args.get("series", "")),
        archived=bool(args.get("archived")),
        codes=tuple(normal_code(code) for code in args.getlist("w")[: MOST_TAKEN + 1]),
        sight=who.sight,
    )


def small_number(text: str) -> int | None:
    """Parse a number of at most nine digits, which fits any database and message; None for anything else."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def _day(text: str) -> str:
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def workshop_of(code: str, act: Act, who: Visitor) -> Workshop:
    """Return a workshop with which this visitor may do something.

    Raises:
        Refused: `unknown_workshop`, also for those they do not see; `not_allowed`.
    """
    workshop = current_services().access.find(code)
    read_store(check_workshop, act, who, workshop)
    return workshop


@blueprint.post("/library/tag")
def tag() -> AnyResponse:
    """Add a tag to a workshop."""
    return _change_workshop("tag", partial(library_queries.add_tag, tag=clean_tag(request.form.get("tag", ""))))


@blueprint.post("/library/untag")
def untag() -> AnyResponse:
    """Remove a tag from a workshop."""
    return _change_workshop("tag", partial(library_queries.remove_tag, tag=one_line(request.form.get("tag", ""))))


@blueprint.post("/library/archive")
def archive() -> AnyResponse:
    """Archive a workshop, or bring it back."""
    now = current_services().clock() if request.form.get("archive") else None
    workshop = workshop_of(request.form.get("w", ""), "archive", visitor())
    write_store(lambda transaction: transaction.change_workshop(workshop.id, archived_at=now))
    note("workshop_archived" if now else "workshop_unarchived", subject(workshop.id))
    return redirect(safe_target(request.form.get("back", "")), 303)


def _change_workshop(act: Act, change: Any) -> AnyResponse:
    workshop = workshop_of(request.form.get("w", ""), act, visitor())
    write_store(change, workshop=workshop.id)
    return redirect(safe_target(request.form.get("back", "")), 303)


@blueprint.get("/library/<code>/export.<form>")
@paced
def exported(code: str, form: str) -> Response:
    """Export a workshop as its facilitator may see it."""
    who = visitor()
    workshop = workshop_of(code, "export", who)
    if form not in FORMATS:
        raise Refused("unknown_format", "format")
    task = Export(workshop.id, form, None, "facilitator", g.language, api.asks_for_names())
    content = current_services().jobs.run(task, asker(who), workshop.seq)
    note("exported", subject(workshop.id), f"{form} · names" if task.names else form)
    return download(content, FORMATS[form], f"{workshop.code}.{form}", workshop.title)


# --- what the pages share -------------------------------------------------------------------------------------------


def safe_target(address: str) -> str:
    """Return the URL to redirect to: that of a library page, never of another site."""
    inside = address.startswith(("/library?", "/library/", "/synthesis?", "/synthesis/cards?", "/team/"))
    return address if inside and address.isprintable() else "/library"


def render(template: str, **context: Any) -> str:
    """Render a template of the library, in the page's language."""
    return page(
        f"library/{template}",
        "library",
        {},
        others=_other_languages(),
        account=_account(),
        teams=own_teams(),
        **template_functions(g.language),
        **context,
    )


def template_functions(language: str) -> dict[str, object]:
    """Return the templates' functions for numbers, days, names and links."""
    words = Words(language)
    return {
        "decimal": lambda n: words.decimal(n, 2),
        "percent": words.percent,
        "day": lambda date: words.day(date, "medium"),
        "date": words.day,
        "many": words.many,
        "fill": lambda sentence, **values: sentence.format(**values),
        "address": lambda path, **values: f"{path}?{urlencode(_without_empty(values), doseq=True)}",
        "again": lambda **values: (
            f"{request.path}?{urlencode(_without_empty(request.args.to_dict(flat=False) | values), True)}"
        ),
        "format_name": lambda name: translate(FORMAT_NAMES.get(str(name), str(name)), language),
        "token": generate_csrf,
    }


def own_teams() -> list[tuple[Team, str]]:
    """Return the teams of the account that is signed in, each with its role there."""
    account = _account()
    return read_store(team_queries.teams_of, account.id) if account else []


def _without_empty(values: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if value not in (None, "", [""])}


def _other_languages() -> list[str]:
    return [language for language in LANGUAGES if language != g.language]


guard(blueprint)
