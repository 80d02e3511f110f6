"""Themes: cards that belong together. Their commands, facts, fold, who sees them, and their rules.

Pure. Nothing is ever copied: a card names the theme it was put in, a merged theme names the one it went into, and
what a card belongs to is looked up along that chain. So merging, deleting and their undoing lose nothing, and votes
(see `votes.py`) follow by themselves.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import UNSET

from speedboat.domain.features.card_rules import readable_card
from speedboat.domain.features.cards import CardId
from speedboat.domain.limits import refuse_beyond
from speedboat.domain.messages import Command, Decision, Event, Fact, Refused, Viewer, undo
from speedboat.domain.records import ThemeRecord
from speedboat.domain.state import Board, Theme
from speedboat.domain.validation import clean_title

ThemeId = Annotated[str, msgspec.Meta(pattern=r"^theme:[A-Za-z0-9_-]{16,64}\Z")]
ERASED_TITLE = "…"  # of a theme whose title repeated the text of an erased card
Cards = Annotated[list[CardId], msgspec.Meta(max_length=1000)]


# --- commands -------------------------------------------------------------------------------------------------------


class AddTheme(Command, frozen=True, tag="add_theme"):
    theme: ThemeId
    title: str
    cards: Cards = msgspec.field(default_factory=list)


class RenameTheme(Command, frozen=True, tag="rename_theme"):
    theme: ThemeId
    title: str


class PutInTheme(Command, frozen=True, tag="put_in_theme"):
    card: CardId
    theme: ThemeId | None


class MergeThemes(Command, frozen=True, tag="merge_themes"):
    theme: ThemeId
    into: ThemeId


class SplitTheme(Command, frozen=True, tag="split_theme"):
    theme: ThemeId
    new: ThemeId
    title: str
    cards: Cards


class DeleteTheme(Command, frozen=True, tag="delete_theme"):
    theme: ThemeId


class RestoreTheme(Command, frozen=True, tag="restore_theme"):
    """Bring back a deleted theme with its cards, or take a merged one out again."""

    theme: ThemeId


# --- facts ----------------------------------------------------------------------------------------------------------


class ThemeAdded(Fact, frozen=True, tag="theme_added"):
    theme: str
    title: str


class ThemeRenamed(Fact, frozen=True, tag="theme_renamed"):
    theme: str
    title: str


class CardPutInTheme(Fact, frozen=True, tag="card_put_in_theme"):
    card: str
    theme: str | None = None


class ThemesMerged(Fact, frozen=True, tag="themes_merged"):
    theme: str
    into: str


class ThemeDeleted(Fact, frozen=True, tag="theme_deleted"):
    theme: str


class ThemeRestored(Fact, frozen=True, tag="theme_restored"):
    theme: str


class ThemesErased(Fact, frozen=True, tag="themes_erased"):
    """They were made of erased cards alone."""

    themes: list[str]


class TitlesErased(Fact, frozen=True, tag="titles_erased"):
    """The titles of these themes repeated the text of an erased card."""

    themes: list[str]


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
        if theme := board.themes.get(fact.theme or ""):
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


def _leads_elsewhere(board: Board, theme_id: str, away_from: str) -> bool:
    """Whether the chain of merges from a theme never comes to `away_from`: a loop in a log would hang the fold."""
    seen: str | None = theme_id
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
        _touch_theme(board, theme.id)
        theme.deleted, theme.merged_into = False, None
        _touch_theme(board, theme.id)


def themes_erased(board: Board, fact: ThemesErased, event: Event) -> None:
    for theme_id in fact.themes:
        if theme_id in board.themes:
            _touch_theme(board, theme_id)
            del board.themes[theme_id]
        board.touch(theme_id)


def titles_erased(board: Board, fact: TitlesErased, event: Event) -> None:
    for theme_id in fact.themes:
        if theme := board.themes.get(theme_id):
            theme.title = ERASED_TITLE
            board.touch(theme.id)


def _touch_theme(board: Board, theme_id: str) -> None:
    """The theme, the one it leads to, and every card that hangs on it along any chain of merges."""
    board.touch(theme_id)
    board.touch_target(theme_id)
    if root := board.root_of(theme_id):
        board.touch_target(root)
    leading = _leading_to(board, theme_id)
    for card in board.cards.values():
        if card.theme in leading:
            board.touch(card.id)
            board.touch_target(card.id)
    board.touch("workshop")


def _leading_to(board: Board, theme_id: str) -> set[str]:
    """A theme and all that were merged into it, along any chain: found once, since a log may hold long chains."""
    merged: dict[str, list[str]] = {}
    for theme in board.themes.values():
        if theme.merged_into is not None:
            merged.setdefault(theme.merged_into, []).append(theme.id)
    leading, found = {theme_id}, [theme_id]
    while found:
        more = [theme for theme in merged.get(found.pop(), ()) if theme not in leading]
        leading.update(more)
        found += more
    return leading


FOLDS: dict[type[Fact], Any] = {
    ThemeAdded: theme_added,
    ThemeRenamed: theme_renamed,
    CardPutInTheme: card_put_in_theme,
    ThemesMerged: themes_merged,
    ThemeDeleted: theme_deleted,
    ThemeRestored: theme_restored,
    ThemesErased: themes_erased,
    TitlesErased: titles_erased,
}


def view(board: Board, theme_id: str, viewer: Viewer) -> ThemeRecord | None:
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


# --- rules ----------------------------------------------------------------------------------------------------------


def add_theme(board: Board, command: AddTheme, who: Viewer, now: int) -> Decision:
    board.refuse_taken(command.theme, "theme")
    refuse_beyond(board.limits.themes, len(board.themes), "too_many_themes")
    title = clean_title(command.title)
    moves, back = _put(board, command.cards, command.theme, who)
    return Decision([ThemeAdded(command.theme, title), *moves], [*back, undo("delete_theme", theme=command.theme)])


def _put(
    board: Board, card_ids: list[str], theme: str | None, who: Viewer
) -> tuple[list[CardPutInTheme], list[dict[str, Any]]]:
    """Facts that put cards in a theme, and the commands that put them back where they were."""
    cards = [readable_card(board, card_id, who, "cards") for card_id in dict.fromkeys(card_ids)]
    back = [undo("put_in_theme", card=card.id, theme=board.theme_of(card)) for card in cards]
    return [CardPutInTheme(card.id, theme) for card in cards], back


def rename_theme(board: Board, command: RenameTheme, who: Viewer, now: int) -> Decision:
    theme, title = live_theme(board, command.theme), clean_title(command.title)
    if title == theme.title:
        return Decision([])
    return Decision([ThemeRenamed(theme.id, title)], [undo("rename_theme", theme=theme.id, title=theme.title)])


def put_in_theme(board: Board, command: PutInTheme, who: Viewer, now: int) -> Decision:
    card = readable_card(board, command.card, who)
    if command.theme is not None:
        live_theme(board, command.theme)
    before = board.theme_of(card)
    if before == command.theme:
        return Decision([])
    return Decision([CardPutInTheme(card.id, command.theme)], [undo("put_in_theme", card=card.id, theme=before)])


def merge_themes(board: Board, command: MergeThemes, who: Viewer, now: int) -> Decision:
    theme, into = live_theme(board, command.theme), live_theme(board, command.into, "into")
    if theme.id == into.id:
        raise Refused("same_theme", "into")
    return Decision([ThemesMerged(theme.id, into.id)], [undo("restore_theme", theme=theme.id)])


def split_theme(board: Board, command: SplitTheme, who: Viewer, now: int) -> Decision:
    theme = live_theme(board, command.theme)
    board.refuse_taken(command.new, "new")
    refuse_beyond(board.limits.themes, len(board.themes), "too_many_themes")
    title = clean_title(command.title)
    moves, back = _put(board, command.cards, command.new, who)
    if not moves:
        raise Refused("no_cards", "cards")
    for move in moves:
        if board.theme_of(board.cards[move.card]) != theme.id:
            raise Refused("not_in_theme", "cards")
    return Decision([ThemeAdded(command.new, title), *moves], [*back, undo("delete_theme", theme=command.new)])


def delete_theme(board: Board, command: DeleteTheme, who: Viewer, now: int) -> Decision:
    theme = live_theme(board, command.theme)
    return Decision([ThemeDeleted(theme.id)], [undo("restore_theme", theme=theme.id)])


def restore_theme(board: Board, command: RestoreTheme, who: Viewer, now: int) -> Decision:
    theme = board.themes.get(command.theme)
    if theme is None:
        raise Refused("unknown_theme", "theme")
    if theme.live:
        return Decision([])
    if theme.deleted:
        back = undo("delete_theme", theme=theme.id)
    else:
        back = undo("merge_themes", theme=theme.id, into=theme.merged_into)
    return Decision([ThemeRestored(theme.id)], [back])


def live_theme(board: Board, theme_id: str, field: str = "theme") -> Theme:
    theme = board.themes.get(theme_id)
    if theme is None or not theme.live:
        raise Refused("unknown_theme", field)
    return theme


RULES: dict[type[Command], Any] = {
    AddTheme: add_theme,
    RenameTheme: rename_theme,
    PutInTheme: put_in_theme,
    MergeThemes: merge_themes,
    SplitTheme: split_theme,
    DeleteTheme: delete_theme,
    RestoreTheme: restore_theme,
}
