"""The digests of workshops, for the synthesis, and their search words, kept up to date. Blocks."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from functools import partial
from typing import NamedTuple

import msgspec

from speedboat.domain.folding import fold
from speedboat.domain.ids import WorkshopNumber
from speedboat.domain.messages import Refused
from speedboat.reports.digest import VERSION, Digest, digest, mask_names, texts_of, words
from speedboat.reports.figures import SelectedWorkshop
from speedboat.reports.text_similarity import knows_meaning, words_of
from speedboat.reports.theme_meaning import is_packed, pack
from speedboat.storage import library_queries
from speedboat.storage.library_queries import StoredDigest
from speedboat.storage.store import UNAVAILABLE, Store, Workshop
from speedboat.storage.visible_workshops import Sight
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
        new = _make_digest(store, row.id, stored)
    except Refused:
        return NOTHING  # deleted meanwhile
    _store_digests(store, [new])
    return new.digest


def stored_digest(stored: StoredDigest | None) -> Digest:
    """Return a digest as it is stored, however old; an empty one where there is none that can be read."""
    if stored is None or stored.version != VERSION:
        return NOTHING
    try:
        return _decoder.decode(stored.digest)
    except msgspec.MsgspecError:
        return NOTHING


def freshen(store: Store, sight: Sight | None) -> bool:
    """Bring the digests and search words of some workshops up to date, the newest first.

    Returns whether another call would do more. A workshop that cannot be read is skipped.
    """
    with store.reading() as transaction:
        stale = library_queries.stale(transaction, VERSION, sight)
        before = library_queries.stored_digests(transaction, [workshop for workshop, _ in stale[:MOST_FRESHENED]])
    events, new = 0, list[_NewDigest]()
    for workshop, seq in stale:
        if len(new) == MOST_FRESHENED or (new and events + seq > MOST_EVENTS):
            break
        events += seq
        try:
            new.append(_make_digest(store, workshop, before.get(workshop)))
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


def _make_digest(store: Store, workshop: WorkshopNumber, before: StoredDigest | None) -> _NewDigest:
    """Make the digest of a workshop, an empty one if its log cannot be read.

    One damaged workshop must not break the pages of all others; `speedboat check` names it. The meaning of themes that
    say the same as `before` is taken from there.
    """
    content, seq, text = _read_digest(store, workshop)
    _keep_meaning(content, before)
    return _NewDigest(workshop, content, StoredDigest(seq, VERSION, _encoder.encode(content).decode()), fold(text))


def _store_digests(store: Store, new: Sequence[_NewDigest]) -> int:
    """Store digests, each in a transaction of its own, so that live rooms can write in between.

    Returns how many were stored; a workshop that has changed meanwhile is skipped.
    """
    return sum(
        store.write_derived(partial(library_queries.keep, workshop=one.workshop, stored=one.stored, words=one.words))
        for one in new
    )


def _keep_meaning(content: Digest, before: StoredDigest | None) -> None:
    if before is None or before.version != VERSION:
        return
    try:
        old = _decoder.decode(before.digest)
    except msgspec.MsgspecError:
        return
    meanings = {(theme.title, *texts_of(old, theme)): theme.meaning for theme in old.themes}
    for theme in content.themes:
        theme.meaning = meanings.get((theme.title, *texts_of(content, theme)), b"")


# --- what themes mean -----------------------------------------------------------------------------------------------


def add_meanings(store: Store, workshops: Sequence[SelectedWorkshop], most: int) -> bool:
    """Compute the meaning of themes that lack it, and store it with the digests; 10 ms for each card.

    Args:
        most: themes to compute at most; the workshop that exceeds it is still finished.

    Returns whether no theme lacks it any more. Without the encoder there is nothing to compute.
    """
    missing = [one for one in workshops if any(not is_packed(theme.meaning) for theme in one.digest.themes)]
    for one in missing if knows_meaning() else ():
        if most <= 0:
            return False
        most -= _add_meaning(store, one)
    return True


def lacking(workshops: Iterable[SelectedWorkshop]) -> int:
    """Return of how many themes the meaning is not known; none without the encoder."""
    if not knows_meaning():
        return 0
    return sum(not is_packed(theme.meaning) for one in workshops for theme in one.digest.themes)


def _add_meaning(store: Store, one: SelectedWorkshop) -> int:
    themes = [theme for theme in one.digest.themes if not is_packed(theme.meaning)]
    packed = pack([(theme.title, texts_of(one.digest, theme)) for theme in themes])
    for theme, meaning in zip(themes, packed, strict=True):
        theme.meaning = meaning
    stored = _encoder.encode(one.digest).decode()
    store.write_derived(partial(library_queries.replace_digest, workshop=one.id, seq=one.seq, digest=stored))
    return len(themes)


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
