"""Language and theme of a page: from the URL, a cookie, or the device, in this order."""

from __future__ import annotations

from flask import Response, g, request

from speedboat.i18n.catalogues import LANGUAGES, choose
from speedboat.web.context import YEAR, is_secure

THEMES = ("day", "night", "contrast")


def choose_language() -> None:
    """Set `g.language`."""
    choices = [request.args.get("lang"), request.cookies.get("language")]
    g.language = choose(choices, request.headers.get("Accept-Language"))


def choose_theme() -> None:
    """Set `g.theme`. Without a choice a page follows the device, but the big screen is bright, for a lit room."""
    on_wall = request.endpoint == "web.screen"
    g.theme_cookie = "wall_theme" if on_wall else "theme"
    choices = [request.args.get("theme"), request.cookies.get(g.theme_cookie)]
    g.theme = next((theme for theme in choices if theme in THEMES), "day" if on_wall else None)


def keep_choices(response: Response) -> Response:
    """Store the choices from a page's URL in cookies."""
    if response.mimetype == "text/html":
        # The wall's language is the wall's alone, for as long as it is in its address.
        language = None if request.endpoint == "web.screen" else request.args.get("lang")
        for name, choice, valid in (
            ("language", language, LANGUAGES),
            (g.get("theme_cookie", "theme"), request.args.get("theme"), THEMES),
        ):
            if choice in valid:
                # Not HttpOnly: scripts change them too.
                response.set_cookie(name, choice, max_age=YEAR, samesite="Lax", secure=is_secure())
    return response
