"""Settings of a workshop: the lock, anonymity, votes, title and objective.

Pure. Commands, facts, fold and rules.
"""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType, structs

from speedboat.domain.declarations import ALICE, BOB, declare, does, done, refused
from speedboat.domain.features.people import list_people
from speedboat.domain.folds import folds
from speedboat.domain.messages import (
    TEXT_LIMIT,
    TITLE_LIMIT,
    Command,
    Decision,
    Event,
    Fact,
    Refused,
    Viewer,
    undo,
)
from speedboat.domain.permissions import EVERY, NEVER, OPEN, May
from speedboat.domain.records import Settings
from speedboat.domain.state import Board
from speedboat.domain.validation import clean_text, clean_title, finite

MOST_VOTES = 20
MOST_MINUTES = 60


# --- facts ----------------------------------------------------------------------------------------------------------


class WorkshopRenamed(Fact, frozen=True, tag="workshop_renamed"):
    """The title or objective was changed."""

    title: str
    objective: str = ""


class Locked(Fact, frozen=True, tag="locked"):
    """The workshop was locked, or unlocked."""

    locked: bool = True


class SettingsChanged(Fact, frozen=True, tag="settings_changed"):
    """The settings were changed; all of them are given."""

    settings: Settings


# --- fold -----------------------------------------------------------------------------------------------------------


def workshop_renamed(board: Board, fact: WorkshopRenamed, event: Event) -> None:
    board.title, board.objective = fact.title, fact.objective
    board.touch("workshop")


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


FOLDS = dict(
    [
        folds(WorkshopRenamed, workshop_renamed),
        folds(Locked, locked),
        folds(SettingsChanged, settings_changed),
    ]
)


FACILITATORS = May(NEVER, OPEN)


# --- lock ------------------------------------------------------------------------------------------------------------


class Lock(Command, frozen=True, tag="lock"):
    """Lock the workshop (participants stop writing, nobody new comes in), or unlock it."""

    locked: bool


def lock(board: Board, command: Lock, who: Viewer, now: int) -> Decision:
    if command.locked == board.locked:
        return Decision([])
    return Decision([Locked(command.locked)], [undo("lock", locked=board.locked)])


LOCK = declare(
    Lock,
    lock,
    FACILITATORS,
    done(ALICE, Locked(), locked=True),
    done(ALICE, Locked(locked=False), after=[does(ALICE, "lock", locked=True)], locked=False),
    done(ALICE, locked=False),
)


# --- change_settings -------------------------------------------------------------------------------------------------


class ChangeSettings(Command, frozen=True, tag="change_settings"):
    """Change settings; those left out stay as they are."""

    anonymous: bool | UnsetType = UNSET
    votes_each: int | UnsetType = UNSET
    votes_per_theme: int | UnsetType = UNSET
    minutes_per_theme: int | UnsetType = UNSET
    free: bool | UnsetType = UNSET
    one_phone_one_person: bool | UnsetType = UNSET
    language: Literal["fr", "en"] | UnsetType = UNSET


def change_settings(board: Board, command: ChangeSettings, who: Viewer, now: int) -> Decision:
    changes = {
        name: value
        for name in command.__struct_fields__
        if name != "id" and (value := getattr(command, name)) is not UNSET
    }
    bounds = {"votes_each": (1, MOST_VOTES), "votes_per_theme": (1, MOST_VOTES), "minutes_per_theme": (0, MOST_MINUTES)}
    for name, (least, most) in bounds.items():
        if name in changes:
            finite(changes[name], name, least, most)
    # People wrote under a promise: anonymity may come, it never goes once somebody has written or chosen something.
    if changes.get("anonymous") is False and board.settings.anonymous and board.has_had_words:
        raise Refused("anonymity_is_kept", "anonymous")
    settings = structs.replace(board.settings, **changes)
    if settings == board.settings:
        return Decision([])
    back = {name: getattr(board.settings, name) for name in changes if name != "anonymous" or not board.has_had_words}
    return Decision([SettingsChanged(settings)], [undo("change_settings", **back)] if back else [])


