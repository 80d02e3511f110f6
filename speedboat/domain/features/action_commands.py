"""The commands of actions: to propose, edit, delete, restore and accept them. Pure. What an action is: `actions.py`."""

from __future__ import annotations

import datetime
from typing import Literal

from msgspec import UNSET, UnsetType

from speedboat.domain.declarations import ALICE, BOB, DAN, declare, does, done, refused
from speedboat.domain.features.actions import YEARS, ActionDeleted, ActionSet, WireActionId
from speedboat.domain.features.themes import WireThemeId, live_theme
from speedboat.domain.ids import ActionId, ThemeId
from speedboat.domain.limits import Limits, refuse_beyond
from speedboat.domain.messages import NAME_LIMIT, TEXT_LIMIT, Command, Decision, Refused, Viewer, undo
from speedboat.domain.permissions import EVERY, NEVER, OPEN, TALKING, May
from speedboat.domain.state import Action, Board
from speedboat.domain.validation import clean_name, clean_text, finite

# Of the examples: while actions are proposed, one by Bob and one by Alice, which is accepted.
BOBS, ALICES, UNKNOWN = (ActionId(f"action:{n:016d}") for n in (1, 2, 9))
COSTS = ThemeId(f"theme:{1:016d}")
ACT = does(ALICE, "set_phase", phase="act")
WITH_A_THEME = (ACT, does(ALICE, "add_theme", theme=COSTS, title="Coûts"))
COSTS_DELETED = does(ALICE, "delete_theme", theme=COSTS)
PROPOSED = (ACT, does(BOB, "add_action", action=BOBS, text="Appeler la mairie"))
ACCEPTED = (ACT, does(ALICE, "add_action", action=ALICES, text="Écrire au siège"))
BOBS_DELETED = does(BOB, "delete_action", action=BOBS)
BOBS_ACCEPTED = does(ALICE, "accept_action", action=BOBS)
TOO_LONG = "a" * (TEXT_LIMIT + 1)
HALF_A_CHARACTER = "\ud83d"
KEPT = "an action that was accepted is not proposed again"


# --- add_action ------------------------------------------------------------------------------------------------------


class AddAction(Command, frozen=True, tag="add_action"):
    """Propose an action; `due` is YYYY-MM-DD."""

    action: WireActionId
    text: str
    owner: str | None = None
    due: str | None = None
    theme: WireThemeId | None = None


def add_action(board: Board, command: AddAction, who: Viewer, now: int) -> Decision:
    board.refuse_taken(command.action, "action")
    refuse_beyond(board.limits.actions, len(board.actions), "too_many_actions")
    fact = ActionSet(
        action=command.action,
        text=clean_text(command.text),
        state="accepted" if who.facilitates else "proposed",
        by=who.person,
        owner=_owner(command.owner),
        due=_due(command.due),
        theme=_theme(board, command.theme),
    )
    return Decision([fact], [undo("delete_action", action=command.action)])


