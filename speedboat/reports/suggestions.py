"""Suggestions: similar cards as new themes, and a theme for a card. A person confirms them.

Offline, in French and English. `text_similarity.py` says how alike two texts are; here is what follows from it for one
person, from their own records: never about a card they may not read, and never while people write.
"""

from __future__ import annotations

from collections import Counter

import msgspec
from msgspec import UNSET

from speedboat.domain.messages import Refused, Viewer
from speedboat.domain.projection import changed_since
from speedboat.domain.records import CardRecord, ThemeRecord
from speedboat.domain.rules import permit
from speedboat.domain.scene import Kind
from speedboat.domain.state import Board
from speedboat.reports.text_similarity import Likeness, alike, words_of

MOST_CARDS = 400  # looked at together; likeness takes the square of them
MOST_GROUPS = 12
MOST_PER_CARD = 3
# A theme seldom mixes what holds back with what drives: cards of one kind count as a little more alike.
SAME_KIND = 0.1
NEAREST = 3  # cards of a theme that speak for it
TITLE_LENGTH = 60


class Writing(msgspec.Struct, frozen=True):
    """A card, as far as suggestions need it; `theme` is the id of its theme, if any."""

    id: str
    kind: Kind
    text: str
    theme: str | None = None


class Group(msgspec.Struct):
    """Cards suggested as a theme, with a title to start from."""

    title: str
    cards: list[str]


class Proposal(msgspec.Struct):
    """A theme proposed for a card; the higher the score, the likelier. Scores of one answer compare, others do not."""

    card: str
    theme: str
    score: float


class Suggestions(msgspec.Struct):
    """Cards proposed as new themes, and themes proposed for cards."""

    themes: list[Group]
    cards: list[Proposal]


def suggestions(board: Board, viewer: Viewer) -> Suggestions:
    """Return suggestions for somebody who may make themes now; takes up to a second for a large board.

    Raises:
        Refused: as `add_theme` would be, and `wrong_phase` while people write.
    """
    permit(board, "add_theme", viewer)
    if board.phase == "write":
        raise Refused("wrong_phase", phase=board.phase)
    records = changed_since(board, 0, viewer).put
    cards = [
        Writing(card.id, card.kind, str(card.text), card.theme or None)
        for card in records
        if isinstance(card, CardRecord) and card.text is not UNSET and not card.deleted and card.held is UNSET
    ]
    themes = {theme.id: theme.title for theme in records if isinstance(theme, ThemeRecord) and not theme.deleted}
    return suggest(cards, themes, board.settings.language)


def suggest(cards: list[Writing], themes: dict[str, str], language: str) -> Suggestions:
    """Return groups of cards without a theme, and for each of these cards the likeliest themes."""
    loose = [card for card in cards if card.theme is None and words_of(card.text, language)][:MOST_CARDS]
    if not loose:
        return Suggestions([], [])
    placed = [card for card in cards if card.theme in themes][:MOST_CARDS]
    measure = alike(
        [card.text for card in [*loose, *placed]] + list(themes.values()), len(loose) + len(placed), language
    )
    groups = grouped(loose, measure, measure.grouping)
    named = [Group(_title([loose[i] for i in group], measure, group, language), [loose[i].id for i in group])
             for group in groups if len(group) > 1]  # fmt: skip
    named.sort(key=lambda group: -len(group.cards))
    return Suggestions(named[:MOST_GROUPS], _proposals(loose, placed, list(themes), measure))


# --- a theme for a card ---------------------------------------------------------------------------------------------


def _proposals(loose: list[Writing], placed: list[Writing], themes: list[str], measure: Likeness) -> list[Proposal]:
    proposals: list[Proposal] = []
    for at, card in enumerate(loose):
        scores = theme_scores(at, card, [*loose, *placed], themes, measure)
        best = sorted(((score, theme) for theme, score in scores.items()), reverse=True)[:MOST_PER_CARD]
        proposals += [Proposal(card.id, theme, round(score, 3)) for score, theme in best if score >= measure.assigning]
    return proposals


def theme_scores(
    at: int, card: Writing, cards: list[Writing], themes: list[str], measure: Likeness
) -> dict[str, float]:
    """Return how well a card fits each theme: its similarity to the title and to the nearest cards there."""
    within: dict[str, list[int]] = {theme: [] for theme in themes}
    for i, other in enumerate(cards):
        if i != at and other.theme in within:
            within[other.theme].append(i)
    scores: dict[str, float] = {}
    for n, theme in enumerate(themes):
        nearest = sorted((measure.of(at, i) for i in within[theme]), reverse=True)[:NEAREST]
        score = measure.of(at, len(cards) + n) + sum(nearest) / NEAREST
        if any(cards[i].kind == card.kind for i in within[theme]):
            score += SAME_KIND
        scores[theme] = score
    return scores


# --- cards as a theme -----------------------------------------------------------------------------------------------


def grouped(cards: list[Writing], measure: Likeness, least: float) -> list[list[int]]:
    """Group cards while the average similarity of two groups is at least `least` (average linkage)."""
    groups: dict[int, list[int]] = {i: [i] for i in range(len(cards))}
    near = {
        i: {
            j: measure.of(i, j) + (SAME_KIND if cards[i].kind == cards[j].kind else 0)
            for j in range(len(cards))
            if i != j
        }
        for i in groups
    }
    best = {i: max(row, key=row.__getitem__) for i, row in near.items() if row}
    while len(groups) > 1:
        one = max(best, key=lambda i: near[i][best[i]])
        other = best[one]
        if near[one][other] < least:
            break
        _join(groups, near, best, one, other)
    return [sorted(group) for group in groups.values()]


def _join(
    groups: dict[int, list[int]], near: dict[int, dict[int, float]], best: dict[int, int], one: int, other: int
) -> None:
    of_one, of_other = len(groups[one]), len(groups[other])
    groups[one] += groups.pop(other)
    merged = near.pop(other)
    best.pop(other)
    near[one].pop(other)
    for i, row in near.items():
        if i == one:
            continue
        row.pop(other)
        row[one] = near[one][i] = (of_one * near[one][i] + of_other * merged[i]) / (of_one + of_other)
        if best[i] in (one, other) or row[one] > row[best[i]]:
            best[i] = max(row, key=row.__getitem__)
    if near[one]:
        best[one] = max(near[one], key=near[one].__getitem__)


def _title(cards: list[Writing], measure: Likeness, places: list[int], language: str) -> str:
    """Return the word most of the cards share, else the most typical card, shortened to a title."""
    words: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for card in cards:
        stems = dict(words_of(card.text, language))
        words.update(stems.keys())
        shown = stems | shown
    stem, times = words.most_common(1)[0] if words else ("", 0)
    if times > 1 and times * 2 > len(cards):
        return shown[stem].capitalize()
    central = max(range(len(cards)), key=lambda i: sum(measure.of(places[i], j) for j in places if j != places[i]))
    text = cards[central].text
    return text if len(text) <= TITLE_LENGTH else text[:TITLE_LENGTH].rsplit(" ", 1)[0] + "…"
