"""QR codes of links, as pictures that scale."""

from __future__ import annotations

import io

import segno
from flask import Response


def qr_code(url: str, *, title: str) -> Response:
    """Draw a link as SVG. `title` is what somebody hears who does not see it."""
    svg = io.BytesIO()
    segno.make(url, error="m").save(svg, kind="svg", border=2, xmldecl=False, svgns=True, omitsize=True, title=title)
    return Response(svg.getvalue(), mimetype="image/svg+xml")
