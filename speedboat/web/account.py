"""Signing in, `/sign-in`; one's own account, `/account`; invitations, `/invitation/SECRET`."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, g, redirect, request
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as AnyResponse

from speedboat.accounts import invitations, sign_ins
from speedboat.domain.messages import Refused
from speedboat.domain.validation import clean_name
from speedboat.i18n.catalogues import LANGUAGES
from speedboat.i18n.error_messages import error_of
from speedboat.i18n.formatting import Words
from speedboat.services import Services
from speedboat.storage import account_queries
from speedboat.storage.store import Store
from speedboat.web import signed_in
from speedboat.web.audit import note
from speedboat.web.context import caller_address, current_services
from speedboat.web.creation import list_teams
from speedboat.web.error_pages import NOT_FROM_HERE, refused_page, unavailable_page
from speedboat.web.library import forbid_caching, safe_target
from speedboat.web.library_auth import csrf
from speedboat.web.signed_in import off_loop
from speedboat.web.templates import page

blueprint = Blueprint("account", __name__)
STATUS = {"slow_down": 429, "bad_password": 403, "unknown_invitation": 404}


def attach(app: Flask, services: Services) -> None:
    """Register the pages."""
    signed_in.attach(app, services)
    app.register_blueprint(blueprint)


blueprint.before_request(csrf.protect)
blueprint.after_request(forbid_caching)


@blueprint.errorhandler(Refused)
def answer_refusal(refusal: Refused) -> Response | AnyResponse | tuple[str, int]:
    """Send people to sign in who have not; show every other refusal on the page it belongs to."""
    if refusal.code == "sign_in_first":
        return redirect("/sign-in", 303)
    if refusal.code == "try_again":
        return unavailable_page()
    if refusal.code in NOT_FROM_HERE:
        return refused_page(refusal)
    fault = {"message": error_of(refusal, g.language)["message"], "field": refusal.field or ""}
    status = STATUS.get(refusal.code, 422)
    if request.endpoint == "account.sign_in":
        return _sign_in_page(fault), status
    if request.endpoint == "account.accept":
        return _invitation_page(str((request.view_args or {})["secret"]), fault), status
    return _account_page(fault), status


# --- signing in -----------------------------------------------------------------------------------------------------


@blueprint.get("/sign-in")
def ask() -> str | AnyResponse:
    """Render the page for signing in."""
    return redirect("/account", 303) if signed_in.signed_in() else _sign_in_page()


@blueprint.post("/sign-in")
def sign_in() -> AnyResponse:
    """Sign in with a posted address and password."""
    guesses, typed = signed_in.password_guesses(), request.form.get("email", "")[: invitations.LONGEST_EMAIL]
    email = _address(typed)
    with guesses.guess(email, caller_address(), guesses.number(email, request.cookies.get(signed_in.KNOWN, ""))):
        account = _check_password(email)
    signed_in.sign_in(account)
    note("signed_in", who=account.email)
    return redirect(_back(), 303)


def _check_password(email: str) -> account_queries.Account:
    try:
        return off_loop(sign_ins.check_sign_in, email, request.form.get("password", ""))
    except Refused:
        if email:
            note("sign_in_failed", who=email)
        raise


@blueprint.post("/sign-out")
def sign_out() -> AnyResponse:
    """End the sign-in of this browser."""
    if who := signed_in.signed_in():
        note("signed_out", who=who.account.email)
    signed_in.sign_out()
    return redirect("/sign-in", 303)


def _address(typed: str) -> str:
    """Return a typed address as it is stored; one that none can be stored as is nobody's."""
    try:
        return invitations.clean_email(typed)
    except Refused:
        return ""


def _back() -> str:
    """Return where to go after signing in: where somebody was sent from, if that is a page of ours."""
    target = request.values.get("back", "")
    return target if target == "/" or (target and safe_target(target) == target) else "/account"


