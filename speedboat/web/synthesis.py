"""The synthesis, `/synthesis`: what the selected workshops have in common, the cards behind each figure, exports."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode

import msgspec
from flask import Blueprint, Flask, Response, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from speedboat.accounts.rights import Visitor
from speedboat.domain.days import day_in
from speedboat.domain.ids import NO_WORKSHOP, WorkshopNumber
from speedboat.domain.messages import Refused
from speedboat.domain.validation import clean_title
from speedboat.exports.synthesis import FORMATS
from speedboat.exports.synthesis_bases import bases
from speedboat.i18n.catalogues import translate
from speedboat.i18n.error_messages import N_
from speedboat.i18n.formatting import Words
from speedboat.jobs.tasks import FindQuotes, ReadThemes, Synthesise, WriteSynthesis
from speedboat.library import selection
from speedboat.reports.quotes import FigureQuery
from speedboat.storage import library_queries
from speedboat.storage.store import Store, Transaction
from speedboat.storage.visible_workshops import is_visible
from speedboat.web.audit import note
from speedboat.web.context import current_services, paced
from speedboat.web.downloads import download
from speedboat.web.library import (
    asker,
    guard,
    off_loop,
    read_store,
    render,
    safe_target,
    small_number,
    visitor,
    wanted_by,
    write_store,
)

blueprint = Blueprint("synthesis", __name__)

_synthesis = msgspec.msgpack.Decoder(selection.Synthesis)
_quotes = msgspec.msgpack.Decoder(selection.Quotes)


def attach(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(blueprint)


@blueprint.get("/synthesis")
@paced
def synthesis() -> str:
    """Render the synthesis of the workshops that the URL selects."""
    who = visitor()
    if request.args.get("ticked") and not request.args.getlist("w"):
        # Nobody who ticks nothing wants the synthesis of everything.
        message = translate(N_("Tick the workshops of which you want a synthesis."), g.language)
        return render("refused", message=message, back="/library")
    fields = [(name, value) for name, value in request.args.items(multi=True) if name != "change"]
    query, jobs = wanted_by(request.args, who), current_services().jobs
    result = _synthesis.decode(jobs.run(Synthesise(NO_WORKSHOP, query), asker(who)))
    if result.unread:
        jobs.run_later(ReadThemes(NO_WORKSHOP, query))
    return render(
        "synthesis",
        fleets=result.fleets,
        bases=lambda fleet: bases(fleet, Words(g.language)),
        titles=result.titles,
        unread=result.unread,
        selection=urlencode(fields),
        change=request.args.get("change", ""),
        forms=list(FORMATS),
        back=f"/synthesis?{urlencode(fields)}",
        today=day_in(current_services().config.time_zone, current_services().clock()),
    )


@blueprint.get("/synthesis.<form>")
@paced
def exported(form: str) -> Response:
    """Export the synthesis as a file."""
    if form not in FORMATS:
        raise Refused("unknown_format", "format")
    who = visitor()
    content = current_services().jobs.run(
        WriteSynthesis(NO_WORKSHOP, wanted_by(request.args, who), form, g.language), asker(who)
    )
    note("exported", "synthesis", form)
    return download(content, FORMATS[form], f"synthesis.{form}")


@blueprint.get("/synthesis/cards")
@paced
def cards() -> str:
    """Render the cards behind a figure."""
    args, who = request.args, visitor()
    question = FigureQuery(
        args.get("f", ""),
        small_number(args.get("v", "")) or 0,
        args.get("theme", ""),
        args.get("kind", ""),
        args.get("in", ""),
        args.get("relief", ""),
    )
    result = _quotes.decode(
        current_services().jobs.run(FindQuotes(NO_WORKSHOP, wanted_by(args, who), question), asker(who))
    )
    own = ("f", "v", "theme", "kind", "in", "relief")
    rest = {name: values for name, values in args.to_dict(flat=False).items() if name not in own}
    return render("cards", quotes=result.shown, total=result.total, asked=question, rest=rest)


# --- which themes are the same --------------------------------------------------------------------------------------


@blueprint.post("/synthesis/same")
def confirm() -> AnyResponse:
    """Record that themes are the same: form fields `theme`, each `GROUP:WORKSHOP.THEME`."""
    who, groups = visitor(), defaultdict(list)
    for value in request.form.getlist("theme"):
        group, _, key = value.partition(":")
        groups[group].append(_theme(key, who))
    change = _new_id()
    off_loop(_confirm, current_services().store, list(groups.values()), current_services().clock(), change)
    return _back(change)


@blueprint.post("/synthesis/apart")
def undo() -> AnyResponse:
    """Record that themes are the same as no others: form fields `theme`, each `WORKSHOP.THEME`."""
    themes = _themes("theme")
    return _change(lambda transaction, change: library_queries.undo(transaction, themes, change))


@blueprint.post("/synthesis/split")
def split() -> AnyResponse:
    """Record that themes are the same as each other, but not as those they were with: form fields `part`."""
    themes, now = _themes("part"), current_services().clock()
    return _change(lambda transaction, change: library_queries.split(transaction, themes, _new_id(), now, change))


@blueprint.post("/synthesis/rename")
def rename() -> AnyResponse:
    """Name a theme, and all it is the same as: form fields `theme` and `name`; an empty name takes theirs away."""
    theme, text = _theme(request.form.get("theme", ""), visitor()), request.form.get("name", "")
    name, now = clean_title(text, "name") if text.strip() else "", current_services().clock()
    return _change(lambda transaction, change: library_queries.rename(transaction, theme, name, _new_id(), now, change))


@blueprint.post("/synthesis/revert")
def revert() -> AnyResponse:
    """Undo one of these changes: form field `change`."""
    who, change = visitor(), request.form.get("change", "")
    themes = read_store(library_queries.changed_themes, change)
    if not any(read_store(is_visible, who.sight, workshop) for workshop, _ in themes):
        raise Refused("nothing_to_undo", "change")
    write_store(library_queries.revert, change)
    return _back("")


def _themes(field: str) -> list[tuple[WorkshopNumber, str]]:
    who = visitor()
    return [_theme(key, who) for key in request.form.getlist(field)]


def _change(function: Callable[[Transaction, str], None]) -> AnyResponse:
    """Change which themes are the same, under an id by which it can be undone."""
    change = _new_id()
    write_store(function, change)
    return _back(change)


def _new_id() -> str:
    return secrets.token_urlsafe(12)


def _back(change: str) -> AnyResponse:
    """Return to where the form was; the page there offers to undo this change."""
    page, _, place = safe_target(request.form.get("back", "")).partition("#")
    path, _, query = page.partition("?")
    fields = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name != "change"]
    if change and path == "/synthesis":
        fields.append(("change", change))
    return redirect(f"{path}?{urlencode(fields)}" + (f"#{place}" if place else ""), 303)


def _theme(key: str, who: Visitor) -> tuple[WorkshopNumber, str]:
    """Parse a theme's key. Raises Refused: `malformed`, or `unknown_workshop` if this visitor may not see it."""
    workshop, _, theme = key.partition(".")
    if not workshop.isdecimal() or not theme.startswith("theme:") or len(theme) > 71 or len(workshop) > 9:
        raise Refused("malformed", "theme")
    if not read_store(is_visible, who.sight, WorkshopNumber(int(workshop))):
        raise Refused("unknown_workshop")
    return WorkshopNumber(int(workshop)), theme


def _confirm(store: Store, groups: list[list[tuple[WorkshopNumber, str]]], now: int, change: str) -> None:
    groups = [group for group in groups if len(set(group)) > 1]
    for group in groups:
        if not selection.same_format(store, [workshop for workshop, _ in group]):
            raise Refused("different_formats", "theme")
    with store.writing() as transaction:
        for group in groups:
            library_queries.confirm(transaction, group, _new_id(), now, change)


guard(blueprint)
