"""Search words and tags, in the form in which they are stored and searched."""

from __future__ import annotations

import unicodedata

from speedboat.domain.messages import Refused

TAG_LIMIT = 60


def plain(text: str) -> str:
    """Return a text in the form that is searched: no case, no accents, single spaces."""
    letters = unicodedata.normalize("NFD", text.casefold())
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


def clean_tag(tag: str) -> str:
    """Return a tag in the form that is stored. Raises Refused: `text_empty` or `text_too_long`."""
    tag = " ".join("".join(letter if letter.isprintable() else " " for letter in tag.casefold()).split())
    if not tag:
        raise Refused("text_empty", "tag")
    if len(tag) > TAG_LIMIT:
        raise Refused("text_too_long", "tag", limit=TAG_LIMIT)
    return tag
