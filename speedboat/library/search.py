"""Searching the library: pages of the workshops of a server. Blocks.

A visitor is represented by the workshops they may see, None for all; see `web/library_auth.py`.
"""

from __future__ import annotations

from typing import NamedTuple

from speedboat.domain.days import day_in
from speedboat.domain.features.purge_date import day_after
from speedboat.domain.ids import WorkshopNumber
from speedboat.domain.validation import one_line, printable
from speedboat.library.digests import freshen
from speedboat.storage import library_queries
from speedboat.storage.library_queries import LibraryQuery
from speedboat.storage.store import Store, Workshop
from speedboat.storage.visible_workshops import Sight

PAGE = 50  # workshops on a page
REMINDED = 30  # days before a workshop is erased in which its organisers are reminded
MOST_REMINDED = 10


class Shelf(NamedTuple):
    """One page of search results.

    Attributes:
        total: the number of workshops on all pages.
        is_partial: some workshops' search words are out of date.
    """

    workshops: list[Workshop]
    tags: dict[WorkshopNumber, list[str]]
    total: int
    all_tags: list[str]
    formats: list[str]
    is_partial: bool = False


def shelf(store: Store, query: LibraryQuery, page: int) -> Shelf:
    """Return a page (from 1) of the workshops that a query finds, the newest first."""
    is_partial = bool(query.words) and freshen(store, query.sight)
    with store.reading() as transaction:
        rows = library_queries.find(transaction, query, PAGE, (page - 1) * PAGE)
        return Shelf(
            [row._replace(title=one_line(row.title), objective=printable(row.objective)) for row in rows],
            library_queries.tags_of(transaction, [row.id for row in rows]),
            library_queries.count(transaction, query),
            library_queries.all_tags(transaction, query.sight),
            library_queries.formats(transaction),
            is_partial,
        )


def soon_erased(store: Store, now: int, sight: Sight | None) -> list[Workshop]:
    """Return the workshops that are erased within the next days, for a reminder: the next of them, and not all."""
    with store.reading() as transaction:
        last_day = day_after(day_in("", now), REMINDED)
        rows = library_queries.soon_erased(transaction, last_day, sight, MOST_REMINDED)
    return [row._replace(title=one_line(row.title)) for row in rows]


def tagged(store: Store, tag: str) -> list[Workshop]:
    """Return the workshops with a tag, the newest first."""
    with store.reading() as transaction:
        return library_queries.find(transaction, LibraryQuery(tag=tag))
