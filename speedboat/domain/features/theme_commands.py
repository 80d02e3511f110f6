"""The commands of themes: adding, renaming, merging, splitting, deleting and restoring them.

Pure. What a theme is and who sees it is in `themes.py`.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from speedboat.domain.declarations import ALICE, BOB, DAN, Arguments, declare, does, done, refused
from speedboat.domain.features.card_checks import readable_card
from speedboat.domain.features.cards import WireCardId
from speedboat.domain.features.themes import (
    CardPutInTheme,
    ThemeAdded,
    ThemeDeleted,
    ThemeRenamed,
    ThemeRestored,
    ThemesMerged,
    WireThemeId,
    live_theme,
)
from speedboat.domain.ids import CardId, ThemeId
from speedboat.domain.limits import Limits, refuse_beyond
from speedboat.domain.messages import TITLE_LIMIT, Command, Decision, Refused, Viewer, undo
from speedboat.domain.permissions import GROUPING, SORTING, May
from speedboat.domain.state import Board
from speedboat.domain.validation import clean_title

SORTERS = May(GROUPING, SORTING)
Cards = Annotated[list[WireCardId], msgspec.Meta(max_length=1000)]

CARD, OTHER, THIRD = (CardId(f"card:{n:016d}") for n in (1, 2, 3))
BUDGET, TIME, MEANS = (ThemeId(f"theme:{n:016d}") for n in (1, 2, 3))
WRITTEN = (
    does(BOB, "add_card", card=CARD, kind="anchor", text="Pas de budget", weight=1),
    does(DAN, "add_card", card=OTHER, kind="anchor", text="Trop cher", weight=0.5),
    does(DAN, "add_card", card=THIRD, kind="wind", text="Le sourire", weight=0.5),
    does(ALICE, "set_phase", phase="group"),
)
IN_THEME = (*WRITTEN, does(BOB, "add_theme", theme=BUDGET, title="Budget", cards=[CARD, OTHER]))
TWO_THEMES = (*IN_THEME, does(BOB, "add_theme", theme=TIME, title="Temps", cards=[THIRD]))
THREE_THEMES = (*TWO_THEMES, does(BOB, "add_theme", theme=MEANS, title="Moyens"))
MERGED = (*TWO_THEMES, does(BOB, "merge_themes", theme=BUDGET, into=TIME))
DELETED = (*IN_THEME, does(BOB, "delete_theme", theme=BUDGET))
# Put away while grouping; and hidden from all but their author, which only free workshops can come to.
HELD = (*IN_THEME, does(ALICE, "hold_card", card=CARD, reason="À revoir"))
BINNED = (*IN_THEME, does(ALICE, "delete_card", card=CARD))
HIDDEN = (*TWO_THEMES, does(ALICE, "change_settings", free=True), does(ALICE, "set_phase", phase="write"))
TITLE_REFUSALS = ("text_empty", "text_too_long", "text_malformed")


# --- add_theme -------------------------------------------------------------------------------------------------------


class AddTheme(Command, frozen=True, tag="add_theme"):
    """Make a theme of some cards."""

    theme: WireThemeId
    title: str
    cards: Cards = msgspec.field(default_factory=list)


def add_theme(board: Board, command: AddTheme, who: Viewer, now: int) -> Decision:
    board.refuse_taken(command.theme, "theme")
    refuse_beyond(board.limits.themes, len(board.themes), "too_many_themes")
    title = clean_title(command.title)
    moves, back = _put(board, command.cards, command.theme, who)
    return Decision([ThemeAdded(command.theme, title), *moves], [*back, undo("delete_theme", theme=command.theme)])


def _put(
    board: Board, card_ids: list[CardId], theme: ThemeId | None, who: Viewer
) -> tuple[list[CardPutInTheme], list[dict[str, object]]]:
    """Return the facts that put cards in a theme, and the commands that put them back."""
    cards = [readable_card(board, card_id, who, "cards") for card_id in dict.fromkeys(card_ids)]
    back = [undo("put_in_theme", card=card.id, theme=board.theme_of(card)) for card in cards]
    return [CardPutInTheme(card.id, theme) for card in cards], back


ADDING: Arguments = {"theme": MEANS, "title": "Moyens"}

ADD_THEME = declare(
    AddTheme,
    add_theme,
    SORTERS,
    done(BOB, ThemeAdded(MEANS, "Moyens"), after=WRITTEN, **ADDING),
    done(BOB, ThemeAdded(MEANS, "Moyens"), CardPutInTheme(CARD, MEANS), after=WRITTEN, **ADDING, cards=[CARD, CARD]),
    done(
        BOB,
        ThemeAdded(MEANS, "Moyens"),
        CardPutInTheme(CARD, MEANS),
        CardPutInTheme(THIRD, MEANS),
        after=TWO_THEMES,
        **ADDING,
        cards=[CARD, THIRD],
    ),
    done(BOB, ThemeAdded(MEANS, "Moyens"), CardPutInTheme(CARD, MEANS), after=MERGED, **ADDING, cards=[CARD]),
    done(BOB, ThemeAdded(MEANS, "Moyens"), after=IN_THEME, limits=Limits(themes=2), **ADDING),
    refused(BOB, "id_taken", "theme", after=IN_THEME, theme=BUDGET, title="Moyens"),
    refused(BOB, "id_taken", "theme", after=DELETED, theme=BUDGET, title="Moyens"),
    refused(BOB, "too_many_themes", after=TWO_THEMES, limits=Limits(themes=2), **ADDING),
    refused(BOB, "text_empty", "title", after=WRITTEN, theme=MEANS, title=" "),
    refused(BOB, "text_too_long", "title", after=WRITTEN, theme=MEANS, title="x" * (TITLE_LIMIT + 1)),
    refused(BOB, "text_malformed", "title", after=WRITTEN, theme=MEANS, title="\ud800"),
    refused(BOB, "unknown_card", "cards", after=WRITTEN[3:], **ADDING, cards=[CARD]),
    refused(DAN, "unknown_card", "cards", after=HELD, **ADDING, cards=[CARD]),
    refused(DAN, "unknown_card", "cards", after=BINNED, **ADDING, cards=[CARD]),
    refused(DAN, "hidden_card", "cards", after=HIDDEN, **ADDING, cards=[CARD]),
    refusals=["id_taken", "too_many_themes", *TITLE_REFUSALS, "unknown_card", "hidden_card"],
)


# --- rename_theme ----------------------------------------------------------------------------------------------------


class RenameTheme(Command, frozen=True, tag="rename_theme"):
    """Change the title of a theme."""

    theme: WireThemeId
    title: str


def rename_theme(board: Board, command: RenameTheme, who: Viewer, now: int) -> Decision:
    theme, title = live_theme(board, command.theme), clean_title(command.title)
    if title == theme.title:
        return Decision([])
    return Decision([ThemeRenamed(theme.id, title)], [undo("rename_theme", theme=theme.id, title=theme.title)])


RENAME_THEME = declare(
    RenameTheme,
    rename_theme,
    SORTERS,
    done(BOB, ThemeRenamed(BUDGET, "Argent"), after=IN_THEME, theme=BUDGET, title="Argent"),
    done(BOB, after=IN_THEME, theme=BUDGET, title=" Budget "),
    refused(BOB, "unknown_theme", "theme", after=WRITTEN, theme=BUDGET, title="Argent"),
    refused(BOB, "unknown_theme", "theme", after=DELETED, theme=BUDGET, title="Argent"),
    refused(BOB, "unknown_theme", "theme", after=MERGED, theme=BUDGET, title="Argent"),
    refused(BOB, "text_empty", "title", after=IN_THEME, theme=BUDGET, title=""),
    refused(BOB, "text_too_long", "title", after=IN_THEME, theme=BUDGET, title="x" * (TITLE_LIMIT + 1)),
    refused(BOB, "text_malformed", "title", after=IN_THEME, theme=BUDGET, title="\ud800"),
    refusals=["unknown_theme", *TITLE_REFUSALS],
)


# --- put_in_theme ----------------------------------------------------------------------------------------------------


class PutInTheme(Command, frozen=True, tag="put_in_theme"):
    """Put a card into a theme; null takes it out of its theme."""

    card: WireCardId
    theme: WireThemeId | None


def put_in_theme(board: Board, command: PutInTheme, who: Viewer, now: int) -> Decision:
    card = readable_card(board, command.card, who)
    if command.theme is not None:
        live_theme(board, command.theme)
    before = board.theme_of(card)
    if before == command.theme:
        return Decision([])
    return Decision([CardPutInTheme(card.id, command.theme)], [undo("put_in_theme", card=card.id, theme=before)])


PUT_IN_THEME = declare(
    PutInTheme,
    put_in_theme,
    SORTERS,
    done(BOB, CardPutInTheme(THIRD, BUDGET), after=IN_THEME, card=THIRD, theme=BUDGET),
    done(DAN, CardPutInTheme(CARD, TIME), after=TWO_THEMES, card=CARD, theme=TIME),
    done(DAN, CardPutInTheme(CARD), after=TWO_THEMES, card=CARD, theme=None),
    done(DAN, CardPutInTheme(CARD), after=MERGED, card=CARD, theme=None),
    done(BOB, after=IN_THEME, card=CARD, theme=BUDGET),
    done(BOB, after=MERGED, card=CARD, theme=TIME),
    done(BOB, after=DELETED, card=CARD, theme=None),
    refused(BOB, "unknown_card", "card", card=CARD, theme=None, after=WRITTEN[3:]),
    refused(DAN, "unknown_card", "card", after=HELD, card=CARD, theme=None),
    refused(DAN, "unknown_card", "card", after=BINNED, card=CARD, theme=None),
    refused(DAN, "hidden_card", "card", after=HIDDEN, card=CARD, theme=None),
    refused(BOB, "unknown_theme", "theme", after=WRITTEN, card=CARD, theme=BUDGET),
    refused(BOB, "unknown_theme", "theme", after=DELETED, card=CARD, theme=BUDGET),
    refused(BOB, "unknown_theme", "theme", after=MERGED, card=CARD, theme=BUDGET),
    refusals=["unknown_card", "hidden_card", "unknown_theme"],
)


# --- merge_themes ----------------------------------------------------------------------------------------------------


class MergeThemes(Command, frozen=True, tag="merge_themes"):
    """Merge a theme into another one; their votes add up."""

    theme: WireThemeId
    into: WireThemeId


def merge_themes(board: Board, command: MergeThemes, who: Viewer, now: int) -> Decision:
    theme, into = live_theme(board, command.theme), live_theme(board, command.into, "into")
    if theme.id == into.id:
        raise Refused("same_theme", "into")
    return Decision([ThemesMerged(theme.id, into.id)], [undo("restore_theme", theme=theme.id)])


MERGE_THEMES = declare(
    MergeThemes,
    merge_themes,
    SORTERS,
    done(BOB, ThemesMerged(BUDGET, TIME), after=TWO_THEMES, theme=BUDGET, into=TIME),
    refused(BOB, "same_theme", "into", after=IN_THEME, theme=BUDGET, into=BUDGET),
    refused(BOB, "unknown_theme", "theme", after=IN_THEME, theme=TIME, into=BUDGET),
    refused(BOB, "unknown_theme", "into", after=IN_THEME, theme=BUDGET, into=TIME),
    refused(BOB, "unknown_theme", "theme", after=MERGED, theme=BUDGET, into=TIME),
    refused(BOB, "unknown_theme", "into", after=MERGED, theme=TIME, into=BUDGET),
    refused(BOB, "unknown_theme", "theme", after=DELETED, theme=BUDGET, into=TIME),
    refusals=["unknown_theme", "same_theme"],
)


# --- split_theme -----------------------------------------------------------------------------------------------------


class SplitTheme(Command, frozen=True, tag="split_theme"):
    """Move some cards of a theme into a new one."""

    theme: WireThemeId
    new: WireThemeId
    title: str
    cards: Cards


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


SPLITTING: Arguments = {"theme": BUDGET, "new": MEANS, "title": "Moyens", "cards": [CARD]}
SPLIT = (ThemeAdded(MEANS, "Moyens"), CardPutInTheme(CARD, MEANS))

SPLIT_THEME = declare(
    SplitTheme,
    split_theme,
    SORTERS,
    done(BOB, *SPLIT, after=TWO_THEMES, **SPLITTING),
    done(BOB, *SPLIT, after=MERGED, **SPLITTING | {"theme": TIME}),
    done(BOB, *SPLIT, after=IN_THEME, limits=Limits(themes=2), **SPLITTING),
    done(BOB, *SPLIT, CardPutInTheme(OTHER, MEANS), after=IN_THEME, **SPLITTING | {"cards": [CARD, OTHER, CARD]}),
    refused(BOB, "unknown_theme", "theme", after=WRITTEN, **SPLITTING),
    refused(BOB, "unknown_theme", "theme", after=DELETED, **SPLITTING),
    refused(BOB, "id_taken", "new", after=TWO_THEMES, **SPLITTING | {"new": TIME}),
    refused(BOB, "too_many_themes", after=TWO_THEMES, limits=Limits(themes=2), **SPLITTING),
    refused(BOB, "text_empty", "title", after=IN_THEME, **SPLITTING | {"title": ""}),
    refused(BOB, "text_too_long", "title", after=IN_THEME, **SPLITTING | {"title": "x" * (TITLE_LIMIT + 1)}),
    refused(BOB, "text_malformed", "title", after=IN_THEME, **SPLITTING | {"title": "\ud800"}),
    refused(DAN, "unknown_card", "cards", after=BINNED, **SPLITTING),
    refused(DAN, "hidden_card", "cards", after=HIDDEN, **SPLITTING),
    refused(BOB, "no_cards", "cards", after=IN_THEME, **SPLITTING | {"cards": []}),
    refused(BOB, "not_in_theme", "cards", after=TWO_THEMES, **SPLITTING | {"cards": [CARD, THIRD]}),
    refused(BOB, "not_in_theme", "cards", after=IN_THEME, **SPLITTING | {"cards": [THIRD]}),
    refusals=[
        "unknown_theme",
        "id_taken",
        "too_many_themes",
        *TITLE_REFUSALS,
        "unknown_card",
        "hidden_card",
        "no_cards",
        "not_in_theme",
    ],
)


# --- delete_theme ----------------------------------------------------------------------------------------------------


class DeleteTheme(Command, frozen=True, tag="delete_theme"):
    """Put a theme in the bin; its cards stay."""

    theme: WireThemeId


def delete_theme(board: Board, command: DeleteTheme, who: Viewer, now: int) -> Decision:
    theme = live_theme(board, command.theme)
    return Decision([ThemeDeleted(theme.id)], [undo("restore_theme", theme=theme.id)])


DELETE_THEME = declare(
    DeleteTheme,
    delete_theme,
    SORTERS,
    done(BOB, ThemeDeleted(BUDGET), after=IN_THEME, theme=BUDGET),
    done(BOB, ThemeDeleted(TIME), after=MERGED, theme=TIME),
    refused(BOB, "unknown_theme", "theme", after=WRITTEN, theme=BUDGET),
    refused(BOB, "unknown_theme", "theme", after=DELETED, theme=BUDGET),
    refused(BOB, "unknown_theme", "theme", after=MERGED, theme=BUDGET),
    refusals=["unknown_theme"],
)


# --- restore_theme ---------------------------------------------------------------------------------------------------


class RestoreTheme(Command, frozen=True, tag="restore_theme"):
    """Bring back a deleted theme with its cards, or take a merged one out again."""

    theme: WireThemeId


def restore_theme(board: Board, command: RestoreTheme, who: Viewer, now: int) -> Decision:
    theme = board.themes.get(command.theme)
    if theme is None:
        raise Refused("unknown_theme", "theme")
    if theme.live:
        return Decision([])
    # What it went into may have been merged since, or deleted: then its cards are in no theme, as if it were too.
    into = board.root_of(theme.merged_into)
    back = undo("merge_themes", theme=theme.id, into=into) if into else undo("delete_theme", theme=theme.id)
    return Decision([ThemeRestored(theme.id)], [back])


RESTORE_THEME = declare(
    RestoreTheme,
    restore_theme,
    SORTERS,
    done(BOB, ThemeRestored(BUDGET), after=DELETED, theme=BUDGET),
    done(BOB, ThemeRestored(BUDGET), after=MERGED, theme=BUDGET),
    done(
        BOB,
        ThemeRestored(BUDGET),
        after=[*THREE_THEMES, MERGED[-1], does(BOB, "merge_themes", theme=TIME, into=MEANS)],
        theme=BUDGET,
    ),
    done(BOB, ThemeRestored(BUDGET), after=[*MERGED, does(BOB, "delete_theme", theme=TIME)], theme=BUDGET),
    done(BOB, after=IN_THEME, theme=BUDGET),
    refused(BOB, "unknown_theme", "theme", after=WRITTEN, theme=BUDGET),
    refusals=["unknown_theme"],
)
