"""The themes of earlier workshops, which suggestions at a table learn from. Blocks.

Titles alone leave their workshop, and only those that came up in several workshops and were confirmed to be the same;
to a table of the same team, or of none where that one has none.
"""

from __future__ import annotations

from collections import Counter

from speedboat.domain.ids import WorkshopNumber
from speedboat.library.digests import stored_digest
from speedboat.reports.digest import Digest, DigestTheme
from speedboat.reports.earlier_themes import EarlierTheme
from speedboat.reports.synthesis import is_lever
from speedboat.reports.text_similarity import knows_meaning
from speedboat.reports.theme_meaning import is_packed
from speedboat.storage import library_queries
from speedboat.storage.store import Store

MOST_EARLIER = 60  # workshops, the newest


def earlier_themes(store: Store, workshop: WorkshopNumber) -> list[EarlierTheme]:
    """Return the themes of other workshops from which a workshop may learn; none without the encoder."""
    if not knows_meaning():
        return []
    with store.reading() as transaction:
        ids = library_queries.akin(transaction, workshop, MOST_EARLIER)
        stored = library_queries.stored_digests(transaction, ids)
        bonds = {(one.workshop, one.theme): one.bond for one in library_queries.same(transaction, ids)}
        names = library_queries.bond_names(transaction, ids)
    groups: dict[str, list[tuple[WorkshopNumber, Digest, DigestTheme]]] = {}
    for number in ids:
        content = stored_digest(stored.get(number))
        for theme in content.themes:
            if is_packed(theme.meaning):
                group = bonds.get((number, theme.id), f"{number}.{theme.id}")
                groups.setdefault(group, []).append((number, content, theme))
    return [_theme(members, names.get(group, "")) for group, members in groups.items()]


def _theme(members: list[tuple[WorkshopNumber, Digest, DigestTheme]], name: str) -> EarlierTheme:
    levers = sum(is_lever([card for card in content.cards if card.theme == theme.id]) for _, content, theme in members)
    return EarlierTheme(
        name or Counter(theme.title for _, _, theme in members).most_common(1)[0][0],
        levers * 2 > len(members),
        [theme.meaning for _, _, theme in members],
        len({number for number, _, _ in members}),
    )
