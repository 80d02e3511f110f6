"""The digests of workshops, for the synthesis, and their search words, kept up to date. Blocks."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import msgspec

from speedboat.domain.folding import fold
from speedboat.domain.ids import WorkshopNumber
from speedboat.domain.messages import Refused
from speedboat.reports.digest import VERSION, Digest, digest, mask_names, words
from speedboat.reports.text_similarity import words_of
from speedboat.storage import library_queries
from speedboat.storage.library_queries import StoredDigest
from speedboat.storage.sight import Sight
from speedboat.storage.store import UNAVAILABLE, Store, Workshop
from speedboat.storage.workshop_reader import read

# Workshops brought up to date for one search, and events read for it; the rest follows in the background.
MOST_FRESHENED, MOST_EVENTS = 64, 20_000
NOTHING = Digest("welcome", 0, [], [], [], [])  # of a workshop that was deleted or cannot be read

log = logging.getLogger(__name__)
_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Digest)


def current_digest(store: Store, row: Workshop, stored_digests: dict[WorkshopNumber, StoredDigest]) -> Digest:
    """Return a workshop's digest: the stored one, or a new one if it is out of date."""
    stored = stored_digests.get(row.id)
    if stored and stored.seq == row.seq and stored.version == VERSION:
        try:
            return _decoder.decode(stored.digest)
        except msgspec.MsgspecError:
            pass  # damaged: make a new one
    try:
        new = _make_digest(store, row.id)
    except Refused:
        return NOTHING  # deleted meanwhile
    _store_digests(store, [new])
    return new.digest


def freshen(store: Store, sight: Sight | None) -> bool:
    """Bring the digests and search words of some workshops up to date, the newest first.

    Returns whether another call would do more. A workshop that cannot be read is skipped.
    """
    with store.reading() as transaction:
        stale = library_queries.stale(transaction, VERSION, sight)
    events, new = 0, list[_NewDigest]()
    for workshop, seq in stale:
        if len(new) == MOST_FRESHENED or (new and events + seq > MOST_EVENTS):
            break
        events += seq
        try:
            new.append(_make_digest(store, workshop))
        except Refused:
            continue  # deleted meanwhile
    count = _store_digests(store, new)
    return count > 0 and len(stale) > count


class _NewDigest(NamedTuple):
    """A digest made just now, the form in which it is stored, and the search words."""

    workshop: WorkshopNumber
    digest: Digest
    stored: StoredDigest
    words: str


def _make_digest(store: Store, workshop: WorkshopNumber) -> _NewDigest:
    """Make the digest of a workshop, an empty one if its log cannot be read.

    One damaged workshop must not break the pages of all others; `speedboat check` names it.
    """
    content, seq, text = _read_digest(store, workshop)
    return _NewDigest(workshop, content, StoredDigest(seq, VERSION, _encoder.encode(content).decode()), fold(text))


def _store_digests(store: Store, new: Sequence[_NewDigest]) -> int:
    """Store digests, each in a transaction of its own, so that live rooms can write in between.

    Returns how many were stored; a workshop that has changed meanwhile is skipped.
    """
    return sum(
        store.write_derived(partial(library_queries.keep, workshop=one.workshop, stored=one.stored, words=one.words))
        for one in new
    )


def _read_digest(store: Store, workshop: WorkshopNumber) -> tuple[Digest, int, str]:
    """Return a workshop's digest, its seq, and its text for searching."""
    try:
        content = read(store, workshop)
        language = content.board.settings.language
        result = digest(content.board, lambda text: [stem for stem, _ in words_of(text, language)])
        text = "\n".join([content.board.title, content.board.objective, *words(result)])
        mask_names(result, content.board.names.values())
        return result, content.board.seq, text
    except (Refused, *UNAVAILABLE):
        raise
    except Exception as error:
        log.warning("left workshop %d out: reading it failed (%s); run speedboat check", workshop, type(error).__name__)
    with store.reading() as transaction:
        row = transaction.get(workshop)
    if row is None:
        raise Refused("unknown_workshop")
    return NOTHING, row.seq, f"{row.title}\n{row.objective}"
