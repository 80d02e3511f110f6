"""The built front end: its files, what a page needs of them, the service worker, the app on a phone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, g, request, send_from_directory

from speedboat.config import folder
from speedboat.domain.validation import one_line
from speedboat.i18n.catalogues import messages
from speedboat.web.context import YEAR, here

blueprint = Blueprint("assets", __name__)
# Of the app on a phone: file, sizes, type, purpose. Some take no SVG.
ICONS = (
    ("icon.svg", "any", "image/svg+xml", "any"),
    ("icon-192.png", "192x192", "image/png", "any"),
    ("icon-512.png", "512x512", "image/png", "any"),
    ("icon-maskable.svg", "any", "image/svg+xml", "maskable"),
    ("icon-maskable-512.png", "512x512", "image/png", "maskable"),
)

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