ADD_ACTION = declare(
    AddAction,
    add_action,
    May(TALKING, OPEN),
    done(
        BOB,
        ActionSet(BOBS, "Appeler la mairie", "proposed", BOB),
        after=[ACT],
        action=BOBS,
        text=" Appeler la mairie ",
    ),
    done(ALICE, ActionSet(ALICES, "Écrire", "accepted", ALICE), action=ALICES, text="Écrire"),
    done(
        BOB,
        ActionSet(BOBS, "Appeler", "proposed", BOB, "Carol D.", "2026-12-31", COSTS),
        after=WITH_A_THEME,
        action=BOBS,
        text="Appeler",
        owner=" Carol  D. ",
        due="20261231",
        theme=COSTS,
    ),
    done(
        BOB,
        ActionSet(BOBS, "Appeler", "proposed", BOB),
        after=[ACT],
        action=BOBS,
        text="Appeler",
        owner="",
        due="",
    ),
    done(ALICE, ActionSet(BOBS, "a", "accepted", ALICE, due="1970-01-01"), action=BOBS, text="a", due="1970-01-01"),
    done(ALICE, ActionSet(BOBS, "a", "accepted", ALICE, due="2200-12-31"), action=BOBS, text="a", due="2200-12-31"),
    refused(BOB, "id_taken", "action", after=PROPOSED, action=BOBS, text="Appeler"),
    refused(BOB, "id_taken", "action", after=[*PROPOSED, does(BOB, "take_back")], action=BOBS, text="Appeler"),
    refused(BOB, "too_many_actions", after=ACCEPTED, limits=Limits(actions=1), action=BOBS, text="Appeler"),
    refused(BOB, "text_empty", "text", after=[ACT], action=BOBS, text=" "),
    refused(BOB, "text_too_long", "text", after=[ACT], action=BOBS, text=TOO_LONG),
    refused(BOB, "text_malformed", "text", after=[ACT], action=BOBS, text=HALF_A_CHARACTER),
    refused(BOB, "text_too_long", "owner", after=[ACT], action=BOBS, text="Appeler", owner="o" * (NAME_LIMIT + 1)),
    refused(BOB, "text_malformed", "owner", after=[ACT], action=BOBS, text="Appeler", owner=HALF_A_CHARACTER),
    refused(BOB, "not_a_date", "due", after=[ACT], action=BOBS, text="Appeler", due="demain"),
    refused(BOB, "out_of_range", "due", after=[ACT], action=BOBS, text="Appeler", due="1969-12-31"),
    refused(BOB, "out_of_range", "due", after=[ACT], action=BOBS, text="Appeler", due="2201-01-01"),
    refused(BOB, "unknown_theme", "theme", after=[ACT], action=BOBS, text="Appeler", theme=COSTS),
    refused(BOB, "unknown_theme", "theme", after=[*WITH_A_THEME, COSTS_DELETED], action=BOBS, text="a", theme=COSTS),
    refusals=[
        "id_taken",
        "too_many_actions",
        "text_empty",
        "text_too_long",
        "text_malformed",
        "not_a_date",
        "out_of_range",
        "unknown_theme",
    ],
)


# --- edit_action -----------------------------------------------------------------------------------------------------


class EditAction(Command, frozen=True, tag="edit_action"):
    """Only what is named changes; null takes an owner, a date or a theme away."""

    action: WireActionId
    text: str | UnsetType = UNSET
    owner: str | UnsetType | None = UNSET
    due: str | UnsetType | None = UNSET
    theme: WireThemeId | UnsetType | None = UNSET
    state: Literal["accepted", "done"] | UnsetType = UNSET


def edit_action(board: Board, command: EditAction, who: Viewer, now: int) -> Decision:
    action = _own_action(board, command.action, who)
    if command.state is not UNSET and not who.facilitates:
        raise Refused("facilitators_only", "state")
    after = ActionSet(
        action=action.id,
        text=action.text if command.text is UNSET else clean_text(command.text),
        state=action.state if command.state is UNSET else command.state,
        by=action.by,
        owner=action.owner if command.owner is UNSET else _owner(command.owner),
        due=action.due if command.due is UNSET else _due(command.due),
        theme=action.theme if command.theme is UNSET else _theme(board, command.theme),
    )
    changed = {
        name: getattr(action, name)
        for name in ("text", "state", "owner", "due", "theme")
        if getattr(action, name) != getattr(after, name)
    }
    if not changed:
        return Decision([])
    can_come_back = changed.get("state") != "proposed" and _may_have_theme(board, changed.get("theme"))
    return Decision([after], [undo("edit_action", action=action.id, **changed)] if can_come_back else [])


