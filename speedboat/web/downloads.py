"""Responses that a browser saves as files, under the title that people gave."""

from __future__ import annotations

import re
from urllib.parse import quote

from flask import Response

LONGEST = 80  # characters of a title in a file's name: file systems take 255 bytes, a character up to four
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]+')


def download(content: bytes, mimetype: str, name: str, title: str = "") -> Response:
    """Return a response that the browser saves as a file.

    Args:
        name: of the file in ASCII, for programs that know no other.
        title: put before the name where there is one, with its accents (RFC 6266, `filename*`).
    """
    response = Response(content, mimetype=mimetype)
    disposition = f'attachment; filename="{name}"'
    if words := file_name(title):
        disposition += f"; filename*=UTF-8''{quote(f'{words} – {name}', safe='')}"
    response.headers["Content-Disposition"] = disposition
    return response


def file_name(title: str) -> str:
    """Return a title as a part of a file's name: without what some system forbids in one, nor a dot at either end."""
    words = " ".join(_NOT_IN_NAMES.sub(" ", title).split())
    return words[:LONGEST].strip(". ")
