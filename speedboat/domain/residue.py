"""What may remain of a workshop that is erased: its figures, theme titles and accepted actions, in a log of its own.

Pure. The log is written from the board as it is at the end, so nothing of who did what, or when, is in it. Cards are
there to be counted: their kind, weight, votes and theme; their words are not. Names of participants are masked in what
is kept; what a group wrote into titles and actions beyond that stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import structs

from speedboat.domain.features.actions import ActionSet
from speedboat.domain.features.cards import AgreesCounted, CardAdded, agrees, can_read
from speedboat.domain.features.headcount import PeopleCounted
from speedboat.domain.features.links import Linked
from speedboat.domain.features.people import participants
from speedboat.domain.features.phases import PhaseSet, WorkshopCreated
from speedboat.domain.features.purge_date import WorkshopPurged
from speedboat.domain.features.settings import SettingsChanged
from speedboat.domain.features.themes import ERASED_TITLE, CardPutInTheme, ThemeAdded
from speedboat.domain.features.votes import FEWEST_ESTIMATES, EstimatesCounted, VotesCounted
from speedboat.domain.ids import CardId, PersonId, TargetId, ThemeId
from speedboat.domain.messages import SCREEN, Event, Fact
from speedboat.domain.name_mask import NameMask
from speedboat.domain.state import Board, Card

Targets = Mapping[TargetId, TargetId]  # of the workshop -> of what remains of it


def residue(board: Board, names: Mapping[PersonId, str], at: int, purged_on: str) -> list[Event]:
    """Return the log of what remains of a workshop.

    Args:
        names: of its people, all to be masked.
        at: ms since the epoch, the time of every event.
        purged_on: the day (YYYY-MM-DD) on which the workshop is erased.
    """
    without_device = [card.for_ for card in board.cards.values() if card.for_]
    mask = NameMask([*names.values(), *board.former_names.values(), *without_device], strict=True)
    facts = _facts(board, mask, purged_on)
    return [Event(seq, at, None, fact) for seq, fact in enumerate(facts, 1)]


def _facts(board: Board, mask: NameMask, purged_on: str) -> Iterator[Fact]:
    language = board.settings.language
    title, objective = mask.of(board.title), mask.of(board.objective)
    yield WorkshopCreated(title, objective, language, board.format, board.format_version, board.time_zone)
    yield SettingsChanged(structs.replace(board.settings, anonymous=True))
    yield PeopleCounted(participants=len(participants(board)))
    cards = _cards(board)
    themes = {theme.id: theme for theme in board.themes.values() if theme.live}
    targets: dict[TargetId, TargetId] = {theme: theme for theme in themes} | {card.id: new for new, card in cards}
    for new, card in cards:
        yield CardAdded(new, card.kind, ERASED_TITLE, card.x, card.y, card.weight)
        if count := agrees(board, card):
            yield AgreesCounted(new, count)
    for theme in themes.values():
        yield ThemeAdded(theme.id, mask.of(theme.title))
    for new, card in cards:
        if (theme_id := board.theme_of(card)) is not None:
            yield CardPutInTheme(new, theme_id)
    yield from _choices(board, targets)
    for link in board.links.values():
        if link.wind in targets and link.brake in targets:
            yield Linked(targets[link.wind], targets[link.brake])
    yield from _actions(board, mask, set(themes))
    yield PhaseSet("closed")
    yield WorkshopPurged(purged_on)


def _cards(board: Board) -> list[tuple[CardId, Card]]:
    """Return the cards that everybody could read, in an order that says nothing, with new ids."""
    cards = [card for card in board.cards.values() if not card.deleted and can_read(board, card.id, SCREEN)]
    cards.sort(key=lambda card: (card.kind, card.weight, card.x, card.y))
    return [(CardId(f"card:{n:016d}"), card) for n, card in enumerate(cards, 1)]


def _choices(board: Board, targets: Targets) -> Iterator[Fact]:
    votes = {new: total for target, new in targets.items() if (total := board.total_on(target))}
    if votes:
        yield VotesCounted(votes)
    for target, new in targets.items():
        knots = [one for person, one in board.estimates.get(target, {}).items() if board.counts(person)]
        if len(knots) >= FEWEST_ESTIMATES:
            yield EstimatesCounted(new, sorted(knots), FEWEST_ESTIMATES)


def _actions(board: Board, mask: NameMask, themes: set[ThemeId]) -> Iterator[Fact]:
    for action in board.actions.values():
        if action.deleted or action.state == "proposed":
            continue
        about = board.root_of(action.theme)
        theme = about if about in themes else None
        yield ActionSet(action.id, mask.of(action.text), action.state, due=action.due, theme=theme)
