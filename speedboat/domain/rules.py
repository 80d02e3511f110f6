"""The rules: what follows from a command on a board, or by which name it is refused; and how commands are read.

Pure. Each feature has one small function per command; its declaration says who may do it when.
"""

from __future__ import annotations

import re
from typing import Union

import msgspec

from speedboat.domain.declarations import Declaration, Rule
from speedboat.domain.features import (
    action_commands,
    airlock,
    card_agreement,
    card_placement,
    card_writing,
    discussion,
    door,
    erasure,
    facilitator_key,
    joining,
    links,
    people,
    person_names,
    phases,
    prompts,
    purge_date,
    release,
    rights,
    settings,
    summary_link,
    theme_commands,
    timer,
    vote_commands,
)
from speedboat.domain.messages import Command, Decision, Refused, Viewer
from speedboat.domain.permissions import OPEN, May
from speedboat.domain.state import Board

# In the order in which the documentation lists them.
FEATURES = (
    card_writing,
    card_placement,
    card_agreement,
    erasure,
    release,
    rights,
    theme_commands,
    vote_commands,
    links,
    discussion,
    action_commands,
    people,
    person_names,
    facilitator_key,
    door,
    joining,
    phases,
    prompts,
    airlock,
    settings,
    timer,
    summary_link,
    purge_date,
)
DECLARATIONS: tuple[Declaration, ...] = tuple(
    value for feature in FEATURES for value in vars(feature).values() if isinstance(value, Declaration)
)
RULES: dict[type[Command], Rule[Command]] = {one.command: one.rule for one in DECLARATIONS}
PERMISSIONS: dict[str, May] = {one.name: one.who for one in DECLARATIONS if one.on_wire}
# Asked for by the server itself, never over the wire.
INTERNAL = frozenset(one.command for one in DECLARATIONS if not one.on_wire)
COMMANDS: dict[str, type[Command]] = {
    str(command.__struct_config__.tag): command for command in RULES if command not in INTERNAL
}
AnyCommand = Union[tuple(COMMANDS.values())]  # type: ignore[valid-type]  # noqa: UP007  # a union made of data

_decoder = msgspec.json.Decoder(AnyCommand)


def decide(board: Board, command: Command, who: Viewer, now: int) -> Decision | Refused:
    """What follows from a command at `now` (ms since the epoch), or why nothing does. Never changes the board."""
    try:
        if type(command) not in INTERNAL:
            who = _still_here(board, who)
            permit(board, str(command.__struct_config__.tag), who)
        return RULES[type(command)](board, command, who, now)
    except Refused as refusal:
        return refusal


def _still_here(board: Board, who: Viewer) -> Viewer:
    """The asker with the role they have now, which may not be the one they connected with."""
    if who.person is None:
        raise Refused("only_watching")
    person = board.people.get(who.person)
    if person is None or person.removed:
        raise Refused("removed")
    if person.waiting:
        raise Refused("waiting")
    return who if who.role == person.role else Viewer(who.person, person.role)


def permit(board: Board, name: str, who: Viewer) -> None:
    """Whether somebody with this role may do this now. Raises Refused if not."""
    may = PERMISSIONS[name]
    phases = may.facilitators if who.facilitates else may.participants
    if not phases:
        raise Refused("facilitators_only")
    if board.phase not in phases and not (board.settings.free and board.phase in OPEN):
        raise Refused("wrong_phase", phase=board.phase)
    if board.locked and not who.facilitates and not may.locked:
        raise Refused("locked")


def read_command(payload: bytes | str) -> Command:
    """A command from its JSON.

    Raises:
        Refused: by a name that says what is wrong with it, and where (see `malformation`).
    """
    try:
        command: Command = _decoder.decode(payload)
        return command
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise malformation(error) from None


def convert_command(value: object) -> Command:
    """A command from decoded JSON; refuses like `read_command`."""
    try:
        command: Command = msgspec.convert(value, AnyCommand)
        return command
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise malformation(error) from None


_FIELD = re.compile(r"`\$\.(\w+)")
_NAMED = re.compile(r"field `(\w+)`")


def malformation(error: Exception) -> Refused:
    """The name of what is wrong with a payload; msgspec tells the first thing only, in words."""
    text = str(error)
    at = _FIELD.search(text)
    field = at.group(1) if at else None
    named = _NAMED.search(text)
    if not isinstance(error, msgspec.ValidationError):
        return Refused("malformed")
    if "missing required field" in text and named:
        if named.group(1) in ("id", "name"):
            return Refused("malformed", named.group(1))
        return Refused("missing_field", named.group(1))
    if "unknown field" in text and named:
        return Refused("unknown_field", named.group(1))
    if field == "name":
        return Refused("unknown_command", "name")
    if field is None:
        return Refused("malformed")
    if "matching regex" in text:
        return Refused("malformed_id", field)
    if "Invalid enum value" in text:
        return Refused("unknown_value", field)
    if "`array` of length" in text:
        return Refused("too_many", field)
    return Refused("wrong_type", field)