EDIT_ACTION = declare(
    EditAction,
    edit_action,
    May(TALKING, EVERY),
    done(
        BOB,
        ActionSet(BOBS, "Écrire", "proposed", BOB),
        after=PROPOSED,
        action=BOBS,
        text=" Écrire ",
    ),
    done(
        BOB,
        ActionSet(BOBS, "Appeler la mairie", "proposed", BOB, "Carol", "2026-12-31", COSTS),
        after=[*PROPOSED, WITH_A_THEME[1]],
        action=BOBS,
        owner="Carol",
        due="2026-12-31",
        theme=COSTS,
    ),
    done(
        ALICE,
        ActionSet(BOBS, "Appeler la mairie", "proposed", BOB),
        after=[
            *PROPOSED,
            WITH_A_THEME[1],
            does(BOB, "edit_action", action=BOBS, owner="Carol", due="2026-12-31", theme=COSTS),
        ],
        action=BOBS,
        owner=None,
        due=None,
        theme=None,
    ),
    done(
        ALICE,
        ActionSet(BOBS, "Appeler la mairie", "proposed", BOB),
        after=[*PROPOSED, WITH_A_THEME[1], does(BOB, "edit_action", action=BOBS, theme=COSTS), COSTS_DELETED],
        no_undo="the theme it was in is in the bin",
        action=BOBS,
        theme=None,
    ),
    done(
        ALICE,
        ActionSet(BOBS, "Appeler la mairie", "accepted", BOB),
        after=PROPOSED,
        no_undo=KEPT,
        action=BOBS,
        state="accepted",
    ),
    done(ALICE, ActionSet(ALICES, "Écrire au siège", "done", ALICE), after=ACCEPTED, action=ALICES, state="done"),
    done(BOB, ActionSet(BOBS, "Appeler la mairie", "proposed", BOB, "Eve"), after=PROPOSED, action=BOBS, owner="Eve"),
    done(
        BOB,
        ActionSet(BOBS, "Appeler la mairie", "proposed", BOB, due="2026-12-31"),
        after=PROPOSED,
        action=BOBS,
        due="2026-12-31",
    ),
    done(
        BOB,
        ActionSet(BOBS, "Appeler la mairie", "proposed", BOB, theme=COSTS),
        after=[*PROPOSED, WITH_A_THEME[1]],
        action=BOBS,
        theme=COSTS,
    ),
    done(BOB, after=PROPOSED, action=BOBS, text="Appeler la mairie", owner=None),
    done(BOB, after=PROPOSED, action=BOBS),
    refused(ALICE, "unknown_action", "action", after=[ACT], action=UNKNOWN, text="Écrire"),
    refused(BOB, "unknown_action", "action", after=[*PROPOSED, BOBS_DELETED], action=BOBS, text="Écrire"),
    refused(DAN, "not_yours", "action", after=PROPOSED, action=BOBS, text="Écrire"),
    refused(BOB, "not_yours", "action", after=[*PROPOSED, BOBS_ACCEPTED], action=BOBS, text="Écrire"),
    refused(BOB, "facilitators_only", "state", after=PROPOSED, action=BOBS, state="accepted"),
    refused(BOB, "text_empty", "text", after=PROPOSED, action=BOBS, text=" "),
    refused(BOB, "text_too_long", "text", after=PROPOSED, action=BOBS, text=TOO_LONG),
    refused(BOB, "text_malformed", "text", after=PROPOSED, action=BOBS, text=HALF_A_CHARACTER),
    refused(BOB, "text_too_long", "owner", after=PROPOSED, action=BOBS, owner="o" * (NAME_LIMIT + 1)),
    refused(BOB, "not_a_date", "due", after=PROPOSED, action=BOBS, due="2026-02-30"),
    refused(BOB, "out_of_range", "due", after=PROPOSED, action=BOBS, due="2201-01-01"),
    refused(BOB, "unknown_theme", "theme", after=PROPOSED, action=BOBS, theme=COSTS),
    refusals=[
        "unknown_action",
        "not_yours",
        "facilitators_only",
        "text_empty",
        "text_too_long",
        "text_malformed",
        "not_a_date",
        "out_of_range",
        "unknown_theme",
    ],
)


# --- delete_action ---------------------------------------------------------------------------------------------------


class DeleteAction(Command, frozen=True, tag="delete_action"):
    """Put an action in the bin."""

    action: WireActionId


def delete_action(board: Board, command: DeleteAction, who: Viewer, now: int) -> Decision:
    action = _own_action(board, command.action, who)
    return Decision([ActionDeleted(action.id)], [undo("restore_action", action=action.id)])


