"""A selection of workshops, and what they have in common. Blocks."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from speedboat.domain.ids import WorkshopNumber
from speedboat.domain.messages import Refused
from speedboat.domain.validation import one_line
from speedboat.exports import House
from speedboat.exports import synthesis as synthesis_file
from speedboat.exports.synthesis_source import Selection
from speedboat.library.digests import add_meanings, current_digest, freshen, lacking
from speedboat.reports.figures import SelectedWorkshop
from speedboat.reports.quotes import FigureQuery, Quote, quotes
from speedboat.reports.synthesis import Fleet, synthesise
from speedboat.storage import library_queries
from speedboat.storage.library_queries import LibraryQuery
from speedboat.storage.store import Store

MOST_TAKEN = 500  # workshops in one synthesis
MOST_AT_ONCE = 150  # themes whose meaning is computed while somebody waits: ten seconds; of more, none
MOST_IN_BACKGROUND = 30  # themes in one task that nobody waits for: two seconds
MOST_IN_A_FILE = 1_000  # themes for a file: a minute
SHOWN = 400  # cards behind a figure


class Synthesis(msgspec.Struct):
    """The titles of the selected workshops, by code, and what they have in common.

    `unread`: of how many themes it is not known yet what they mean; these are compared with no others.
    """

    titles: dict[str, str]
    fleets: list[Fleet]
    unread: int = 0


class Quotes(msgspec.Struct):
    """The first `SHOWN` cards behind a figure, and their total number."""

    shown: list[Quote]
    total: int


def take(store: Store, query: LibraryQuery) -> list[SelectedWorkshop]:
    """Return the selected workshops with their digests, the oldest first.

    Raises:
        Refused: `too_many_workshops`.
    """
    while query.words and freshen(store, query.sight):
        pass  # figures must not depend on which search words happen to be up to date
    with store.reading() as transaction:
        rows = library_queries.find(transaction, query, MOST_TAKEN + 1)
        if len(rows) > MOST_TAKEN:
            raise Refused("too_many_workshops")
        stored = library_queries.stored_digests(transaction, [row.id for row in rows])
    return [
        SelectedWorkshop(
            row.id,
            row.code,
            one_line(row.title),
            row.language,
            row.format,
            row.format_version,
            row.created_at,
            current_digest(store, row, stored),
            row.day,
            row.series,
            row.seq,
        )
        for row in reversed(rows)
    ]


def bonds(store: Store, workshops: Sequence[SelectedWorkshop]) -> dict[tuple[WorkshopNumber, str], str]:
    """Return the bonds of the themes of these workshops that were confirmed to be the same as others."""
    with store.reading() as transaction:
        same = library_queries.same(transaction, [one.id for one in workshops])
    return {(one.workshop, one.theme): one.bond for one in same}


def names(store: Store, workshops: Sequence[SelectedWorkshop]) -> dict[str, str]:
    """Return what the bonds of the themes of these workshops are called, those that were given a name."""
    with store.reading() as transaction:
        return library_queries.bond_names(transaction, [one.id for one in workshops])


def synthesis(store: Store, query: LibraryQuery) -> Synthesis:
    """Return what the selected workshops have in common. Raises Refused: `too_many_workshops`."""
    workshops = take(store, query)
    if lacking(workshops) <= MOST_AT_ONCE:
        add_meanings(store, workshops, MOST_AT_ONCE)
    fleets = synthesise(workshops, bonds(store, workshops), names(store, workshops), encode=False)
    return Synthesis({one.code: one.title for one in workshops}, fleets, lacking(workshops))


def read_themes(store: Store, query: LibraryQuery) -> bool:
    """Compute what some themes of the selected workshops mean. Returns whether another call would do more."""
    return not add_meanings(store, take(store, query), MOST_IN_BACKGROUND)


def quotes_behind(store: Store, query: LibraryQuery, figure: FigureQuery) -> Quotes:
    """Return the cards behind a figure. Raises Refused: `too_many_workshops`."""
    workshops = take(store, query)
    cards = quotes(workshops, bonds(store, workshops), figure)
    return Quotes(cards[:SHOWN], len(cards))


def write_synthesis(store: Store, query: LibraryQuery, form: str, language: str, house: House) -> bytes:
    """Export a synthesis in a format. Raises Refused: `too_many_workshops` or `unknown_format`."""
    workshops = take(store, query)
    add_meanings(store, workshops, MOST_IN_A_FILE)
    selected = Selection(workshops, bonds(store, workshops), language, house, names(store, workshops))
    return synthesis_file.write(form, selected)


def same_format(store: Store, ids: Sequence[WorkshopNumber]) -> bool:
    """Whether workshops ran on one version of one format."""
    with store.reading() as transaction:
        rows = [transaction.get(workshop) for workshop in ids]
    return len({(row.format, row.format_version) for row in rows if row}) == 1
