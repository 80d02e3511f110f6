"""A team, `/team/SLUG`: who is in it and as what, inviting and removing."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from speedboat.accounts import teams
from speedboat.accounts.invitations import clean_email
from speedboat.storage import account_queries
from speedboat.web.audit import note
from speedboat.web.context import current_services
from speedboat.web.library import guard, off_loop, read_store, render, visitor

blueprint = Blueprint("team", __name__, url_prefix="/team/<slug>")


def attach(app: Flask) -> None:
    """Register the page."""
    app.register_blueprint(blueprint)


@blueprint.get("")
def team(slug: str) -> str:
    """Render the page of a team."""
    return _page(slug)


@blueprint.post("/invite")
def invite(slug: str) -> str:
    """Let somebody in by their address; show the link if they need one, this once."""
    email, role = request.form.get("email", ""), request.form.get("role", "")
    who, now = visitor(), current_services().clock()
    secret = off_loop(teams.invite_to_team, current_services().store, who, slug, email, role, now)
    note("account_invited", clean_email(email), f"{slug} · {role}")
    link = f"{current_services().base_url(request.host_url)}/invitation/{secret}" if secret else ""
    return _page(slug, invited=email, link=link)


@blueprint.post("/role")
def change_role(slug: str) -> AnyResponse:
    """Change what a member is in the team."""
    account, role = request.form.get("account", ""), request.form.get("role", "")
    off_loop(teams.change_role, current_services().store, visitor(), slug, account, role)
    note("role_changed", address_of(account), f"{slug} · {role}")
    return redirect(f"/team/{slug}", 303)


@blueprint.post("/remove")
def remove(slug: str) -> AnyResponse:
    """Remove a member; whoever removes themselves is in the library then."""
    who, account = visitor(), request.form.get("account", "")
    off_loop(teams.remove_from_team, current_services().store, who, slug, account)
    note("member_removed", address_of(account), slug)
    return redirect("/library" if account == who.account and not who.is_administrator else f"/team/{slug}", 303)


def address_of(account: str) -> str:
    """Return the address of an account by its id, or the id where there is none of it."""
    row = read_store(account_queries.get_account, account)
    return row.email if row else account


def _page(slug: str, **context: str) -> str:
    who = visitor()
    return render("team", roster=off_loop(teams.view_team, current_services().store, who, slug), who=who, **context)


guard(blueprint)
