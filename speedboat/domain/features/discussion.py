"""The discussion: what is in focus, which wind relieves which brake, what was noted.

Pure. Actions, which come out of a discussion, are in `actions.py`.
"""

from __future__ import annotations

from typing import Any

from speedboat.domain.features.card_rules import readable_card
from speedboat.domain.features.themes import live_theme
from speedboat.domain.features.timer import TimerSet
from speedboat.domain.features.votes import Target
from speedboat.domain.limits import refuse_beyond
from speedboat.domain.messages import Command, Decision, Event, Fact, Refused, Viewer, undo
from speedboat.domain.records import LinkRecord
from speedboat.domain.state import Board, Link
from speedboat.domain.validation import clean_text


class LinkCommand(Command, frozen=True, tag="link"):
    wind: Target
    brake: Target


class Unlink(Command, frozen=True, tag="unlink"):
    wind: Target
    brake: Target


class Focus(Command, frozen=True, tag="focus"):
    target: Target | None


class Note(Command, frozen=True, tag="note"):
    """What was said about a theme or a card; an empty text takes the note away."""

    target: Target
    text: str


class Linked(Fact, frozen=True, tag="linked"):
    wind: str
    brake: str


class Unlinked(Fact, frozen=True, tag="unlinked"):
    wind: str
    brake: str


class Focused(Fact, frozen=True, tag="focused"):
    target: str | None = None


class Noted(Fact, frozen=True, tag="noted"):
    target: str
    text: str = ""


def link_id(wind: str, brake: str) -> str:
    return f"link:{wind}>{brake}"


# --- fold -----------------------------------------------------------------------------------------------------------


def linked(board: Board, fact: Linked, event: Event) -> None:
    record_id = link_id(fact.wind, fact.brake)
    board.links[record_id] = Link(record_id, fact.wind, fact.brake)
    board.touch(record_id)


def unlinked(board: Board, fact: Unlinked, event: Event) -> None:
    record_id = link_id(fact.wind, fact.brake)
    board.links.pop(record_id, None)
    board.touch(record_id)


def focused(board: Board, fact: Focused, event: Event) -> None:
    board.focus = fact.target
    board.touch("workshop")


def noted(board: Board, fact: Noted, event: Event) -> None:
    if place := board.cards.get(fact.target) or board.themes.get(fact.target):
        place.note = fact.text or None
        board.touch(fact.target)


FOLDS: dict[type[Fact], Any] = {Linked: linked, Unlinked: unlinked, Focused: focused, Noted: noted}


def view(board: Board, record_id: str, viewer: Viewer) -> LinkRecord | None:
    link = board.links.get(record_id)
    if link is None or not all(_is_live(board, end) for end in (link.wind, link.brake)):
        return None
    return LinkRecord(id=link.id, seq=board.stamp(link.id, viewer), wind=link.wind, brake=link.brake)


def _is_live(board: Board, target: str) -> bool:
    """A card that is in a theme is still there to be linked, unlike for a vote."""
    return board.counts_on(target) is not None and (target.startswith("card:") or board.counts_on(target) == target)


# --- rules ----------------------------------------------------------------------------------------------------------


def link(board: Board, command: LinkCommand, who: Viewer, now: int) -> Decision:
    if "wind" not in _kinds_of(board, command.wind, who, "wind"):
        raise Refused("not_a_wind", "wind")
    if not _kinds_of(board, command.brake, who, "brake") - {"wind"}:
        raise Refused("not_a_brake", "brake")
    if link_id(command.wind, command.brake) in board.links:
        return Decision([])
    refuse_beyond(board.limits.links, len(board.links), "too_many_links")
    back = undo("unlink", wind=command.wind, brake=command.brake)
    return Decision([Linked(command.wind, command.brake)], [back])


def _kinds_of(board: Board, target: str, who: Viewer, field: str) -> set[str]:
    """The kinds a card or a theme is made of."""
    if target.startswith("card:"):
        return {readable_card(board, target, who, field).kind}
    theme = live_theme(board, target, field)
    return {card.kind for card in board.cards.values() if not card.deleted and board.theme_of(card) == theme.id}


def unlink(board: Board, command: Unlink, who: Viewer, now: int) -> Decision:
    if link_id(command.wind, command.brake) not in board.links:
        return Decision([])
    back = undo("link", wind=command.wind, brake=command.brake)
    return Decision([Unlinked(command.wind, command.brake)], [back])


def focus(board: Board, command: Focus, who: Viewer, now: int) -> Decision:
    if command.target == board.focus:
        return Decision([])
    if command.target is not None:
        _existing(board, command.target, who)
    return Decision(
        [Focused(command.target), *_its_timer(board, command.target, now)], [undo("focus", target=board.focus)]
    )


def _its_timer(board: Board, target: str | None, now: int) -> list[Fact]:
    """Each theme of the discussion has a time of its own, where the workshop says how long."""
    minutes = board.settings.minutes_per_theme
    return [TimerSet(ends=now + minutes * 60_000)] if minutes and target and board.phase == "discuss" else []


def note(board: Board, command: Note, who: Viewer, now: int) -> Decision:
    before = _existing(board, command.target, who) or ""
    text = clean_text(command.text, may_be_empty=True)
    if text == before:
        return Decision([])
    return Decision([Noted(command.target, text)], [undo("note", target=command.target, text=before)])


def _existing(board: Board, target: str, who: Viewer) -> str | None:
    """The note of a card or theme that is there to be talked about."""
    if target.startswith("card:"):
        return readable_card(board, target, who, "target").note
    return live_theme(board, target, "target").note


RULES: dict[type[Command], Any] = {LinkCommand: link, Unlink: unlink, Focus: focus, Note: note}
