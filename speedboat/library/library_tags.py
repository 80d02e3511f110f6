"""Tags, in the form in which they are stored."""

from __future__ import annotations

from speedboat.domain.messages import Refused

TAG_LIMIT = 60


def clean_tag(tag: str) -> str:
    """Return a tag in the form that is stored. Raises Refused: `text_empty` or `text_too_long`."""
    tag = " ".join("".join(letter if letter.isprintable() else " " for letter in tag.casefold()).split())
    if not tag:
        raise Refused("text_empty", "tag")
    if len(tag) > TAG_LIMIT:
        raise Refused("text_too_long", "tag", limit=TAG_LIMIT)
    return tag
