"""Joining: people come in, wait for approval, or stay out; and watching the big screen. Commands and rules.

Pure. A device is known by a hash, and a passphrase has been compared before a rule is asked: neither is in the log.
Whoever is in comes back whatever the door says; a facilitator key opens every door but to those who were removed.
"""

from __future__ import annotations

from speedboat.domain.declarations import ALICE, BOB, CAROL, DAN, declare, does, done, refused
from speedboat.domain.features.door import CAROL_REFUSED, DOOR_ASKS, DOOR_CLOSED, PersonAdmitted, refuse_when_full
from speedboat.domain.features.people import CAROL_WAITS, PersonJoined, RoleGiven, WirePersonId
from speedboat.domain.features.person_names import refuse_removed_name
from speedboat.domain.ids import PersonId
from speedboat.domain.limits import Limits
from speedboat.domain.messages import NAME_LIMIT, Command, Decision, Fact, Refused, Viewer
from speedboat.domain.permissions import EVERY, May
from speedboat.domain.state import Board, PersonRole
from speedboat.domain.validation import clean_name

NOT_SENT = May(EVERY, EVERY, locked=True)  # the server asks for whoever knocks: no phase and no role forbids that
PHONE = "the hash of a phone"
LOCKED = does(ALICE, "lock", locked=True)
CLOSED = does(ALICE, "set_phase", phase="closed")
DOOR_APPROVES = does(ALICE, "set_door", door="approve")
CAROL_IN = does(CAROL, "join", person=CAROL, role="participant", name="Carol", device=PHONE)
CAROL_OUT = does(ALICE, "remove_person", person=CAROL)
EVE = PersonId("person:eve_____________")
EVE_FACILITATES = does(EVE, "join", person=EVE, role="facilitator", device=PHONE)


# --- join ------------------------------------------------------------------------------------------------------------


class Join(Command, frozen=True, tag="join", tag_field="act"):
    """Not on the wire: what `access` asks for once it knows who knocks. Also a person who comes back.

    `device` is a hash; `knows_passphrase` whether the passphrase that came along is the one of the workshop. `key_hash`
    is of the key that was checked: it may be renewed before the join is decided (see `Group`).
    """

    person: WirePersonId
    role: PersonRole
    name: str | None = None
    device: str | None = None
    knows_passphrase: bool = False
    key_hash: str | None = None


def join(board: Board, command: Join, who: Viewer, now: int) -> Decision:
    names = {command.person: clean_name(command.name, "name")} if command.name is not None else {}
    known = board.people.get(command.person)
    if known is None:
        return _join_as_new(board, command, names)
    if known.removed:
        raise Refused("removed")
    facts: list[Fact] = []
    if known.waiting:
        if command.role != "facilitator" and _waits(board, command):
            raise Refused("waiting")
        facts.append(PersonAdmitted(known.id))
    if command.role == "facilitator" and known.role != "facilitator":
        facts.append(RoleGiven(command.person, "facilitator", board.key))
    return Decision(facts)


def _join_as_new(board: Board, command: Join, names: dict[PersonId, str]) -> Decision:
    name = names.get(command.person, "")
    _refuse_removed_device(board, command.device)
    waits = False
    if command.role != "facilitator":
        refuse_when_full(board)
        if board.settings.one_phone_one_person and command.device is None:
            raise Refused("device_needed", "device")
        if board.locked:
            raise Refused("locked")
        waits = _waits(board, command)
        # Where a facilitator looks at everybody who comes, they also tell a namesake from somebody who is back.
        if not waits:
            refuse_removed_name(board, name)
    joined = PersonJoined(
        command.person, command.role, board.key if command.role == "facilitator" else 0, waiting=waits
    )
    devices = {command.person: command.device} if command.device else {}
    decision = Decision([joined], names={command.person: name}, devices=devices)
    if waits:
        decision.refusal = Refused("waiting")
    return decision


def _waits(board: Board, command: Join) -> bool:
    """Whether a newcomer waits for approval; if not, they may come in.

    Raises Refused: `closed`, `door_closed` or `wrong_passphrase`.
    """
    if board.phase == "closed":
        raise Refused("closed")
    if board.door == "closed":
        raise Refused("door_closed")
    if board.door == "passphrase" and not command.knows_passphrase:
        raise Refused("wrong_passphrase", "passphrase")
    return board.door == "approve"


