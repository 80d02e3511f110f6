"""The pages, the QR code, the built front end, and what a machine asks: is it alive, is it ready."""

from __future__ import annotations

import functools
import gzip
import hmac
import io
import json
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import segno
from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    g,
    has_request_context,
    render_template,
    request,
    send_from_directory,
)
from prometheus_client import CONTENT_TYPE_LATEST
from werkzeug.exceptions import HTTPException, NotFound

from speedboat import __version__
from speedboat.access.addresses import address_key
from speedboat.config import folder
from speedboat.domain.messages import Refused
from speedboat.domain.validation import one_line
from speedboat.i18n.catalogues import LANGUAGES, catalogue, choose, messages
from speedboat.i18n.error_messages import error_of
from speedboat.storage.store import Workshop
from speedboat.web.proxy import FORWARDED
from speedboat.web.security_headers import NOTHING_RUNS, PROTECTION, page_policy

if TYPE_CHECKING:
    from speedboat.app import Speedboat

P = ParamSpec("P")
R = TypeVar("R")

blueprint = Blueprint("web", __name__)
# Of the app on a phone: file, sizes, type, purpose. Some take no SVG.
ICONS = (
    ("icon.svg", "any", "image/svg+xml", "any"),
    ("icon-192.png", "192x192", "image/png", "any"),
    ("icon-512.png", "512x512", "image/png", "any"),
    ("icon-maskable.svg", "any", "image/svg+xml", "maskable"),
    ("icon-maskable-512.png", "512x512", "image/png", "maskable"),
)
THEMES = ("day", "night", "contrast")
NOT_FROM_HERE = {"wrong_host": 421, "foreign_origin": 403}
YEAR = 365 * 24 * 3600


def attach(app: Flask, speedboat: Speedboat) -> None:
    app.register_blueprint(blueprint)
    app.register_error_handler(HTTPException, error_page)
    app.register_error_handler(Refused, refused_page)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: catalogue(g.language).gettext(text),
        lambda one, many, n: catalogue(g.language).ngettext(one, many, n),
        newstyle=True,
    )
    app.jinja_env.globals["asset"] = asset
    app.jinja_env.globals["imported"] = imported
    app.before_request(choose_language)
    app.before_request(choose_theme)
    app.after_request(pack)
    app.after_request(protect)


def here() -> Speedboat:
    found: Speedboat = current_app.extensions["speedboat"]
    return found


# --- pages ----------------------------------------------------------------------------------------------------------


@blueprint.get("/")
def home() -> str:
    g.may_be_packed = True
    return page("home", "home", {"open_creation": here().config.open_creation})


@blueprint.get("/w/<code>")
def participant(code: str) -> str:
    return workshop_page("participant", code)


@blueprint.get("/w/<code>/screen")
def screen(code: str) -> str:
    return workshop_page("screen", code)


@blueprint.get("/w/<code>/facilitate")
def facilitator(code: str) -> str:
    return workshop_page("facilitator", code)