DELETE_ACTION = declare(
    DeleteAction,
    delete_action,
    May(TALKING, OPEN),
    done(BOB, ActionDeleted(BOBS), after=PROPOSED, action=BOBS),
    done(ALICE, ActionDeleted(BOBS), after=[*PROPOSED, BOBS_ACCEPTED], action=BOBS),
    refused(BOB, "unknown_action", "action", after=[ACT], action=UNKNOWN),
    refused(ALICE, "unknown_action", "action", after=[*PROPOSED, BOBS_DELETED], action=BOBS),
    refused(DAN, "not_yours", "action", after=PROPOSED, action=BOBS),
    refused(BOB, "not_yours", "action", after=[*PROPOSED, BOBS_ACCEPTED], action=BOBS),
    refusals=["unknown_action", "not_yours"],
)


# --- restore_action --------------------------------------------------------------------------------------------------


class RestoreAction(Command, frozen=True, tag="restore_action"):
    """Take an action out of the bin."""

    action: WireActionId


def restore_action(board: Board, command: RestoreAction, who: Viewer, now: int) -> Decision:
    action = _known_action(board, command.action, who)
    if not action.deleted:
        return Decision([])
    return Decision([ActionDeleted(action.id, deleted=False)], [undo("delete_action", action=action.id)])


RESTORE_ACTION = declare(
    RestoreAction,
    restore_action,
    May(TALKING, OPEN),
    done(BOB, ActionDeleted(BOBS, deleted=False), after=[*PROPOSED, BOBS_DELETED], action=BOBS),
    done(ALICE, ActionDeleted(BOBS, deleted=False), after=[*PROPOSED, BOBS_DELETED], action=BOBS),
    done(BOB, after=PROPOSED, action=BOBS),
    refused(BOB, "unknown_action", "action", after=[ACT], action=UNKNOWN),
    refused(DAN, "not_yours", "action", after=[*PROPOSED, BOBS_DELETED], action=BOBS),
    refusals=["unknown_action", "not_yours"],
)


# --- accept_action ---------------------------------------------------------------------------------------------------


class AcceptAction(Command, frozen=True, tag="accept_action"):
    """Accept a proposed action."""

    action: WireActionId


def accept_action(board: Board, command: AcceptAction, who: Viewer, now: int) -> Decision:
    return edit_action(board, EditAction(command.id, command.action, state="accepted"), who, now)


ACCEPT_ACTION = declare(
    AcceptAction,
    accept_action,
    May(NEVER, EVERY),
    done(
        ALICE,
        ActionSet(BOBS, "Appeler la mairie", "accepted", BOB),
        after=PROPOSED,
        no_undo=KEPT,
        action=BOBS,
    ),
    done(
        ALICE,
        ActionSet(ALICES, "Écrire au siège", "accepted", ALICE),
        after=[*ACCEPTED, does(ALICE, "edit_action", action=ALICES, state="done")],
        action=ALICES,
    ),
    done(ALICE, after=ACCEPTED, action=ALICES),
    refused(ALICE, "unknown_action", "action", action=UNKNOWN),
    refused(ALICE, "unknown_action", "action", after=[*PROPOSED, BOBS_DELETED], action=BOBS),
    refusals=["unknown_action"],
)


def _own_action(board: Board, action_id: ActionId, who: Viewer) -> Action:
    action = _known_action(board, action_id, who)
    if action.deleted:
        raise Refused("unknown_action", "action")
    return action


def _known_action(board: Board, action_id: ActionId, who: Viewer) -> Action:
    """An action in the log; who may change it: facilitators, or who proposed it until it is accepted."""
    action = board.actions.get(action_id)
    if action is None:
        raise Refused("unknown_action", "action")
    if not who.facilitates and (action.by != who.person or action.state != "proposed"):
        raise Refused("not_yours", "action")
    return action


def _owner(owner: str | None) -> str | None:
    return clean_name(owner, "owner") or None if owner is not None else None


def _due(due: str | None) -> str | None:
    if not due:
        return None
    try:
        date = datetime.date.fromisoformat(due)
    except ValueError:
        raise Refused("not_a_date", "due") from None
    finite(date.year, "due", *YEARS)
    return date.isoformat()


def _theme(board: Board, theme: ThemeId | None) -> ThemeId | None:
    return live_theme(board, theme).id if theme is not None else None


def _may_have_theme(board: Board, theme: ThemeId | None) -> bool:
    return theme is None or (theme in board.themes and board.themes[theme].live)