JOIN = declare(
    Join,
    join,
    NOT_SENT,
    done(CAROL, PersonJoined(CAROL), person=CAROL, role="participant", name="Carol"),
    done(CAROL, PersonJoined(CAROL, "facilitator", 1), person=CAROL, role="facilitator", name="Carol"),
    done(CAROL, PersonJoined(CAROL), after=[DOOR_ASKS], person=CAROL, role="participant", knows_passphrase=True),
    done(
        CAROL,
        PersonJoined(CAROL, waiting=True),
        after=[DOOR_APPROVES],
        answer="waiting",
        person=CAROL,
        role="participant",
        name="Carol",
    ),
    # Waiting for approval, a removed person's first name is no obstacle: a facilitator sees who it is.
    done(
        CAROL,
        PersonJoined(CAROL, waiting=True),
        after=[does(ALICE, "remove_person", person=DAN), DOOR_APPROVES],
        answer="waiting",
        person=CAROL,
        role="participant",
        name="Dan",
    ),
    *(
        done(CAROL, PersonJoined(CAROL, "facilitator", 1), after=[step], person=CAROL, role="facilitator")
        for step in (LOCKED, CLOSED, DOOR_CLOSED, DOOR_APPROVES, DOOR_ASKS)
    ),
    done(BOB, after=[LOCKED, DOOR_CLOSED], person=BOB, role="participant"),
    done(ALICE, person=ALICE, role="facilitator"),
    done(ALICE, person=ALICE, role="participant"),
    done(BOB, RoleGiven(BOB, "facilitator", 2), after=[does(ALICE, "renew_key")], person=BOB, role="facilitator"),
    done(
        CAROL,
        PersonAdmitted(CAROL),
        after=[*CAROL_WAITS, does(ALICE, "set_door", door="open")],
        person=CAROL,
        role="participant",
    ),
    done(
        CAROL,
        PersonAdmitted(CAROL),
        RoleGiven(CAROL, "facilitator", 1),
        after=CAROL_WAITS,
        person=CAROL,
        role="facilitator",
    ),
    refused(CAROL, "waiting", after=CAROL_WAITS, person=CAROL, role="participant"),
    refused(CAROL, "closed", after=[CLOSED], person=CAROL, role="participant"),
    refused(CAROL, "closed", after=[*CAROL_WAITS, CLOSED], person=CAROL, role="participant"),
    refused(CAROL, "door_closed", after=[DOOR_CLOSED], person=CAROL, role="participant"),
    refused(CAROL, "wrong_passphrase", "passphrase", after=[DOOR_ASKS], person=CAROL, role="participant"),
    refused(CAROL, "locked", after=[LOCKED], person=CAROL, role="participant"),
    refused(CAROL, "full", limits=Limits(people=3), person=CAROL, role="participant"),
    refused(CAROL, "removed", after=[CAROL_IN, CAROL_OUT], person=CAROL, role="facilitator"),
    refused(DAN, "removed", after=[*CAROL_WAITS, CAROL_REFUSED], person=CAROL, role="participant"),
    refused(
        EVE,
        "removed",
        after=[CAROL_IN, CAROL_OUT],
        person=EVE,
        role="facilitator",
        device=PHONE,
    ),
    refused(
        CAROL,
        "device_needed",
        "device",
        after=[does(ALICE, "change_settings", one_phone_one_person=True)],
        person=CAROL,
        role="participant",
    ),
    refused(
        CAROL,
        "name_removed",
        "name",
        after=[does(ALICE, "remove_person", person=DAN)],
        person=CAROL,
        role="participant",
        name="dan",
    ),
    refused(CAROL, "text_too_long", "name", person=CAROL, role="participant", name="c" * (NAME_LIMIT + 1)),
    refused(CAROL, "text_malformed", "name", person=CAROL, role="participant", name="\ud83d"),
    refusals=[
        "removed",
        "full",
        "device_needed",
        "locked",
        "closed",
        "door_closed",
        "wrong_passphrase",
        "waiting",
        "name_removed",
        "text_too_long",
        "text_malformed",
    ],
    no_undo="whoever came in is put out by a facilitator, or leaves",
    on_wire=False,
)


# --- watch -----------------------------------------------------------------------------------------------------------


class Watch(Command, frozen=True, tag="watch", tag_field="act"):
    """Not on the wire: to see what the big screen shows. `is_known` with a screen's token or a facilitator key."""

    person: WirePersonId | None = None
    device: str | None = None
    is_known: bool = False


def watch(board: Board, command: Watch, who: Viewer, now: int) -> Decision:
    """Show the big screen: with the code alone while the door is open, otherwise to people who were let in."""
    if command.person is not None:
        person = board.people.get(command.person)
        if person is None or person.removed:
            raise Refused("removed")
        if person.waiting:
            raise Refused("waiting")
        return Decision([])
    _refuse_removed_device(board, command.device)
    if not command.is_known and board.door != "open":
        raise Refused("screen_closed")
    return Decision([])


def _refuse_removed_device(board: Board, device: str | None) -> None:
    """Refuse the device of a removed person, unless a facilitator is in with the same device."""
    if device is None:
        return
    owners = [person for person in board.people.values() if board.devices.get(person.id) == device]
    if any(p.removed for p in owners) and not any(p.is_in and p.role == "facilitator" for p in owners):
        raise Refused("removed")


WATCH = declare(
    Watch,
    watch,
    NOT_SENT,
    done(CAROL),
    done(CAROL, device=PHONE),
    done(CAROL, after=[DOOR_APPROVES], is_known=True),
    done(CAROL, after=[DOOR_CLOSED], person=BOB),
    done(CAROL, after=[CAROL_IN, CAROL_OUT], device="another phone"),
    # Eve facilitates on the phone that Carol came from.
    done(CAROL, after=[CAROL_IN, EVE_FACILITATES, CAROL_OUT], device=PHONE),
    refused(CAROL, "screen_closed", after=[DOOR_ASKS]),
    refused(CAROL, "screen_closed", after=[DOOR_CLOSED]),
    refused(CAROL, "removed", person=CAROL),
    refused(CAROL, "removed", after=[CAROL_IN, CAROL_OUT], person=CAROL),
    refused(CAROL, "removed", after=[CAROL_IN, CAROL_OUT], device=PHONE, is_known=True),
    refused(CAROL, "waiting", after=CAROL_WAITS, person=CAROL),
    refusals=["removed", "waiting", "screen_closed"],
    no_undo="nothing is changed",
    on_wire=False,
)
