"""Themes: cards that belong together. Their facts, the fold, and who sees them.

Pure. Their commands are in `theme_commands.py`. Nothing is ever copied: a card names the theme it was put in, a merged
theme names the one it went into, and what a card belongs to is looked up along that chain. So merging, deleting and
undoing them lose nothing, and votes (see `votes.py`) follow by themselves.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET

from speedboat.domain.folds import folds
from speedboat.domain.ids import CardId, ThemeId
from speedboat.domain.messages import Event, Fact, Refused, Viewer
from speedboat.domain.records import ThemeRecord
from speedboat.domain.state import Board, Theme

WireThemeId = Annotated[ThemeId, msgspec.Meta(pattern=r"^theme:[A-Za-z0-9_-]{16,64}\Z")]
ERASED_TITLE = "…"  # of a theme whose title repeated the text of an erased card


# --- facts ----------------------------------------------------------------------------------------------------------


class ThemeAdded(Fact, frozen=True, tag="theme_added"):
    """A theme was made."""

    theme: ThemeId
    title: str


class ThemeRenamed(Fact, frozen=True, tag="theme_renamed"):
    """The title of a theme was changed."""

    theme: ThemeId
    title: str


class CardPutInTheme(Fact, frozen=True, tag="card_put_in_theme"):
    """A card was put into a theme, or taken out (None)."""

    card: CardId
    theme: ThemeId | None = None


class ThemesMerged(Fact, frozen=True, tag="themes_merged"):
    """A theme was merged into another one."""

    theme: ThemeId
    into: ThemeId


class ThemeDeleted(Fact, frozen=True, tag="theme_deleted"):
    """A theme was put in the bin."""

    theme: ThemeId


class ThemeRestored(Fact, frozen=True, tag="theme_restored"):
    """A theme was taken out of the bin, or a merged one stands for itself again."""

    theme: ThemeId


class ThemesErased(Fact, frozen=True, tag="themes_erased"):
    """They were made of erased cards alone."""

    themes: list[ThemeId]


class TitlesErased(Fact, frozen=True, tag="titles_erased"):
    """The titles of these themes repeated the text of an erased card."""

    themes: list[ThemeId]


# --- fold -----------------------------------------------------------------------------------------------------------


def theme_added(board: Board, fact: ThemeAdded, event: Event) -> None:
    board.themes[fact.theme] = Theme(fact.theme, fact.title)
    board.touch(fact.theme)


def theme_renamed(board: Board, fact: ThemeRenamed, event: Event) -> None:
    if theme := board.themes.get(fact.theme):
        theme.title = fact.title
        board.touch(theme.id)


def card_put_in_theme(board: Board, fact: CardPutInTheme, event: Event) -> None:
    if card := board.cards.get(fact.card):
        before = board.theme_of(card)
        card.theme = fact.theme
        if fact.theme is not None and (theme := board.themes.get(fact.theme)):
            theme.cards.add(card.id)
        board.touch(card.id)
        # All three, votes or none: what is touched must not tell where the votes are.
        for target in (card.id, before, board.theme_of(card)):
            if target:
                board.touch_target(target)


def themes_merged(board: Board, fact: ThemesMerged, event: Event) -> None:
    if (theme := board.themes.get(fact.theme)) and _leads_elsewhere(board, fact.into, theme.id):
        theme.merged_into = fact.into
        _touch_theme(board, theme.id)


def _leads_elsewhere(board: Board, theme_id: ThemeId, away_from: ThemeId) -> bool:
    """Whether the chain of merges from a theme never comes to `away_from`: a loop in a log would hang the fold."""
    seen: ThemeId | None = theme_id
    while seen is not None:
        if seen == away_from:
            return False
        seen = theme.merged_into if (theme := board.themes.get(seen)) else None
    return True


def theme_deleted(board: Board, fact: ThemeDeleted, event: Event) -> None:
    if theme := board.themes.get(fact.theme):
        theme.deleted = True
        _touch_theme(board, theme.id)


def theme_restored(board: Board, fact: ThemeRestored, event: Event) -> None:
    if theme := board.themes.get(fact.theme):
        _touch_theme(board, theme.id)  # before, so that the theme it was merged into is told
        theme.deleted, theme.merged_into = False, None


def themes_erased(board: Board, fact: ThemesErased, event: Event) -> None:
    for theme_id in fact.themes:
        if theme_id in board.themes:
            _touch_theme(board, theme_id)
            del board.themes[theme_id]


def titles_erased(board: Board, fact: TitlesErased, event: Event) -> None:
    for theme_id in fact.themes:
        if theme := board.themes.get(theme_id):
            theme.title = ERASED_TITLE
            board.touch(theme.id)


def _touch_theme(board: Board, theme_id: ThemeId) -> None:
    """Note a change of a theme, of the one it was merged into, and of every card in it, along chains of merges."""
    board.touch(theme_id)
    board.touch_links(theme_id)
    board.touch_target(theme_id)
    if root := board.root_of(theme_id):
        board.touch_target(root)
    leading = _leading_to(board, theme_id)
    for card in board.cards.values():
        if card.theme in leading:
            board.touch(card.id)
            board.touch_target(card.id)
    board.touch("workshop")


def _leading_to(board: Board, theme_id: ThemeId) -> set[ThemeId]:
    """Return a theme and all that were merged into it, along any chain; iterative, since chains can be long."""
    merged: dict[ThemeId, list[ThemeId]] = {}
    for theme in board.themes.values():
        if theme.merged_into is not None:
            merged.setdefault(theme.merged_into, []).append(theme.id)
    leading, queue = {theme_id}, [theme_id]
    while queue:
        more = [theme for theme in merged.get(queue.pop(), ()) if theme not in leading]
        leading.update(more)
        queue += more
    return leading


FOLDS = dict(
    [
        folds(ThemeAdded, theme_added),
        folds(ThemeRenamed, theme_renamed),
        folds(CardPutInTheme, card_put_in_theme),
        folds(ThemesMerged, themes_merged),
        folds(ThemeDeleted, theme_deleted),
        folds(ThemeRestored, theme_restored),
        folds(ThemesErased, themes_erased),
        folds(TitlesErased, titles_erased),
    ]
)


def view(board: Board, theme_id: ThemeId, viewer: Viewer) -> ThemeRecord | None:
    theme = board.themes.get(theme_id)
    if theme is None or theme.merged_into is not None or (theme.deleted and not viewer.facilitates):
        return None
    return ThemeRecord(
        id=theme.id,
        seq=board.stamp(theme.id, viewer),
        title=theme.title,
        note=theme.note or UNSET,
        deleted=True if theme.deleted else UNSET,
    )


# --- for the rules --------------------------------------------------------------------------------------------------


def live_theme(board: Board, theme_id: ThemeId, field: str = "theme") -> Theme:
    """Return a theme that is neither deleted nor merged into another. Raises Refused: `unknown_theme`."""
    theme = board.themes.get(theme_id)
    if theme is None or not theme.live:
        raise Refused("unknown_theme", field)
    return theme
