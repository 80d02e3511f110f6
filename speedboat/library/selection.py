"""A selection of workshops, and what they have in common. Blocks."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from speedboat.domain.messages import Refused
from speedboat.domain.validation import one_line
from speedboat.exports import House
from speedboat.exports import synthesis as synthesis_file
from speedboat.exports.synthesis_source import Selection
from speedboat.library.digests import current_digest, freshen
from speedboat.reports.synthesis import Asked, Fleet, Quote, Taken, quotes, synthesise
from speedboat.storage import library_queries
from speedboat.storage.library_queries import Wanted
from speedboat.storage.store import Store

MOST_TAKEN = 500  # workshops in one synthesis
SHOWN = 400  # cards behind a figure


class Synthesis(msgspec.Struct):
    """The titles of the workshops taken, by code, and what they have in common."""

    titles: dict[str, str]
    fleets: list[Fleet]


class Quotes(msgspec.Struct):
    """The first of the cards behind a figure, and how many there are."""

    shown: list[Quote]
    found: int


def take(store: Store, wanted: Wanted) -> list[Taken]:
    """The workshops asked for with what each came to, the oldest first.

    Raises:
        Refused: `too_many_workshops`.
    """
    while wanted.words and freshen(store, wanted.held):
        pass  # figures must not depend on what happens to be noted
    with store.reading() as transaction:
        rows = library_queries.find(transaction, wanted, MOST_TAKEN + 1)
        if len(rows) > MOST_TAKEN:
            raise Refused("too_many_workshops")
        kept = library_queries.kept(transaction, [row.id for row in rows])
    return [
        Taken(
            row.id,
            row.code,
            one_line(row.title),
            row.language,
            row.format,
            row.format_version,
            row.created_at,
            current_digest(store, row, kept),
        )
        for row in reversed(rows)
    ]


def bonds(store: Store, taken: Sequence[Taken]) -> dict[tuple[int, str], str]:
    """The themes of these workshops that were said to be the same as others."""
    with store.reading() as transaction:
        found = library_queries.same(transaction, [one.id for one in taken])
    return {(one.workshop, one.theme): one.bond for one in found}


def synthesis(store: Store, wanted: Wanted) -> Synthesis:
    """What the workshops asked for have in common. Raises Refused: `too_many_workshops`."""
    taken = take(store, wanted)
    return Synthesis({one.code: one.title for one in taken}, synthesise(taken, bonds(store, taken)))


def quotes_behind(store: Store, wanted: Wanted, asked: Asked) -> Quotes:
    """The cards behind a figure. Raises Refused: `too_many_workshops`."""
    taken = take(store, wanted)
    found = quotes(taken, bonds(store, taken), asked)
    return Quotes(found[:SHOWN], len(found))


def write_synthesis(store: Store, wanted: Wanted, form: str, language: str, house: House) -> bytes:
    """A synthesis in a format. Raises Refused: `too_many_workshops` or `unknown_format`."""
    taken = take(store, wanted)
    return synthesis_file.write(form, Selection(taken, bonds(store, taken), language, house))


def same_format(store: Store, ids: Sequence[int]) -> bool:
    """Whether workshops ran on one version of one format."""
    with store.reading() as transaction:
        rows = [transaction.get(workshop) for workshop in ids]
    return len({(row.format, row.format_version) for row in rows if row}) == 1
