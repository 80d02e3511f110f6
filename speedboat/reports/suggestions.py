"""Suggestions: similar cards as new themes, and a theme for a card. A person confirms them.

Offline, in French and English. `text_similarity.py` says how alike two texts are; here is what follows from it for one
person, from their own records: never about a card they may not read, and never while people write.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
from msgspec import UNSET

from speedboat.domain.messages import Refused, Viewer
from speedboat.domain.projection import changed_since
from speedboat.domain.records import CardRecord, ThemeRecord
from speedboat.domain.rules import permit
from speedboat.domain.scene import Kind
from speedboat.domain.state import Board
from speedboat.reports.earlier_themes import EarlierTheme, likeliest
from speedboat.reports.group_titles import first_noun, shared_noun
from speedboat.reports.text_similarity import Likeness, alike, words_of
from speedboat.reports.theme_matching import folded

MOST_CARDS = 400  # looked at together; likeness takes the square of them
MOST_GROUPS = 12
MOST_PER_CARD = 3
SAME_KIND = 0.1  # a theme is seldom of anchors and sharks both: cards of one kind count as a little more alike
NEVER = -math.inf  # how alike a wind and a brake are: themes do not mix them unless people do
SURE = 2.0  # the score of a theme that earlier workshops make sure; others are below
NEAREST = 3  # cards of a theme that speak for it


class Writing(msgspec.Struct, frozen=True):
    """A card, as far as suggestions need it; `theme` is the id of its theme, if any."""

    id: str
    kind: Kind
    text: str
    theme: str | None = None

    @property
    def is_wind(self) -> bool:
        return self.kind == "wind"


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


def suggestions(board: Board, viewer: Viewer, earlier: Sequence[EarlierTheme] = ()) -> Suggestions:
    """Return suggestions for somebody who may make themes now; takes up to a second for a large board.

    Args:
        earlier: themes of other workshops, which may come up here too.

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
    return suggest(cards, themes, board.settings.language, earlier)


def suggest(
    cards: list[Writing], themes: dict[str, str], language: str, earlier: Sequence[EarlierTheme] = ()
) -> Suggestions:
    """Return groups of cards without a theme, and for each of these cards the likeliest themes.

    First come groups under the titles of earlier workshops' themes, then cards that only look alike.
    """
    loose = [card for card in cards if card.theme is None and words_of(card.text, language)][:MOST_CARDS]
    if not loose:
        return Suggestions([], [])
    placed = [card for card in cards if card.theme in themes][:MOST_CARDS]
    measure = alike(
        [card.text for card in [*loose, *placed]] + list(themes.values()), len(loose) + len(placed), language
    )
    known, into_themes = _known(loose, themes, earlier)
    used_ids = {card for group in known for card in group.cards} | {proposal.card for proposal in into_themes}
    proposals = [one for one in _proposals(loose, placed, list(themes), measure) if one.card not in used_ids]
    groups = [*known, *_look_alikes(loose, used_ids, measure, language)]
    return Suggestions(groups[:MOST_GROUPS], [*into_themes, *proposals])


def _known(
    loose: list[Writing], themes: dict[str, str], earlier: Sequence[EarlierTheme]
) -> tuple[list[Group], list[Proposal]]:
    """Return the cards that are surely about a theme of earlier workshops: as new themes, or into those made here."""
    here = {folded(title): theme for theme, title in themes.items()}
    about: dict[tuple[str, bool], list[Writing]] = {}  # by title, and whether they are winds
    likely = likeliest([(card.text, card.kind == "wind") for card in loose], earlier)
    for card, likeliest_one in zip(loose, likely, strict=False):
        if likeliest_one.is_sure:
            about.setdefault((earlier[likeliest_one.theme].title, card.is_wind), []).append(card)
    into = [Proposal(card.id, here[folded(title)], SURE) for (title, _), some in about.items() for card in some
            if folded(title) in here]  # fmt: skip
    groups = [
        Group(title, [card.id for card in some])
        for (title, _), some in about.items()
        if folded(title) not in here and len(some) > 1
    ]
    return sorted(groups, key=lambda group: -len(group.cards)), into


def _look_alikes(loose: list[Writing], used_ids: set[str], measure: Likeness, language: str) -> list[Group]:
    """Return groups of cards that look alike and have a noun to be called by, without cards that are used."""
    groups = []
    for places in grouped(loose, measure, measure.grouping):
        rest = [at for at in places if loose[at].id not in used_ids]
        title = _title([loose[at] for at in rest], measure, rest, language) if len(rest) > 1 else ""
        if title:
            groups.append(Group(title, [loose[at].id for at in rest]))
    return sorted(groups, key=lambda group: -len(group.cards))


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
    """Return how well a card fits each theme: its similarity to the title and to the nearest cards there.

    A theme of winds alone is none for a brake, nor the other way round.
    """
    within: dict[str, list[int]] = {theme: [] for theme in themes}
    for i, other in enumerate(cards):
        if i != at and other.theme in within:
            within[other.theme].append(i)
    scores: dict[str, float] = {}
    for n, theme in enumerate(themes):
        if within[theme] and not any(cards[i].is_wind == card.is_wind for i in within[theme]):
            continue
        nearest = sorted((measure.of(at, i) for i in within[theme]), reverse=True)[:NEAREST]
        score = measure.of(at, len(cards) + n) + sum(nearest) / NEAREST
        if any(cards[i].kind == card.kind for i in within[theme]):
            score += SAME_KIND
        scores[theme] = score
    return scores


# --- cards as a theme -----------------------------------------------------------------------------------------------


def grouped(cards: list[Writing], measure: Likeness, least: float) -> list[list[int]]:
    """Group cards while the average similarity of two groups is at least `least` (average linkage); winds apart."""
    groups: dict[int, list[int]] = {i: [i] for i in range(len(cards))}
    near = {
        i: {
            j: measure.of(i, j) + (SAME_KIND if cards[i].kind == cards[j].kind else 0)
            if cards[i].is_wind == cards[j].is_wind
            else NEVER
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
    """Return a noun that most of the cards share, else that of the most typical card; '' where neither is found."""
    central = max(range(len(cards)), key=lambda i: sum(measure.of(places[i], j) for j in places if j != places[i]))
    return shared_noun([card.text for card in cards], language) or first_noun(cards[central].text, language)
