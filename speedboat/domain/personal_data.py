"""All that one workshop holds about one person, for that person; and nothing about others. Pure.

Their cards, choices and proposals as they are now, and every event that they caused or that names them. Other people
are left out of these: who they are, and what they wrote. Of an action of somebody else that this person only changed
or accepted, the words are left out too. What bears their name without being theirs is there as far as they are shown
it: cards that somebody wrote for them, actions that they are to do.

Somebody without a phone has no way to ask. For them an organiser gets what facilitators are shown (`shown_data`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec
from msgspec import UNSET

from speedboat.domain.features.actions import ActionSet
from speedboat.domain.ids import ActionId, CardId, PersonId, TargetId
from speedboat.domain.messages import Event, Fact
from speedboat.domain.projection import FACILITATOR, changed_since
from speedboat.domain.records import ActionRecord, AnyRecord, CardRecord, PersonRecord
from speedboat.domain.state import Action, Board, Card
from speedboat.domain.validation import fold_name

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
    cards_for_me: list[OwnCard] = []
    actions_to_do: list[OwnAction] = []


def personal_data(board: Board, events: Iterable[Event], person: PersonId) -> PersonalData:
    """Return what a workshop holds about somebody; `board` is folded from its events, with names and devices."""
    known = board.people.get(person)
    own_cards = {card.id for card in board.cards.values() if card.author == person}
    own_actions = {action.id for action in board.actions.values() if action.by == person}
    name = fold_name(board.names.get(person, ""))
    shown = changed_since(board, 0, board.viewer(person)).put if name and known and known.is_in else []
    return PersonalData(
        format=FORMAT,
        version=1,
        id=person,
        name=board.names.get(person, ""),
        role=known.role if known else "participant",
        removed=bool(known and known.removed),
        waiting=bool(known and known.waiting),
        has_device=person in board.devices,
        cards=[_own_card(card) for card in board.cards.values() if card.id in own_cards],
        actions=[_own_action(board.actions[one]) for one in board.actions if one in own_actions],
        votes=dict(board.votes.get(person, {})),
        estimates={target: knots[person] for target, knots in board.estimates.items() if person in knots},
        agreements=[card.id for card in board.cards.values() if person in card.agreed],
        events=[
            OwnEvent(event.seq, event.at, _own_part(event.fact, person), event.by != person)
            for event in events
            if event.by == person or mentions(event.fact, person)
        ],
        cards_for_me=[
            OwnCard(CardId(record.id), record.kind, str(record.text), record.weight, for_=str(record.for_))
            for record in shown
            if isinstance(record, CardRecord) and record.id not in own_cards and _is_called(record.for_, name)
        ],
        actions_to_do=[
            OwnAction(
                ActionId(record.id),
                record.text,
                record.state,
                str(record.owner),
                "" if record.due is UNSET else str(record.due),
            )
            for record in shown
            if isinstance(record, ActionRecord) and record.id not in own_actions and _is_called(record.owner, name)
        ],
    )


def _own_card(card: Card) -> OwnCard:
    former = card.past_texts
    return OwnCard(card.id, card.kind, card.text, card.weight, former, card.for_ or "", card.held or "", card.deleted)


def _own_action(action: Action) -> OwnAction:
    return OwnAction(action.id, action.text, action.state, action.owner or "", action.due or "", action.deleted)


def _is_called(name: str | msgspec.UnsetType, folded: str) -> bool:
    return isinstance(name, str) and fold_name(name) == folded


class ShownData(msgspec.Struct):
    """What facilitators are shown of somebody, who is known by an id or by a name alone."""

    format: str
    version: int
    name: str
    records: list[AnyRecord]


def shown_data(board: Board, person: PersonId | None, name: str) -> ShownData:
    """Return what facilitators are shown of somebody, for an organiser who answers in their place.

    Args:
        person: their id, None for somebody who has no phone.
        name: what they are called; records with a name that sounds the same are theirs.
    """
    folded = fold_name(name)
    records: list[AnyRecord] = [
        record
        for record in changed_since(board, 0, FACILITATOR).put
        if (isinstance(record, PersonRecord) and record.id == person)
        or (isinstance(record, CardRecord) and person is not None and record.author == person)
        or (folded and isinstance(record, CardRecord) and _is_called(record.for_, folded))
        or (folded and isinstance(record, ActionRecord) and _is_called(record.owner, folded))
    ]
    return ShownData("speedboat-shown-data", 1, name, records)


def people_shown(board: Board) -> list[PersonRecord]:
    """Return the people that facilitators are shown, also those at the door and those who were removed."""
    return [record for record in changed_since(board, 0, FACILITATOR).put if isinstance(record, PersonRecord)]


def names_written(board: Board) -> list[str]:
    """Return the names that facilitators are shown on cards and actions, of people with a phone and without."""
    records = changed_since(board, 0, FACILITATOR).put
    cards = [record.for_ for record in records if isinstance(record, CardRecord)]
    owners = [record.owner for record in records if isinstance(record, ActionRecord)]
    names = {fold_name(name): name for name in (*cards, *owners) if isinstance(name, str)}
    return sorted(names.values())


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