def _sign_in_page(fault: dict[str, str] | None = None) -> str:
    has_accounts = off_loop(_has_accounts)
    return _render("sign_in", fault=fault, back=_back(), email=request.form.get("email", ""), has_accounts=has_accounts)


def _has_accounts(store: Store) -> bool:
    with store.reading() as transaction:
        return account_queries.has_accounts(transaction)


# --- invitations ----------------------------------------------------------------------------------------------------


@blueprint.get("/invitation/<secret>")
def invitation(secret: str) -> str | tuple[str, int]:
    """Render the page on which an invited person chooses a password."""
    try:
        return _invitation_page(secret)
    except Refused as refusal:
        if refusal.code != "unknown_invitation":
            raise
        return _render("no_invitation"), 404


@blueprint.post("/invitation/<secret>")
def accept(secret: str) -> AnyResponse | tuple[str, int]:
    """Accept an invitation with the chosen password, and sign in."""
    name, password = request.form.get("name", ""), request.form.get("password", "")
    try:
        account = off_loop(invitations.accept_invitation, secret, name, password, current_services().clock())
    except Refused as refusal:
        if refusal.code != "unknown_invitation":
            raise
        return _render("no_invitation"), 404
    signed_in.sign_in(account)
    note("invitation_accepted", who=account.email)
    return redirect("/account", 303)


def _invitation_page(secret: str, fault: dict[str, str] | None = None) -> str:
    account = off_loop(invitations.find_invited, secret, current_services().clock())
    return _render(
        "invitation", fault=fault, invited=account, name=request.form.get("name", account.name), secret=secret
    )


# --- one's own account ----------------------------------------------------------------------------------------------


@blueprint.get("/account")
def account() -> str:
    """Render the account: who one is, where one is signed in, the password."""
    signed_in.required()
    return _account_page()


@blueprint.post("/account/name")
def rename() -> AnyResponse:
    """Change one's name."""
    who, name = signed_in.required(), clean_name(request.form.get("name", ""), "name")
    off_loop(_rename, who.account.id, name)
    return redirect("/account", 303)


def _rename(store: Store, account: str, name: str) -> None:
    with store.writing() as transaction:
        account_queries.change_account(transaction, account, name=name)


@blueprint.post("/account/password")
def change_password() -> AnyResponse:
    """Change the password, which signs out every other browser."""
    who, guesses = signed_in.required(), signed_in.password_guesses()
    number = guesses.number(who.account.email, request.cookies.get(signed_in.KNOWN, ""))
    current, new = request.form.get("current", ""), request.form.get("password", "")
    with guesses.guess(who.account.email, caller_address(), number):
        off_loop(sign_ins.change_password, who, current, new)
    note("password_changed")
    return redirect("/account?done=password", 303)


@blueprint.post("/account/end")
def end() -> AnyResponse:
    """End one sign-in, or all but this one."""
    who = signed_in.required()
    if ended := request.form.get("w", ""):
        off_loop(sign_ins.end_sign_ins, who.account.id, only=ended)
    else:
        off_loop(sign_ins.end_sign_ins, who.account.id, but=who.sign_in.hash)
    note("sign_ins_ended", who=who.account.email)
    return redirect("/account", 303)


def _account_page(fault: dict[str, str] | None = None) -> str:
    who = signed_in.required()
    rows = off_loop(sign_ins.list_sign_ins, who.account.id, current_services().clock())
    done, teams = request.args.get("done", ""), off_loop(list_teams, who.account.id)
    return _render("account", fault=fault, rows=rows, here=who.sign_in.hash, done=done, teams=teams)


def _render(template: str, **context: object) -> str:
    words, who = Words(g.language), signed_in.signed_in()
    return page(
        f"account/{template}",
        "account",
        {},
        others=[language for language in LANGUAGES if language != g.language],
        account=who.account if who else None,
        token=generate_csrf,
        when=lambda at: words.moment(at, current_services().config.time_zone),
        fill=lambda sentence, **values: sentence.format(**values),
        **context,
    )
