"""The built front end: its files, which of them a page needs, the service worker, the web app manifest."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, g, request, send_from_directory
from werkzeug.exceptions import NotFound

from speedboat.config import folder
from speedboat.domain.validation import one_line
from speedboat.i18n.catalogues import LANGUAGES, messages
from speedboat.web.below_path import below
from speedboat.web.context import YEAR, current_services

blueprint = Blueprint("assets", __name__)
# Icons of the installed app: file, sizes, type, purpose. PNGs are for phones that accept no SVG.
ICONS = (
    ("icon.svg", "any", "image/svg+xml", "any"),
    ("icon-192.png", "192x192", "image/png", "any"),
    ("icon-512.png", "512x512", "image/png", "any"),
    ("icon-maskable.svg", "any", "image/svg+xml", "maskable"),
    ("icon-maskable-512.png", "512x512", "image/png", "maskable"),
)

_build_outputs: dict[str, dict[str, object]] = {}


def build_output(name: str) -> dict[str, Any]:
    """Read an output of the build: "manifest" (from entry point to file) or "pages" (what each page needs)."""
    if name not in _build_outputs or current_app.debug:
        _build_outputs[name] = json.loads((folder("static") / "dist" / f"{name}.json").read_text(encoding="utf-8"))
    return _build_outputs[name]


def asset_url(name: str) -> str:
    """Return the URL of a built file by the name of its entry point, e.g. "participant.js"."""
    return f"/static/dist/{build_output('manifest')[name]}"


def import_urls(view: str) -> list[str]:
    """Return the URLs of what a page's script imports, so that the browser fetches them all at once."""
    return [f"/static/dist/{name}" for name in build_output("pages").get(view, {}).get("imports", [])]


def later_parts(view: str) -> dict[str, list[str]]:
    """Return the files of each part of a page that is fetched later, by the name of its source."""
    parts: dict[str, list[str]] = build_output("pages").get(view, {}).get("parts", {})
    return parts


def sentences(view: str, language: str) -> dict[str, str]:
    """Return the translations that a page's first scripts use, and no others: a phone loads them with every page."""
    return _translated(view, language, "sentences")


def later_sentences_url(view: str, language: str) -> str:
    """Return the URL of the translations that later parts of a page use, '' for none."""
    later = _translated(view, language, "later")
    digest = hashlib.sha256(json.dumps(later).encode()).hexdigest()[:8]
    return f"/static/sentences/{view}-{language}-{digest}.json" if later else ""


def _translated(view: str, language: str, which: str) -> dict[str, str]:
    translations, used = messages(language), build_output("pages").get(view, {}).get(which, [])
    return {sentence: translations[sentence] for sentence in used if sentence in translations}


@blueprint.get("/static/sentences/<view>-<language>-<digest>.json")
def later_sentences(view: str, language: str, digest: str) -> Response:
    """Serve the translations for the later parts of a page; for a page of before an upgrade, those of now."""
    if language not in LANGUAGES or view not in build_output("pages"):
        raise NotFound
    body = json.dumps(_translated(view, language, "later"), ensure_ascii=False).encode()
    response = Response(body, mimetype="application/json")
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response.set_data(gzip.compress(body, 9))
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    is_current = later_sentences_url(view, language) == request.path
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if is_current else "no-store"
    return response


@blueprint.get("/worker.js")
def worker() -> Response:
    """Serve the service worker from the root, so that it covers every page. Browsers check it at each visit."""
    response = send_from_directory(folder("static") / "dist", build_output("manifest")["worker.js"], max_age=0)
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/app.webmanifest")
@blueprint.get("/w/<code>/app.webmanifest")
def web_manifest(code: str = "") -> Response:
    """Serve the web app manifest, with which a phone installs the front page or one workshop as an app."""
    name = one_line(current_services().access.find(code).title) if code else "Speedboat"
    start = below(f"/w/{code.upper()}" if code else "/")
    manifest = {
        "name": name,
        "short_name": name[:12].strip() if code else name,
        "id": start,
        "start_url": start,
        "scope": below("/"),
        "lang": g.language,
        "display": "standalone",
        "background_color": "#f2f6f8",
        "theme_color": "#2a6c8d",
        "icons": [
            {"src": below(asset_url(name)), "sizes": sizes, "type": type_, "purpose": purpose}
            for name, sizes, type_, purpose in ICONS
        ],
    }
    response = Response(json.dumps(manifest, ensure_ascii=False), mimetype="application/manifest+json")
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/static/dist/<path:name>")
def built(name: str) -> Response:
    """Serve a built file. Its name contains a hash of its content, so it may be cached for a year."""
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
