"""The synthesis, `/synthesis`: what a selection of the library has in common, the cards behind it, its exports."""

from __future__ import annotations

import secrets
from collections import defaultdict

import msgspec
from flask import Blueprint, Flask, Response, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from speedboat.domain.messages import Refused
from speedboat.exports.synthesis import FORMATS
from speedboat.jobs.tasks import FindQuotes, Synthesise, WriteSynthesis
from speedboat.library import selection
from speedboat.reports.synthesis import Asked
from speedboat.storage import library_queries
from speedboat.storage.store import Store
from speedboat.web.context import here, paced
from speedboat.web.library import asker, draw, guard, holder, off_loop, sent, small_number, target, wanted_by
from speedboat.web.library_auth import Holder

blueprint = Blueprint("synthesis", __name__)

_synthesis = msgspec.msgpack.Decoder(selection.Synthesis)
_quotes = msgspec.msgpack.Decoder(selection.Quotes)


def attach(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/synthesis")
@paced
def synthesis() -> str:
    who = holder()
    made = here().jobs.run(Synthesise(0, wanted_by(request.args, who)), asker(who))
    found = _synthesis.decode(made)
    return draw(
        "synthesis",
        fleets=found.fleets,
        titles=found.titles,
        selection=request.query_string.decode(),
        forms=list(FORMATS),
        back=request.full_path,
    )


@blueprint.get("/synthesis.<form>")
@paced
def exported(form: str) -> Response:
    if form not in FORMATS:
        raise Refused("unknown_format", "format")
    who = holder()
    made = here().jobs.run(WriteSynthesis(0, wanted_by(request.args, who), form, g.language), asker(who))
    return sent(made, FORMATS[form], f"synthesis.{form}")


@blueprint.get("/synthesis/cards")
@paced
def cards() -> str:
    """The cards behind a figure."""
    args, who = request.args, holder()
    relieved = {"yes": True, "no": False}.get(args.get("relieved", ""))
    asked = Asked(
        args.get("f", ""),
        small_number(args.get("v", "")) or 0,
        args.get("theme", ""),
        args.get("kind", ""),
        args.get("in", ""),
        relieved,
    )
    found = _quotes.decode(here().jobs.run(FindQuotes(0, wanted_by(args, who), asked), asker(who)))
    own = ("f", "v", "theme", "kind", "in", "relieved")
    rest = {name: values for name, values in args.to_dict(flat=False).items() if name not in own}
    return draw("cards", quotes=found.shown, found=found.found, asked=asked, rest=rest)


# --- which themes are the same --------------------------------------------------------------------------------------


@blueprint.post("/synthesis/same")
def confirm() -> AnyResponse:
    """Say that themes are the same: fields `theme`, each `GROUP:WORKSHOP.THEME`."""
    who, groups = holder(), defaultdict(list)
    for value in request.form.getlist("theme"):
        group, _, key = value.partition(":")
        groups[group].append(_theme(key, who))
    off_loop(_confirm, here().store, list(groups.values()), here().clock())
    return redirect(target(request.form.get("back", "")), 303)


@blueprint.post("/synthesis/apart")
def undo() -> AnyResponse:
    """Take back that themes are the same: fields `theme`, each `WORKSHOP.THEME`."""
    who = holder()
    themes = [_theme(key, who) for key in request.form.getlist("theme")]
    off_loop(_undo, here().store, themes)
    return redirect(target(request.form.get("back", "")), 303)


def _theme(key: str, who: Holder) -> tuple[int, str]:
    """A theme by its key. Raises Refused: `malformed`, or `unknown_workshop` for one that is not this person's."""
    workshop, _, theme = key.partition(".")
    if not workshop.isdecimal() or not theme.startswith("theme:") or len(theme) > 71 or len(workshop) > 9:
        raise Refused("malformed", "theme")
    if not who.may_see(int(workshop)):
        raise Refused("unknown_workshop")
    return int(workshop), theme


def _confirm(store: Store, groups: list[list[tuple[int, str]]], now: int) -> None:
    for group in groups:
        if len(group) < 2:
            continue
        if not selection.same_format(store, [workshop for workshop, _ in group]):
            raise Refused("different_formats", "theme")
        with store.writing() as transaction:
            library_queries.confirm(transaction, group, secrets.token_urlsafe(12), now)


def _undo(store: Store, themes: list[tuple[int, str]]) -> None:
    with store.writing() as transaction:
        library_queries.undo(transaction, themes)


guard(blueprint)
