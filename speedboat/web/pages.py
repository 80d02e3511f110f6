"""The front page, the pages of a workshop, its QR code, and the hooks that run for every page."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, g
from werkzeug.exceptions import HTTPException

from speedboat.domain.messages import Refused
from speedboat.i18n.catalogues import catalogue
from speedboat.web import assets, below_path, health
from speedboat.web.context import current_services, join_url
from speedboat.web.creation import list_teams
from speedboat.web.error_pages import error_page, refused_page
from speedboat.web.preferences import choose_language, choose_theme, keep_choices
from speedboat.web.qr_codes import qr_code
from speedboat.web.security_headers import protect
from speedboat.web.signed_in import off_loop, signed_in
from speedboat.web.templates import compress, page, workshop_page

blueprint = Blueprint("web", __name__)


def attach(app: Flask) -> None:
    """Register pages, assets and health checks, error pages, template functions and request hooks."""
    for each in (blueprint, assets.blueprint, health.blueprint):
        app.register_blueprint(each)
    app.register_error_handler(HTTPException, error_page)
    app.register_error_handler(Refused, refused_page)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: catalogue(g.language).gettext(text),
        lambda one, many, n: catalogue(g.language).ngettext(one, many, n),
        newstyle=True,
    )
    below_path.attach(app)
    app.jinja_env.globals["asset"] = assets.asset_url
    app.jinja_env.globals["imported"] = assets.import_urls
    app.before_request(choose_language)
    app.before_request(choose_theme)
    app.after_request(compress)
    app.after_request(protect)
    app.after_request(keep_choices)


@blueprint.get("/")
def home() -> str:
    """Render the front page: join a workshop, or create one."""
    g.may_be_packed = True
    who, open_creation = signed_in(), current_services().config.open_creation
    return page(
        "home",
        "home",
        {"open_creation": open_creation == "yes" or bool(who and open_creation == "accounts")},
        must_sign_in=open_creation == "accounts" and not who,
        account=who.account if who else None,
        teams=off_loop(list_teams, who.account.id) if who else [],
    )


@blueprint.get("/w/<code>")
def participant(code: str) -> str:
    """Render the participant's page."""
    return workshop_page("participant", code)


@blueprint.get("/w/<code>/screen")
def screen(code: str) -> str:
    """Render the big screen."""
    return workshop_page("screen", code)


@blueprint.get("/w/<code>/facilitate")
def facilitator(code: str) -> str:
    """Render the facilitator's page."""
    return workshop_page("facilitator", code)


@blueprint.get("/w/<code>/qr.svg")
def qr(code: str) -> Response:
    """Draw the QR code of the join link as SVG."""
    workshop = current_services().access.find(code)
    url = join_url(workshop)
    response = qr_code(url, title=url)
    response.headers["Cache-Control"] = "no-cache"
    return response
