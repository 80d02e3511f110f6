"""Words and tags, as they are kept and searched."""

from __future__ import annotations

import unicodedata

from speedboat.domain.messages import Refused

TAG_LIMIT = 60


def plain(text: str) -> str:
    """Text as it is searched: without case and accents, the spaces even."""
    letters = unicodedata.normalize("NFD", text.casefold())
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


def clean_tag(tag: str) -> str:
    """A tag as it is kept, small letters and even spaces. Raises Refused: `text_empty` or `text_too_long`."""
    tag = " ".join("".join(letter if letter.isprintable() else " " for letter in tag.casefold()).split())
    if not tag:
        raise Refused("text_empty", "tag")
    if len(tag) > TAG_LIMIT:
        raise Refused("text_too_long", "tag", limit=TAG_LIMIT)
    return tag
