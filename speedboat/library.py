"""The library: all workshops of a server, found again, and what each came to, kept up to date. Blocks.

Whoever asks is given as the workshops they hold, None for all of them; `library_auth.py` says who that is.
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import msgspec

from speedboat.access.entry import UNAVAILABLE, KeyMaker
from speedboat.domain.messages import Refused
from speedboat.domain.validation import one_line, printable
from speedboat.exports import House
from speedboat.exports import synthesis as synthesis_file
from speedboat.reports.digest import VERSION, Digest, digest, words
from speedboat.reports.synthesis import Asked, Fleet, Quote, Taken, quotes, synthesise
from speedboat.reports.text_similarity import words_of
from speedboat.storage import library_queries
from speedboat.storage.library_queries import Kept, Wanted
from speedboat.storage.read_workshop import read
from speedboat.storage.store import Store, Workshop

log = logging.getLogger(__name__)

NOTHING = Digest("welcome", 0, [], [], [], [])  # what came of a workshop that is gone, or cannot be read
PAGE = 50  # workshops on a page
MOST_TAKEN = 500  # workshops in one synthesis
TAG_LIMIT = 60
SHOWN = 400  # cards behind a figure
# Workshops brought up to date for one search, and events read for it; the others wait for a turn in the background.
MOST_FRESHENED, MOST_EVENTS = 64, 20_000
MOST_RENEWALS = 64  # facilitator keys of one workshop that are tried

log = logging.getLogger(__name__)

NOTHING = Digest("welcome", 0, [], [], [], [])  # what came of a workshop that is gone, or cannot be read
_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Digest)


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


class Synthesis(msgspec.Struct):
    """The titles of the workshops taken, by code, and what they have in common."""

    titles: dict[str, str]
    fleets: list[Fleet]


class Quotes(msgspec.Struct):
    """The first of the cards behind a figure, and how many there are."""

    shown: list[Quote]
    found: int


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
            _now(store, row, kept),
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
    return synthesis_file.write(form, synthesis_file.Selection(taken, bonds(store, taken), language, house))


def tagged(store: Store, tag: str) -> list[Workshop]:
    """The workshops with a tag, the newest first."""
    with store.reading() as transaction:
        return library_queries.find(transaction, Wanted(tag=tag))


def _now(store: Store, row: Workshop, kept: dict[int, Kept]) -> Digest:
    """What a workshop has come to: as kept, if nothing has happened since."""
    found = kept.get(row.id)
    if found and found.seq == row.seq and found.version == VERSION:
        try:
            return _decoder.decode(found.digest)
        except msgspec.MsgspecError:
            pass  # damaged: made anew
    try:
        noted = _note(store, row.id)
    except Refused:
        return NOTHING  # deleted meanwhile
    _keep(store, [noted])
    return noted.digest


def freshen(store: Store, held: Sequence[int] | None) -> bool:
    """Bring some of what can be searched up to date, of the workshops held, the newest first.

    Returns whether there is more to do and another turn would do some of it. A workshop that cannot be read is skipped.
    """
    with store.reading() as transaction:
        stale = library_queries.stale(transaction, VERSION, held)
    events, noted = 0, list[_Noted]()
    for workshop, seq in stale:
        if len(noted) == MOST_FRESHENED or (noted and events + seq > MOST_EVENTS):
            break
        events += seq
        try:
            noted.append(_note(store, workshop))
        except Refused:
            continue  # deleted meanwhile
    kept = _keep(store, noted)
    return kept > 0 and len(stale) > kept


class _Noted(NamedTuple):
    """What one workshop came to, as it is kept, and what is said in it."""

    workshop: int
    digest: Digest
    kept: Kept
    words: str


def _note(store: Store, workshop: int) -> _Noted:
    """What a workshop has come to: of a log that cannot be read, that it holds nothing.

    One damaged workshop must not take the pages of all away; `speedboat check` names it.
    """
    made, seq, said = _came_to(store, workshop)
    return _Noted(workshop, made, Kept(seq, VERSION, _encoder.encode(made).decode()), plain(said))


def _keep(store: Store, noted: Sequence[_Noted]) -> int:
    """Keep what was noted, each in a transaction of its own: live rooms write between them.

    Returns how many had not gone on meanwhile.
    """
    return sum(
        store.write_derived(partial(library_queries.keep, workshop=one.workshop, made=one.kept, words=one.words))
        for one in noted
    )


def _came_to(store: Store, workshop: int) -> tuple[Digest, int, str]:
    """What a workshop has come to, at which seq, and the words to find it by."""
    try:
        found = read(store, workshop)
        language = found.board.settings.language
        made = digest(found.board, lambda text: [stem for stem, _ in words_of(text, language)])
        return made, found.board.seq, "\n".join([found.board.title, found.board.objective, *words(made)])
    except (Refused, *UNAVAILABLE):
        raise
    except Exception as error:
        log.warning("workshop %d cannot be read: %s; speedboat check says why", workshop, type(error).__name__)
    with store.reading() as transaction:
        row = transaction.get(workshop)
    if row is None:
        raise Refused("unknown_workshop")
    return NOTHING, row.seq, f"{row.title}\n{row.objective}"


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


def derived_key(keys: KeyMaker, workshop: Workshop) -> str | None:
    """The facilitator key of a workshop, if it was made with the secret of this installation."""
    for number in range(1, MOST_RENEWALS + 1):
        if keys.key_hash(workshop.id, number, workshop.salt) == workshop.key_hash:
            return keys.key(workshop.id, number, workshop.salt)
    return None


def same_format(store: Store, ids: Sequence[int]) -> bool:
    """Whether workshops ran on one version of one format."""
    with store.reading() as transaction:
        rows = [transaction.get(workshop) for workshop in ids]
    return len({(row.format, row.format_version) for row in rows if row}) == 1
