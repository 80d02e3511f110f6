"""The facilitated path: phases, open kinds, prompts, revealing, the airlock, locking, the settings.

Pure. What a phase hides is decided where the hidden thing lives (`cards.py`, `votes.py`); what a phase allows is the
table in `permissions.py`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType, structs

from speedboat.domain.features.card_rules import live_card
from speedboat.domain.features.cards import CardId, can_read
from speedboat.domain.features.people import list_people, participants
from speedboat.domain.features.votes import has_voted
from speedboat.domain.messages import PHASES, Command, Decision, Event, Fact, Phase, Refused, Viewer, Whole, undo
from speedboat.domain.records import Progress, Settings, WorkshopRecord
from speedboat.domain.scene import KINDS, Kind
from speedboat.domain.state import Board
from speedboat.domain.validation import clean_text, clean_title, finite

MOST_VOTES = 20
MOST_MINUTES = 60
REVEALING_PHASES = PHASES[PHASES.index("group") :]


# --- commands -------------------------------------------------------------------------------------------------------


class SetPhase(Command, frozen=True, tag="set_phase"):
    phase: Phase


class OpenKinds(Command, frozen=True, tag="open_kinds"):
    kinds: Annotated[list[Kind], msgspec.Meta(max_length=3)]


class SetPrompt(Command, frozen=True, tag="set_prompt"):
    kind: Kind
    text: str


class Reveal(Command, frozen=True, tag="reveal"):
    """Everything not held, or just these cards."""

    cards: Annotated[list[CardId], msgspec.Meta(max_length=1000)] | UnsetType = UNSET


class HoldCard(Command, frozen=True, tag="hold_card"):
    card: CardId
    reason: str


class ReleaseCard(Command, frozen=True, tag="release_card"):
    card: CardId


class Lock(Command, frozen=True, tag="lock"):
    locked: bool


class ChangeSettings(Command, frozen=True, tag="change_settings"):
    anonymous: bool | UnsetType = UNSET
    votes_each: int | UnsetType = UNSET
    votes_per_theme: int | UnsetType = UNSET
    minutes_per_theme: int | UnsetType = UNSET
    free: bool | UnsetType = UNSET
    one_phone_one_person: bool | UnsetType = UNSET
    language: Literal["fr", "en"] | UnsetType = UNSET


class RenameWorkshop(Command, frozen=True, tag="rename_workshop"):
    title: str | UnsetType = UNSET
    objective: str | UnsetType = UNSET


# --- facts ----------------------------------------------------------------------------------------------------------


class WorkshopCreated(Fact, frozen=True, tag="workshop_created"):
    title: str
    objective: str = ""
    language: Literal["fr", "en"] = "fr"
    format: str = "speedboat"
    format_version: Whole = 1


class WorkshopRenamed(Fact, frozen=True, tag="workshop_renamed"):
    title: str
    objective: str = ""


class PhaseSet(Fact, frozen=True, tag="phase_set"):
    phase: Phase


class KindsOpened(Fact, frozen=True, tag="kinds_opened"):
    kinds: list[Kind]


class PromptSet(Fact, frozen=True, tag="prompt_set"):
    kind: Kind
    text: str


class CardsRevealed(Fact, frozen=True, tag="cards_revealed"):
    cards: list[str]


class CardHeld(Fact, frozen=True, tag="card_held"):
    card: str
    reason: str


class CardReleased(Fact, frozen=True, tag="card_released"):
    card: str
    revealed: bool = False


class Locked(Fact, frozen=True, tag="locked"):
    locked: bool = True


class SettingsChanged(Fact, frozen=True, tag="settings_changed"):
    settings: Settings


# --- fold -----------------------------------------------------------------------------------------------------------


def workshop_created(board: Board, fact: WorkshopCreated, event: Event) -> None:
    board.title, board.objective = fact.title, fact.objective
    board.settings = structs.replace(board.settings, language=fact.language)
    board.format, board.format_version = fact.format, fact.format_version
    board.touch("workshop")


def workshop_renamed(board: Board, fact: WorkshopRenamed, event: Event) -> None:
    board.title, board.objective = fact.title, fact.objective
    board.touch("workshop")


def phase_set(board: Board, fact: PhaseSet, event: Event) -> None:
    board.phase = fact.phase
    if fact.phase in REVEALING_PHASES:
        for card in board.cards.values():
            card.revealed = card.revealed or card.held is None
    for person in board.people.values():
        person.ready = False
    list_people(board)
    # A phase decides what everybody may see, so everything is new to everybody.
    board.touch_all()


def kinds_opened(board: Board, fact: KindsOpened, event: Event) -> None:
    board.kinds_open = list(fact.kinds)
    board.touch("workshop")


def prompt_set(board: Board, fact: PromptSet, event: Event) -> None:
    if fact.text:
        board.prompts[fact.kind] = fact.text
    else:
        board.prompts.pop(fact.kind, None)
    board.touch("workshop")


def cards_revealed(board: Board, fact: CardsRevealed, event: Event) -> None:
    for card_id in fact.cards:
        if card := board.cards.get(card_id):
            card.revealed = True
            board.touch_around(card)


def card_held(board: Board, fact: CardHeld, event: Event) -> None:
    if card := board.cards.get(fact.card):
        card.held = fact.reason
        board.touch_around(card)


def card_released(board: Board, fact: CardReleased, event: Event) -> None:
    if card := board.cards.get(fact.card):
        card.held, card.revealed = None, card.revealed or fact.revealed
        board.touch_around(card)


def locked(board: Board, fact: Locked, event: Event) -> None:
    board.locked = fact.locked
    list_people(board)
    board.touch("workshop")


def settings_changed(board: Board, fact: SettingsChanged, event: Event) -> None:
    shows_otherwise = (board.settings.anonymous, board.settings.free) != (fact.settings.anonymous, fact.settings.free)
    board.settings = fact.settings
    list_people(board)
    if shows_otherwise:
        board.touch_all()
    board.touch("workshop")


FOLDS: dict[type[Fact], Any] = {
    WorkshopCreated: workshop_created,
    WorkshopRenamed: workshop_renamed,
    PhaseSet: phase_set,
    KindsOpened: kinds_opened,
    PromptSet: prompt_set,
    CardsRevealed: cards_revealed,
    CardHeld: card_held,
    CardReleased: card_released,
    Locked: locked,
    SettingsChanged: settings_changed,
}


def view(board: Board, record_id: str, viewer: Viewer) -> WorkshopRecord:
    return WorkshopRecord(
        id="workshop",
        seq=board.stamp("workshop", viewer),
        title=board.title,
        objective=board.objective,
        phase=board.phase,
        kinds_open=board.kinds_open,
        prompts=board.prompts,
        timer=board.timer,
        focus=board.focus,
        locked=board.locked,
        door=board.door,
        settings=board.settings,
        progress=progress(board),
        shared=board.summary_shared or UNSET,
    )


def progress(board: Board) -> Progress:
    """How far the room is: participants only, so that "30 of 30" is reached without the facilitators."""
    room = participants(board)
    if board.focus is not None:
        estimators = set(board.estimates.get(board.focus, ()))
    else:
        estimators = {person for knots in board.estimates.values() for person in knots}
    return Progress(
        ready=sum(person.ready for person in room),
        voted=sum(person.voted or has_voted(board, person.id) for person in room),
        estimated=sum(person.estimated or person.id in estimators for person in room),
        of=len(room),
    )


# --- rules ----------------------------------------------------------------------------------------------------------


def set_phase(board: Board, command: SetPhase, who: Viewer, now: int) -> Decision:
    if command.phase == board.phase:
        return Decision([])
    return Decision([PhaseSet(command.phase)], [undo("set_phase", phase=board.phase)])


def open_kinds(board: Board, command: OpenKinds, who: Viewer, now: int) -> Decision:
    kinds = [kind for kind in KINDS if kind in command.kinds]
    if kinds == board.kinds_open:
        return Decision([])
    return Decision([KindsOpened(kinds)], [undo("open_kinds", kinds=board.kinds_open)])


def set_prompt(board: Board, command: SetPrompt, who: Viewer, now: int) -> Decision:
    text, before = clean_text(command.text, may_be_empty=True), board.prompts.get(command.kind, "")
    if text == before:
        return Decision([])
    return Decision([PromptSet(command.kind, text)], [undo("set_prompt", kind=command.kind, text=before)])


def reveal(board: Board, command: Reveal, who: Viewer, now: int) -> Decision:
    """No undo: what was read cannot be unread."""
    if command.cards is UNSET:
        chosen = [card for card in board.cards.values() if card.held is None and not card.deleted]
    else:
        chosen = [live_card(board, card_id, who, "cards") for card_id in dict.fromkeys(command.cards)]
        if any(card.held is not None for card in chosen):
            raise Refused("held_card", "cards")
    unseen = [card.id for card in chosen if not card.revealed]
    return Decision([CardsRevealed(unseen)] if unseen else [])


def hold_card(board: Board, command: HoldCard, who: Viewer, now: int) -> Decision:
    card = live_card(board, command.card, who)
    if not can_read(board, card.id, who):
        raise Refused("hidden_card", "card")
    reason = clean_text(command.reason, "reason")
    if card.held == reason:
        return Decision([])
    back = undo("release_card", card=card.id)
    if card.held is not None:
        back = undo("hold_card", card=card.id, reason=card.held)
    return Decision([CardHeld(card.id, reason)], [back])


def release_card(board: Board, command: ReleaseCard, who: Viewer, now: int) -> Decision:
    card = live_card(board, command.card, who)
    if card.held is None:
        return Decision([])
    fact = CardReleased(card.id, revealed=board.phase in REVEALING_PHASES)
    return Decision([fact], [undo("hold_card", card=card.id, reason=card.held)])


def lock(board: Board, command: Lock, who: Viewer, now: int) -> Decision:
    if command.locked == board.locked:
        return Decision([])
    return Decision([Locked(command.locked)], [undo("lock", locked=board.locked)])


def change_settings(board: Board, command: ChangeSettings, who: Viewer, now: int) -> Decision:
    asked = {
        name: value
        for name in command.__struct_fields__
        if name != "id" and (value := getattr(command, name)) is not UNSET
    }
    for name in ("votes_each", "votes_per_theme"):
        if name in asked:
            finite(asked[name], name, 1, MOST_VOTES)
    finite(asked.get("minutes_per_theme", 0), "minutes_per_theme", 0, MOST_MINUTES)
    # People wrote under a promise: anonymity may come, it never goes once somebody has written or chosen something.
    if asked.get("anonymous") is False and board.settings.anonymous and board.has_had_words:
        raise Refused("anonymity_is_kept", "anonymous")
    settings = structs.replace(board.settings, **asked)
    if settings == board.settings:
        return Decision([])
    back = {name: getattr(board.settings, name) for name in asked if name != "anonymous" or not board.has_had_words}
    return Decision([SettingsChanged(settings)], [undo("change_settings", **back)] if back else [])


def rename_workshop(board: Board, command: RenameWorkshop, who: Viewer, now: int) -> Decision:
    title = board.title if command.title is UNSET else clean_title(command.title)
    objective = (
        board.objective if command.objective is UNSET else clean_text(command.objective, "objective", may_be_empty=True)
    )
    if (title, objective) == (board.title, board.objective):
        return Decision([])
    back = undo("rename_workshop", title=board.title, objective=board.objective)
    return Decision([WorkshopRenamed(title, objective)], [back])


RULES: dict[type[Command], Any] = {
    SetPhase: set_phase,
    OpenKinds: open_kinds,
    SetPrompt: set_prompt,
    Reveal: reveal,
    HoldCard: hold_card,
    ReleaseCard: release_card,
    Lock: lock,
    ChangeSettings: change_settings,
    RenameWorkshop: rename_workshop,
}