ANONYMOUS = does(ALICE, "change_settings", anonymous=True)
BOB_WRITES = does(BOB, "add_card", card="card:0000000000000001", kind="anchor", text="Pas de budget", weight=0.5)
PROMISED = "people write under the promise that nobody is named: anonymity never goes once a card exists"
CHANGE_SETTINGS = declare(
    ChangeSettings,
    change_settings,
    FACILITATORS,
    *(
        done(ALICE, SettingsChanged(structs.replace(Settings(), **change)), **change)
        for change in (
            {"votes_each": 1},
            {"votes_each": MOST_VOTES},
            {"votes_per_theme": 1},
            {"votes_per_theme": MOST_VOTES},
            {"minutes_per_theme": MOST_MINUTES},
            {"anonymous": True},
            {"free": True, "one_phone_one_person": True, "language": "en"},
        )
    ),
    done(ALICE, SettingsChanged(Settings()), after=[does(ALICE, "change_settings", free=True)], free=False),
    done(ALICE, SettingsChanged(Settings()), after=[ANONYMOUS], anonymous=False),
    done(ALICE, SettingsChanged(Settings(anonymous=True)), after=[BOB_WRITES], no_undo=PROMISED, anonymous=True),
    done(
        ALICE,
        SettingsChanged(Settings(anonymous=True, votes_each=3)),
        after=[BOB_WRITES],
        leaves=PROMISED,
        anonymous=True,
        votes_each=3,
    ),
    done(ALICE, after=[BOB_WRITES], anonymous=False),
    done(ALICE, minutes_per_theme=0),
    done(ALICE),
    refused(ALICE, "out_of_range", "votes_each", votes_each=0),
    refused(ALICE, "out_of_range", "votes_each", votes_each=MOST_VOTES + 1),
    refused(ALICE, "out_of_range", "votes_per_theme", votes_per_theme=0),
    refused(ALICE, "out_of_range", "votes_per_theme", votes_per_theme=MOST_VOTES + 1),
    refused(ALICE, "out_of_range", "minutes_per_theme", minutes_per_theme=-1),
    refused(ALICE, "out_of_range", "minutes_per_theme", minutes_per_theme=MOST_MINUTES + 1),
    refused(ALICE, "anonymity_is_kept", "anonymous", after=[ANONYMOUS, BOB_WRITES], anonymous=False),
    refusals=["out_of_range", "anonymity_is_kept"],
)


# --- rename_workshop -------------------------------------------------------------------------------------------------


class RenameWorkshop(Command, frozen=True, tag="rename_workshop"):
    """Change the title or the objective; what is left out stays as it is."""

    title: str | UnsetType = UNSET
    objective: str | UnsetType = UNSET


def rename_workshop(board: Board, command: RenameWorkshop, who: Viewer, now: int) -> Decision:
    title = board.title if command.title is UNSET else clean_title(command.title)
    objective = (
        board.objective if command.objective is UNSET else clean_text(command.objective, "objective", may_be_empty=True)
    )
    if (title, objective) == (board.title, board.objective):
        return Decision([])
    back = undo("rename_workshop", title=board.title, objective=board.objective)
    return Decision([WorkshopRenamed(title, objective)], [back])


RENAME_WORKSHOP = declare(
    RenameWorkshop,
    rename_workshop,
    May(NEVER, EVERY),
    done(ALICE, WorkshopRenamed("Où aller ?", "Une île"), title=" Où  aller ? "),
    done(ALICE, WorkshopRenamed("Où en sommes-nous ?", "Deux îles"), objective="Deux îles"),
    done(ALICE, WorkshopRenamed("Où en sommes-nous ?", ""), objective=" "),
    done(ALICE, WorkshopRenamed("Où aller ?", "Deux îles"), title="Où aller ?", objective="Deux îles"),
    done(ALICE, title="Où en sommes-nous ?", objective="Une île"),
    done(ALICE),
    refused(ALICE, "text_empty", "title", title=" "),
    refused(ALICE, "text_too_long", "title", title="t" * (TITLE_LIMIT + 1)),
    refused(ALICE, "text_too_long", "objective", objective="o" * (TEXT_LIMIT + 1)),
    refused(ALICE, "text_malformed", "title", title="\ud83d"),
    refused(ALICE, "text_malformed", "objective", objective="\ud83d"),
    refusals=["text_empty", "text_too_long", "text_malformed"],
)
