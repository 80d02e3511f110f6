"""Limits of one workshop, so that no script and no accident fills a server.

Pure. The numbers come from the settings; the rules ask here. 0 means no limit.
"""

from __future__ import annotations

import msgspec

from speedboat.domain.messages import Refused


class Limits(msgspec.Struct, frozen=True):
    """The most of each in one workshop; `cards_each` is for one participant, and does not bind facilitators.

    Cards count once written, also when they were erased since: each leaves a trace in the log. People who were removed
    do not count.
    """

    cards: int = 2000
    cards_each: int = 300
    people: int = 1000
    themes: int = 300
    actions: int = 500
    links: int = 1000


def refuse_beyond(limit: int, count: int, code: str) -> None:
    """Raise Refused with `code` and `limit` where there are `count` already and one more is asked for."""
    if limit and count >= limit:
        raise Refused(code, limit=limit)
