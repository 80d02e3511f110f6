"""Validates the log of an import, fact by fact, by the rules of the commands that the facts stand for.

Pure. The fold never refuses a fact; this is asked before a log is taken in, and by `speedboat check`. It accepts all
that this program ever wrote itself: texts that were erased or hidden are empty, `for` and `owner` may have had line
ends, a date to be done by may lie in any year, and the fold skips facts about things that do not exist.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Annotated, Any, NamedTuple

import msgspec

from speedboat.domain.fact_codec import FACTS, UnknownFact, write_fact
from speedboat.domain.features import (
    actions,
    airlock,
    cards,
    discussion,
    door,
    facilitator_key,
    headcount,
    links,
    people,
    person_names,
    phases,
    prompts,
    purge_date,
    settings,
    summary_link,
    themes,
    timer,
    votes,
)
from speedboat.domain.features.settings import MOST_MINUTES, MOST_VOTES
from speedboat.domain.ids import PersonId
from speedboat.domain.messages import LAST_MOMENT, NAME_LIMIT, TEXT_LIMIT, TITLE_LIMIT, Event, Fact, Refused
from speedboat.domain.records import Settings
from speedboat.domain.scene import HEIGHT, WIDTH
from speedboat.domain.validation import CONTROLS, finite

MOST_NAMED = 10  # faults of one file that are told
MOST_EVENTS = 200_000
MOST_IDS = 10_000  # in one fact
MOST_PEOPLE = 20_000
LARGEST_FACT = 64 * 1024  # bytes, of a fact that this version does not know
DEEPEST = 20  # lists and objects in one another, likewise
LARGEST_COUNTER = 1_000_000  # of keys, links and versions: databases have 32 bits for some
LARGEST_INTEGER = 2**53  # beyond this JSON is read differently by different programs
FactName = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,59}\Z")]
ZoneName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_+/-]{0,64}\Z")]
FormatName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._-]{1,40}\Z")]

Check = Callable[[Any, str], None]


class Fault(NamedTuple):
    """Something that is not valid: its row (an event's seq, or "names"), the code, the field."""

    row: str
    code: str
    field: str | None
    details: dict[str, object]


def refuse_bad_rows(events: Sequence[Event], names: Mapping[PersonId, str]) -> None:
    """Check a log.

    Raises:
        Refused: `bad_rows`, with the first ten of them as `rows`, none of which repeats what is written there.
    """
    if bad := list(islice(faults_in(events, names), MOST_NAMED)):
        raise Refused("bad_rows", rows=[fault._asdict() for fault in bad])


def faults_in(events: Sequence[Event], names: Mapping[PersonId, str]) -> Iterator[Fault]:
    """Yield the faults of a log in its order, those of names first; at most one a row."""
    yield from _faults_of_names(names)
    if len(events) > MOST_EVENTS:
        yield Fault("events", "too_many", None, {"limit": MOST_EVENTS})
        return
    used: set[str] = set()
    expected = 1
    for event in events:
        try:
            finite(event.seq, "seq", expected, expected)
            finite(event.at, "at", 0, LAST_MOMENT)
            if event.by is not None:
                _person(event.by, "by")
            _fact(event.fact)
            _used_once(event.fact, used, is_first=expected == 1)
        except Refused as refusal:
            yield Fault(f"event {expected}", refusal.code, refusal.field, refusal.details)
        expected = event.seq + 1


def _faults_of_names(names: Mapping[PersonId, str]) -> Iterator[Fault]:
    if len(names) > MOST_PEOPLE:
        yield Fault("names", "too_many", None, {"limit": MOST_PEOPLE})
        return
    for number, (person, name) in enumerate(names.items(), 1):
        try:
            _person(person, "id")
            _line(NAME_LIMIT)(name, "name")
        except Refused as refusal:
            yield Fault(f"name {number}", refusal.code, refusal.field, refusal.details)


def _fact(fact: Fact) -> None:
    if isinstance(fact, UnknownFact):
        _unknown(fact)
        return
    for field, check in CHECKS[type(fact)].items():
        value = getattr(fact, field)
        if value is not None:
            check(value, field.rstrip("_"))


def _unknown(fact: UnknownFact) -> None:
    """A newer version's fact, which is kept as it is, within bounds; one of ours by its name is malformed."""
    name = fact.fields.get("name")
    if not isinstance(name, str):
        raise Refused("missing_field", "name")
    if name in FACTS:
        raise Refused("wrong_type", "fact")
    _id(FactName)(name, "name")
    _shallow(fact.fields, DEEPEST)
    if len(write_fact(fact)) > LARGEST_FACT:
        raise Refused("too_large", "fact")


def _shallow(value: object, left: int) -> None:
    if left == 0:
        raise Refused("too_large", "fact")
    if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        raise Refused("out_of_range", "fact")
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _shallow(inner, left - 1)


def _used_once(fact: Fact, used: set[str], *, is_first: bool) -> None:
    """Check that an id is created only once, and the workshop by the first fact."""
    new_id = None
    if isinstance(fact, phases.WorkshopCreated):
        new_id = "workshop"
    elif isinstance(fact, cards.CardAdded):
        new_id = fact.card
    elif isinstance(fact, themes.ThemeAdded):
        new_id = fact.theme
    elif isinstance(fact, actions.ActionCarried):
        new_id = fact.action
    elif isinstance(fact, people.PersonJoined):
        new_id = fact.person
    if is_first and new_id != "workshop":
        raise Refused("missing_field", "workshop_created")
    if new_id in used:
        raise Refused("id_taken", new_id.partition(":")[0])
    if new_id:
        used.add(new_id)


# --- what a field may hold ------------------------------------------------------------------------------------------


def _id(shape: object) -> Check:
    """An id, by the shape that commands have it in."""

    def check(value: object, field: str) -> None:
        try:
            msgspec.convert(value, shape)
        except msgspec.ValidationError:
            raise Refused("malformed_id", field) from None

    return check


def _text(limit: int) -> Check:
    """Check a text of any number of lines, also empty."""

    def check(value: str, field: str) -> None:
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise Refused("text_malformed", field) from None
        if CONTROLS.search(value):
            raise Refused("text_malformed", field)
        if len(value) > limit:
            raise Refused("text_too_long", field, limit=limit)

    return check


def _line(limit: int) -> Check:
    """Check a text of one line."""
    text = _text(limit)

    def check(value: str, field: str) -> None:
        text(value, field)
        if len(value.splitlines()) > 1 or "\t" in value:
            raise Refused("text_malformed", field)

    return check


def _title(value: str, field: str) -> None:
    if not value.strip():
        raise Refused("text_empty", field)
    _line(TITLE_LIMIT)(value, field)


def _number(low: float, high: float) -> Check:
    def check(value: float, field: str) -> None:
        finite(value, field, low, high)

    return check


def _ids(check_one: Check) -> Check:
    def check(values: list[str], field: str) -> None:
        if len(values) > MOST_IDS:
            raise Refused("too_many", field)
        for value in values:
            check_one(value, field)

    return check


def _kinds(values: list[str], field: str) -> None:
    if len(set(values)) != len(values):
        raise Refused("too_many", field)


def _votes(counts: dict[str, int], field: str) -> None:
    _ids(_target)(list(counts), field)
    for count in counts.values():
        finite(count, field, 0, MOST_VOTES)


def _crowd(number: int, field: str) -> None:
    """Check the number of people a fact creates: a file of a few bytes must not fill the memory."""
    if number > MOST_PEOPLE:
        raise Refused("too_many", field, limit=MOST_PEOPLE)


def _targets(counts: dict[str, int], field: str) -> None:
    _ids(_target)(list(counts), field)


def _all_knots(values: list[float], field: str) -> None:
    for value in values:
        finite(value, field, 0, votes.MOST_KNOTS)


def _date(value: str, field: str) -> None:
    try:
        if datetime.date.fromisoformat(value).isoformat() == value:
            return
    except ValueError:
        pass
    raise Refused("not_a_date", field)


def _settings(settings: Settings, field: str) -> None:
    finite(settings.votes_each, "votes_each", 1, MOST_VOTES)
    finite(settings.votes_per_theme, "votes_per_theme", 1, MOST_VOTES)
    finite(settings.minutes_per_theme, "minutes_per_theme", 0, MOST_MINUTES)


def _typed(value: object, field: str) -> None:
    """Check nothing: the fact's type allows only valid values."""


_person, _card, _theme = _id(people.WirePersonId), _id(cards.WireCardId), _id(themes.WireThemeId)
_action, _target = _id(actions.WireActionId), _id(votes.WireTargetId)
_words, _name, _counter = _text(TEXT_LIMIT), _text(NAME_LIMIT), _number(0, LARGEST_COUNTER)
_moment = _number(0, LAST_MOMENT)
_place: dict[str, Check] = {"x": _number(0, WIDTH), "y": _number(0, HEIGHT), "weight": _number(0, 1), "kind": _typed}
_deed: dict[str, Check] = {"action": _action, "text": _words, "state": _typed, "owner": _name, "due": _date}

CHECKS: dict[type[Fact], dict[str, Check]] = {
    people.PersonJoined: {"person": _person, "role": _typed, "key": _counter, "waiting": _typed},
    people.RoleGiven: {"person": _person, "role": _typed, "key": _counter},
    person_names.PersonRenamed: {"person": _person, "told": _typed},
    people.PersonReady: {"person": _person, "ready": _typed},
    people.PersonRemoved: {"person": _person, "uncounts": _typed},
    door.DoorSet: {"door": _typed, "passphrase": _counter},
    door.PersonAdmitted: {"person": _person},
    facilitator_key.KeyRenewed: {"key": _counter, "kept": _person},
    phases.WorkshopCreated: {
        "title": _title,
        "objective": _words,
        "language": _typed,
        "format": _id(FormatName),
        "format_version": _counter,
        "time_zone": _id(ZoneName),
    },
    settings.WorkshopRenamed: {"title": _title, "objective": _words},
    phases.PhaseSet: {"phase": _typed},
    prompts.KindsOpened: {"kinds": _kinds, "restarts": _typed},
    prompts.PromptSet: {"kind": _typed, "text": _words},
    airlock.CardsRevealed: {"cards": _ids(_card)},
    airlock.CardHeld: {"card": _card, "reason": _words},
    airlock.CardReleased: {"card": _card, "revealed": _typed},
    settings.Locked: {"locked": _typed},
    settings.SettingsChanged: {"settings": _settings},
    timer.TimerSet: {"ends": _number(0, LAST_MOMENT), "left": _number(0, timer.LONGEST_TIMER * 1000)},
    cards.CardAdded: {
        "card": _card,
        "text": _words,
        **_place,
        "author": _person,
        "revealed": _typed,
        "for_": _name,
    },
    cards.CardEdited: {"card": _card, "text": _words},
    cards.CardMoved: {"card": _card, **_place},
    cards.CardDeleted: {"card": _card},
    cards.CardRestored: {"card": _card},
    cards.CardsErased: {"cards": _ids(_card)},
    cards.CardAgreed: {"card": _card, "person": _person, "agrees": _typed},
    themes.ThemeAdded: {"theme": _theme, "title": _line(TITLE_LIMIT)},
    themes.ThemeRenamed: {"theme": _theme, "title": _line(TITLE_LIMIT)},
    themes.CardPutInTheme: {"card": _card, "theme": _theme},
    themes.ThemesMerged: {"theme": _theme, "into": _theme},
    themes.ThemeDeleted: {"theme": _theme},
    themes.ThemeRestored: {"theme": _theme},
    themes.ThemesErased: {"themes": _ids(_theme)},
    themes.TitlesErased: {"themes": _ids(_theme)},
    headcount.PeopleCounted: dict.fromkeys(headcount.PeopleCounted.__struct_fields__, _crowd),
    cards.AgreesCounted: {"card": _card, "agrees": _crowd},
    votes.VotesCounted: {"votes": _targets},
    votes.EstimatesCounted: {"target": _target, "knots": _all_knots, "fewest": _counter},
    votes.Voted: {"person": _person, "votes": _votes},
    votes.Estimated: {"person": _person, "target": _target, "knots": _number(0, votes.MOST_KNOTS), "fewest": _counter},
    links.Linked: {"wind": _target, "brake": _target},
    links.Unlinked: {"wind": _target, "brake": _target},
    discussion.Focused: {"target": _target},
    discussion.Noted: {"target": _target, "text": _words},
    actions.ActionSet: {**_deed, "by": _person, "theme": _theme},
    actions.ActionCarried: {**_deed, "from_": _line(TITLE_LIMIT)},
    actions.ActionDeleted: {"action": _action, "deleted": _typed},
    actions.ActionsErased: {"actions": _ids(_action)},
    summary_link.SummaryShared: {"link": _counter, "opens": _moment, "expires": _moment},
    summary_link.SummaryEnded: {"link": _counter},
    purge_date.PurgeDateSet: {"on": _date, "keeps_figures": _typed},
    purge_date.WorkshopPurged: {"on": _date},
}
