"""All that one workshop holds about one person, for that person; and nothing about others. Pure.

Their cards, choices and proposals as they are now, and every event that they caused or that names them. Other people
are left out of these: who they are, and what they wrote. Of an action of somebody else that this person only changed
or accepted, the words are left out too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from speedboat.domain.features.actions import ActionSet
from speedboat.domain.ids import ActionId, CardId, PersonId, TargetId
from speedboat.domain.messages import Event, Fact
from speedboat.domain.state import Board

FORMAT = "speedboat-personal-data"
OTHER = "person:somebody-else"
_PERSON = re.compile(r"person:[A-Za-z0-9_-]+|nobody(?::\d+)?")


class OwnCard(msgspec.Struct, omit_defaults=True):
    """A card they wrote. `former_texts` are what it said before, `hold_reason` why a facilitator held it back."""

    id: CardId
    kind: str
    text: str
    weight: float
    former_texts: list[str] = []
    for_: str = msgspec.field(name="for", default="")
    hold_reason: str = ""
    deleted: bool = False


class OwnAction(msgspec.Struct, omit_defaults=True):
    """An action they proposed."""

    id: ActionId
    text: str
    state: str
    owner: str = ""
    due: str = ""
    deleted: bool = False


class OwnEvent(msgspec.Struct, omit_defaults=True):
    """Something they did, or that was done to them (`by_somebody_else`); `at` in ms since the epoch."""

    seq: int
    at: int
    fact: dict[str, object]
    by_somebody_else: bool = False


class PersonalData(msgspec.Struct):
    """Everything about one person. `has_device`: a hash of a random number of their browser is stored."""

    format: str
    version: int
    id: PersonId
    name: str
    role: str
    removed: bool
    waiting: bool
    has_device: bool
    cards: list[OwnCard]
    actions: list[OwnAction]
    votes: dict[TargetId, int]
    estimates: dict[TargetId, float]
    agreements: list[CardId]
    events: list[OwnEvent]


def personal_data(board: Board, events: Iterable[Event], person: PersonId) -> PersonalData:
    """Return what a workshop holds about somebody; `board` is folded from its events, with names and devices."""
    known = board.people.get(person)
    own_actions = {action.id for action in board.actions.values() if action.by == person}
    return PersonalData(
        format=FORMAT,
        version=1,
        id=person,
        name=board.names.get(person, ""),
        role=known.role if known else "participant",
        removed=bool(known and known.removed),
        waiting=bool(known and known.waiting),
        has_device=person in board.devices,
        cards=[
            OwnCard(
                card.id,
                card.kind,
                card.text,
                card.weight,
                card.past_texts,
                card.for_ or "",
                card.held or "",
                card.deleted,
            )
            for card in board.cards.values()
            if card.author == person
        ],
        actions=[
            OwnAction(one.id, one.text, one.state, one.owner or "", one.due or "", one.deleted)
            for one in board.actions.values()
            if one.id in own_actions
        ],
        votes=dict(board.votes.get(person, {})),
        estimates={target: knots[person] for target, knots in board.estimates.items() if person in knots},
        agreements=[card.id for card in board.cards.values() if person in card.agreed],
        events=[
            OwnEvent(event.seq, event.at, _own_part(event.fact, person), event.by != person)
            for event in events
            if event.by == person or mentions(event.fact, person)
        ],
    )


def mentions(fact: Fact, person: PersonId) -> bool:
    """Whether a fact names somebody."""
    return person in _PERSON.findall(msgspec.json.encode(fact).decode())


def _own_part(fact: Fact, person: PersonId) -> dict[str, object]:
    """Return a fact without other people and their words."""
    fields: dict[str, object] = msgspec.to_builtins(fact)
    if isinstance(fact, ActionSet) and fact.by != person:
        fields = {name: value for name, value in fields.items() if name not in ("text", "owner")}
    return {name: _without_others(value, person) for name, value in fields.items()}


def _without_others(value: object, person: PersonId) -> object:
    if isinstance(value, str):
        return OTHER if _PERSON.fullmatch(value) and value != person else value
    if isinstance(value, list):
        return [_without_others(one, person) for one in value]
    if isinstance(value, dict):
        return {key: _without_others(one, person) for key, one in value.items()}
    return value