@blueprint.get("/w/<code>/qr.svg")
def qr(code: str) -> Response:
    workshop = here().access.find(code)
    drawn = io.BytesIO()
    url = join_url(workshop)
    segno.make(url, error="m").save(drawn, kind="svg", border=2, xmldecl=False, svgns=True, omitsize=True, title=url)
    response = Response(drawn.getvalue(), mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "no-cache"
    return response


def join_url(workshop: Workshop) -> str:
    return f"{here().base_url(request.host_url)}/w/{workshop.code}"


def workshop_page(view: str, code: str) -> str:
    workshop = here().access.find(code)
    g.language = choose(
        [request.args.get("lang"), request.cookies.get("language")],
        request.headers.get("Accept-Language"),
        workshop.language,
    )
    g.may_be_packed = True
    return page(
        "workshop", view, {"code": workshop.code, "join_url": join_url(workshop)}, title=one_line(workshop.title)
    )


def page(template: str, view: str, data: dict[str, Any], **context: Any) -> str:
    """A template with what its script needs, as data: nothing is run that stands in the page."""
    known = sentences(view, g.language)
    data = {**data, "view": view, "language": g.language, "languages": LANGUAGES, "version": __version__}
    encoded = json.dumps({**data, "messages": known}, ensure_ascii=False).replace("<", "\\u003c")
    return render_template(f"{template}.html", page=data, page_json=encoded, language=g.language, **context)


# --- the front end --------------------------------------------------------------------------------------------------

_made: dict[str, dict[str, Any]] = {}


def made(name: str) -> dict[str, Any]:
    """What the build says of itself: "manifest", from entry point to file, or "pages", what each page needs."""
    if name not in _made or current_app.debug:
        _made[name] = json.loads((folder("static") / "dist" / f"{name}.json").read_text(encoding="utf-8"))
    return _made[name]


def asset(name: str) -> str:
    """The address of a built file by the name of its entry point, e.g. "participant.js"."""
    return f"/static/dist/{made('manifest')[name]}"


def imported(view: str) -> list[str]:
    """The addresses of what a page's script imports: asked for at once, not one after the other."""
    return [f"/static/dist/{name}" for name in made("pages").get(view, {}).get("imports", [])]


def sentences(view: str, language: str) -> dict[str, str]:
    """The translations that the scripts of a page can use, and no others: a phone fetches them with every page."""
    known, said = messages(language), made("pages").get(view, {}).get("sentences", [])
    return {sentence: known[sentence] for sentence in said if sentence in known}


@blueprint.get("/worker.js")
def worker() -> Response:
    """The service worker, at the root: it may answer for every page. Looked at anew by the browser at each visit."""
    response = send_from_directory(folder("static") / "dist", made("manifest")["worker.js"], max_age=0)
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/app.webmanifest")
@blueprint.get("/w/<code>/app.webmanifest")
def installable(code: str = "") -> Response:
    """What a phone needs to know to keep this as an app: the front page, or one workshop."""
    name = one_line(here().access.find(code).title) if code else "Speedboat"
    told = {
        "name": name,
        "short_name": name[:12].strip() if code else name,
        "id": f"/w/{code.upper()}" if code else "/",
        "start_url": f"/w/{code.upper()}" if code else "/",
        "scope": "/",
        "lang": g.language,
        "display": "standalone",
        "background_color": "#f2f6f8",
        "theme_color": "#2a6c8d",
        "icons": [
            {"src": asset(name), "sizes": sizes, "type": type_, "purpose": purpose}
            for name, sizes, type_, purpose in ICONS
        ],
    }
    response = Response(json.dumps(told, ensure_ascii=False), mimetype="application/manifest+json")
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/static/dist/<path:name>")
def built(name: str) -> Response:
    """A file of the front end; its name changes with its content, so it may be kept for a year."""
    root = folder("static") / "dist"
    if "gzip" in request.headers.get("Accept-Encoding", "") and (root / f"{name}.gz").is_file():
        response = send_from_directory(root, f"{name}.gz", max_age=YEAR)
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Type"] = _type_of(name)
        response.headers["Vary"] = "Accept-Encoding"
    else:
        response = send_from_directory(root, name, max_age=YEAR)
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response


def _type_of(name: str) -> str:
    kinds = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
    return kinds.get(Path(name).suffix, "application/octet-stream")


# --- machines -------------------------------------------------------------------------------------------------------


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
def readyz() -> Response:
    """The process can write: the database answers too."""
    try:
        here().serving.off_loop(here().store.find, "")
    except Exception:  # whatever it is, this process is not ready
        return Response("the database does not answer\n", 503, mimetype="text/plain")
    return Response("ready\n", mimetype="text/plain")


@blueprint.get("/metrics")
def metrics() -> Response:
    """Figures, for this machine alone or for whoever brings the token; never through a proxy without it."""
    token = here().config.metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token:
        allowed = hmac.compare_digest(token.encode(), given.encode())
    else:
        allowed = not request.environ.get(FORWARDED) and _is_this_machine(request.remote_addr or "")
    if not allowed:
        raise NotFound
    return Response(here().figures(), content_type=CONTENT_TYPE_LATEST)


def _is_this_machine(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def address_of_caller() -> str:
    """Where the request being answered comes from, as far as proxies are trusted; nothing outside of one."""
    return (request.remote_addr or "") if has_request_context() else ""


def line_of_caller() -> str:
    """Whose heavy work and questions are counted together where nobody says who they are."""
    return address_key(address_of_caller())


def paced(view: Callable[P, R]) -> Callable[P, R]:
    """A view that may ask for heavy work: a hundred requests at once leave the loop room between them."""

    @functools.wraps(view)
    def turn(*args: P.args, **arguments: P.kwargs) -> R:
        here().jobs.pace.wait()
        return view(*args, **arguments)

    return turn


def caller_has_left() -> bool:
    """Whether whoever made the request being answered has hung up."""
    return has_request_context() and here().serving.has_left(request.environ)


# --- every page -----------------------------------------------------------------------------------------------------


def choose_language() -> None:
    asked = [request.args.get("lang"), request.cookies.get("language")]
    g.language = choose(asked, request.headers.get("Accept-Language"))


def choose_theme() -> None:
    """The theme that was chosen; without one the page follows the device, but the wall is bright: it is for a room."""
    on_wall = request.endpoint == "web.screen"
    g.theme_cookie = "wall_theme" if on_wall else "theme"
    asked = [request.args.get("theme"), request.cookies.get(g.theme_cookie)]
    g.theme = next((theme for theme in asked if theme in THEMES), "day" if on_wall else None)


def protect(response: Response) -> Response:
    """Nothing runs that we did not serve as a file, nobody frames us, no address of a workshop leaks to other sites."""
    headers = response.headers
    is_secure = request.is_secure or here().config.public_url.startswith("https:")
    # What is no page runs nothing at all, even when it is opened by itself: a picture of somebody's words, an export.
    # But for scripts: the service worker would be held to it.
    if response.mimetype != "text/javascript":
        host = request.environ.get("HTTP_HOST", "")
        policy = (
            page_policy(host if here().hosts.allows(host) else "") if response.mimetype == "text/html" else NOTHING_RUNS
        )
        headers.setdefault("Content-Security-Policy", policy)
    if response.mimetype == "text/html":
        headers.setdefault("Cache-Control", "no-cache")
        response.content_language.add(g.get("language", "en"))
        for name, asked, known in (
            ("language", request.args.get("lang"), LANGUAGES),
            (g.get("theme_cookie", "theme"), request.args.get("theme"), THEMES),
        ):
            if asked in known:
                response.set_cookie(name, asked, max_age=YEAR, samesite="Lax", secure=is_secure)  # scripts change them
    elif request.path.startswith("/api/"):
        headers.setdefault("Cache-Control", "no-store")
    for name, value in PROTECTION.items():
        headers.setdefault(name, value)
    if is_secure:
        headers["Strict-Transport-Security"] = f"max-age={YEAR}"
    return response


def pack(response: Response) -> Response:
    """Compress the pages that phones fetch. They hold no secret, so their length gives none away."""
    wanted = "gzip" in request.headers.get("Accept-Encoding", "") and request.method == "GET"
    if wanted and g.get("may_be_packed") and response.status_code == 200:
        response.set_data(gzip.compress(response.get_data(), 6))
        response.headers["Content-Encoding"] = "gzip"
    if g.get("may_be_packed"):
        response.headers["Vary"] = "Accept-Encoding, Accept-Language, Cookie"
    return response


def unavailable_page() -> Response:
    """The database does not answer."""
    response = Response(page("error", "error", {}, code="", status=503), 503)
    response.headers["Retry-After"] = "2"
    return response


def refused_page(refusal: Refused) -> tuple[str, int]:
    here().metrics.refused(refusal.code)
    if refusal.code == "slow_down":
        return page("error", "error", {}, code="", status=429), 429
    if refusal.code in NOT_FROM_HERE:
        message, status = error_of(refusal, g.language)["message"], NOT_FROM_HERE[refusal.code]
        return page("error", "error", {}, code="", status=status, message=message), status
    known = refusal.code == "unknown_workshop"
    return page("error", "error", {}, code=refusal.code if known else "", status=404), 404


def error_page(error: HTTPException) -> Response | tuple[str, int]:
    if request.path.startswith(("/api/", "/static/")):
        return Response(
            json.dumps({"ok": False, "error": {"code": "not_found" if isinstance(error, NotFound) else "bad_request"}}),
            error.code or 500,
            mimetype="application/json",
        )
    return page("error", "error", {}, code="", status=error.code or 500), error.code or 500
