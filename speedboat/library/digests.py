"""What each workshop came to, kept up to date, with the words to find it by. Blocks."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import msgspec

from speedboat.domain.messages import Refused
from speedboat.library.search_words import plain
from speedboat.reports.digest import VERSION, Digest, digest, words
from speedboat.reports.text_similarity import words_of
from speedboat.storage import library_queries
from speedboat.storage.library_queries import Kept
from speedboat.storage.store import UNAVAILABLE, Store, Workshop
from speedboat.storage.workshop_reader import read

# Workshops brought up to date for one search, and events read for it; the others wait for a turn in the background.
MOST_FRESHENED, MOST_EVENTS = 64, 20_000
NOTHING = Digest("welcome", 0, [], [], [], [])  # what came of a workshop that is gone, or cannot be read

log = logging.getLogger(__name__)
_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Digest)


def current_digest(store: Store, row: Workshop, kept: dict[int, Kept]) -> Digest:
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
        log.warning("left workshop %d out: reading it failed (%s); run speedboat check", workshop, type(error).__name__)
    with store.reading() as transaction:
        row = transaction.get(workshop)
    if row is None:
        raise Refused("unknown_workshop")
    return NOTHING, row.seq, f"{row.title}\n{row.objective}"
