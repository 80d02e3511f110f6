"""Language and theme: as the address or a cookie says, else as the device does."""

from __future__ import annotations

from flask import Response, g, request

from speedboat.i18n.catalogues import LANGUAGES, choose
from speedboat.web.context import YEAR, is_secure

THEMES = ("day", "night", "contrast")


def choose_language() -> None:
    asked = [request.args.get("lang"), request.cookies.get("language")]
    g.language = choose(asked, request.headers.get("Accept-Language"))


def choose_theme() -> None:
    """The theme that was chosen; without one the page follows the device, but the wall is bright: it is for a room."""
    on_wall = request.endpoint == "web.screen"
    g.theme_cookie = "wall_theme" if on_wall else "theme"
    asked = [request.args.get("theme"), request.cookies.get(g.theme_cookie)]
    g.theme = next((theme for theme in asked if theme in THEMES), "day" if on_wall else None)


def keep_choices(response: Response) -> Response:
    """Remember what was chosen in the address of a page."""
    if response.mimetype == "text/html":
        for name, asked, known in (
            ("language", request.args.get("lang"), LANGUAGES),
            (g.get("theme_cookie", "theme"), request.args.get("theme"), THEMES),
        ):
            if asked in known:
                # Scripts change them, so they can be read there.
                response.set_cookie(name, asked, max_age=YEAR, samesite="Lax", secure=is_secure())
    return response
