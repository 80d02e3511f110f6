"""The pages of the library: all workshops of a server, found again. Blocks.

Whoever asks is given as the workshops they hold, None for all of them; `web/library_auth.py` says who that is.
"""

from __future__ import annotations

from typing import NamedTuple

from speedboat.domain.validation import one_line, printable
from speedboat.library.digests import freshen
from speedboat.storage import library_queries
from speedboat.storage.library_queries import Wanted
from speedboat.storage.store import Store, Workshop

PAGE = 50  # workshops on a page


class Shelf(NamedTuple):
    """One page of the library: `found` is how many there are on all pages.

    `is_partial` while there are workshops that have gone on since their words were noted.
    """

    workshops: list[Workshop]
    tags: dict[int, list[str]]
    found: int
    all_tags: list[str]
    formats: list[str]
    is_partial: bool = False


def shelf(store: Store, wanted: Wanted, page: int) -> Shelf:
    """A page, from 1, of the workshops asked for, the newest first."""
    is_partial = bool(wanted.words) and freshen(store, wanted.held)
    with store.reading() as transaction:
        rows = library_queries.find(transaction, wanted, PAGE, (page - 1) * PAGE)
        return Shelf(
            [row._replace(title=one_line(row.title), objective=printable(row.objective)) for row in rows],
            library_queries.tags_of(transaction, [row.id for row in rows]),
            library_queries.count(transaction, wanted),
            library_queries.all_tags(transaction, wanted.held),
            library_queries.formats(transaction),
            is_partial,
        )


def tagged(store: Store, tag: str) -> list[Workshop]:
    """The workshops with a tag, the newest first."""
    with store.reading() as transaction:
        return library_queries.find(transaction, Wanted(tag=tag))
