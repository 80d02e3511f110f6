"""Actions: what somebody will do, by when. Their commands, facts, fold, view and rules. Pure."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType, field

from speedboat.domain.features.themes import ThemeId, live_theme
from speedboat.domain.limits import refuse_beyond
from speedboat.domain.messages import Command, Decision, Event, Fact, Refused, Viewer, undo
from speedboat.domain.records import ActionRecord
from speedboat.domain.state import Action, ActionState, Board
from speedboat.domain.validation import clean_name, clean_text, finite

ActionId = Annotated[str, msgspec.Meta(pattern=r"^action:[A-Za-z0-9_-]{16,64}\Z")]
YEARS = (1970, 2200)  # of a date that an action is due; spreadsheets know none before 1900


# --- commands -------------------------------------------------------------------------------------------------------


class AddAction(Command, frozen=True, tag="add_action"):
    action: ActionId
    text: str
    owner: str | None = None
    due: str | None = None
    theme: ThemeId | None = None


class EditAction(Command, frozen=True, tag="edit_action"):
    """Only what is named changes; null takes an owner, a date or a theme away."""

    action: ActionId
    text: str | UnsetType = UNSET
    owner: str | UnsetType | None = UNSET
    due: str | UnsetType | None = UNSET
    theme: ThemeId | UnsetType | None = UNSET
    state: Literal["accepted", "done"] | UnsetType = UNSET


class DeleteAction(Command, frozen=True, tag="delete_action"):
    action: ActionId


class RestoreAction(Command, frozen=True, tag="restore_action"):
    action: ActionId


class AcceptAction(Command, frozen=True, tag="accept_action"):
    action: ActionId


# --- facts ----------------------------------------------------------------------------------------------------------


class ActionSet(Fact, frozen=True, tag="action_set"):
    """An action as it is afterwards, new or changed."""

    action: str
    text: str
    state: ActionState = "proposed"
    by: str | None = None
    owner: str | None = None
    due: str | None = None
    theme: str | None = None


class ActionDeleted(Fact, frozen=True, tag="action_deleted"):
    action: str
    deleted: bool = True


class ActionsErased(Fact, frozen=True, tag="actions_erased"):
    actions: list[str]


class ActionCarried(Fact, frozen=True, tag="action_carried"):
    """An action of an earlier workshop of the series as it was at the end of that; `from` is its title."""

    action: str
    text: str
    from_: str = field(name="from")
    state: ActionState = "accepted"
    owner: str | None = None
    due: str | None = None


# --- fold -----------------------------------------------------------------------------------------------------------


def action_set(board: Board, fact: ActionSet, event: Event) -> None:
    known = board.actions.get(fact.action)
    board.actions[fact.action] = Action(
        id=fact.action,
        text=fact.text,
        state=fact.state,
        by=fact.by,
        owner=fact.owner,
        due=fact.due,
        theme=fact.theme,
        deleted=known.deleted if known else False,
        from_=known.from_ if known else None,
        came_done=known.came_done if known else False,
    )
    board.touch(fact.action)


def action_carried(board: Board, fact: ActionCarried, event: Event) -> None:
    board.actions[fact.action] = Action(
        id=fact.action,
        text=fact.text,
        state=fact.state,
        owner=fact.owner,
        due=fact.due,
        from_=fact.from_,
        came_done=fact.state == "done",
    )
    board.touch(fact.action)


def action_deleted(board: Board, fact: ActionDeleted, event: Event) -> None:
    if action := board.actions.get(fact.action):
        action.deleted = fact.deleted
        board.touch(action.id)


def actions_erased(board: Board, fact: ActionsErased, event: Event) -> None:
    for action_id in fact.actions:
        board.actions.pop(action_id, None)
        board.touch(action_id)


FOLDS: dict[type[Fact], Any] = {
    ActionSet: action_set,
    ActionCarried: action_carried,
    ActionDeleted: action_deleted,
    ActionsErased: actions_erased,
}


def view(board: Board, action_id: str, viewer: Viewer) -> ActionRecord | None:
    action = board.actions.get(action_id)
    if action is None or action.deleted:
        return None
    return ActionRecord(
        id=action.id,
        seq=board.stamp(action.id, viewer),
        text=action.text,
        state=action.state,
        owner=action.owner or UNSET,
        due=action.due or UNSET,
        theme=action.theme or UNSET,
        from_=action.from_ or UNSET,
    )


def carried_over(board: Board) -> list[ActionCarried]:
    """What the next workshop of the series opens on: every action, but for those shown as done once already."""
    return [
        ActionCarried(action.id, action.text, action.from_ or board.title, action.state, action.owner, action.due)
        for action in board.actions.values()
        if not action.deleted and not (action.state == "done" and action.came_done)
    ]


# --- rules ----------------------------------------------------------------------------------------------------------


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
    return Decision(
        [after], [undo("edit_action", action=action.id, **changed)] if changed.get("state") != "proposed" else []
    )


def delete_action(board: Board, command: DeleteAction, who: Viewer, now: int) -> Decision:
    action = _own_action(board, command.action, who)
    return Decision([ActionDeleted(action.id)], [undo("restore_action", action=action.id)])


def restore_action(board: Board, command: RestoreAction, who: Viewer, now: int) -> Decision:
    action = _known_action(board, command.action, who)
    if not action.deleted:
        return Decision([])
    return Decision([ActionDeleted(action.id, deleted=False)], [undo("delete_action", action=action.id)])


def accept_action(board: Board, command: AcceptAction, who: Viewer, now: int) -> Decision:
    return edit_action(board, EditAction(command.id, command.action, state="accepted"), who, now)


def _own_action(board: Board, action_id: str, who: Viewer) -> Action:
    action = _known_action(board, action_id, who)
    if action.deleted:
        raise Refused("unknown_action", "action")
    return action


def _known_action(board: Board, action_id: str, who: Viewer) -> Action:
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


def _theme(board: Board, theme: str | None) -> str | None:
    return live_theme(board, theme).id if theme is not None else None


RULES: dict[type[Command], Any] = {
    AddAction: add_action,
    EditAction: edit_action,
    DeleteAction: delete_action,
    RestoreAction: restore_action,
    AcceptAction: accept_action,
}
