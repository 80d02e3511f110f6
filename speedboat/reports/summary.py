"""The summary of a workshop as a viewer may see it, in order: for the shared summary and for every report.

Pure. It is made from the records that the viewer may take home (see `visible_records.py`), so it holds nothing that
they are not shown: no closed card, no vote during voting, no author of an anonymous workshop. What is held back or in
the bin is left out for everybody.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

import msgspec
from msgspec import UNSET

from speedboat.domain.messages import Phase
from speedboat.domain.records import (
    ActionRecord,
    AnyRecord,
    CardRecord,
    EstimateRecord,
    LinkRecord,
    ThemeRecord,
)
from speedboat.domain.scene import Kind
from speedboat.reports.extraction import extract

# What was agreed comes first, as in static/src/panels/shared/words.js.
RANK = {"accepted": 0, "done": 1, "proposed": 2}
HEAVY = 0.7  # weight from which a brake should not be left alone; as in static/src/panels/shared/actions.jsx


class SummaryCard(msgspec.Struct):
    """A card that can be read. `weight` is 0 to 1; `theme` is a title, `author` and `for_` are names.

    `linked` is what the other ends of its links say.
    """

    id: str
    kind: Kind
    text: str
    weight: float
    agrees: int
    note: str = ""
    theme: str = ""
    author: str = ""
    for_: str = ""
    linked: list[str] = []


class SummaryTheme(msgspec.Struct):
    """A theme, or a card without one; votes and knots are None where they are not shown."""

    id: str
    title: str
    cards: list[SummaryCard]
    note: str = ""
    votes: int | None = None
    knots: EstimateRecord | None = None


class SummaryAction(msgspec.Struct):
    """An action; `due` is YYYY-MM-DD, `from_` the earlier workshop it was carried over from."""

    text: str
    state: str
    owner: str = ""
    due: str = ""
    theme: str = ""
    from_: str = ""


class Summary(msgspec.Struct):
    """`closed` is how many cards are there that may not be read (yet); `marks` where all of them lie in the picture.
    `links` are (wind, brake) in words, `ends` the same by their ids.

    `prompts` are those that facilitators wrote. With `purged_on` this is what remains of a workshop
    that was erased then: cards are counted and have no words.
    """

    title: str
    objective: str
    prompts: dict[Kind, str]
    phase: Phase
    people: int
    votes: int | None
    kinds: dict[Kind, int]
    closed: int
    themes: list[SummaryTheme]
    alone: list[SummaryTheme]
    links: list[tuple[str, str]]
    actions: list[SummaryAction]
    heavy: list[SummaryCard]
    marks: list[CardRecord]
    ends: list[tuple[str, str]] = []
    purged_on: str = ""


def summary(handed_out: Iterable[AnyRecord]) -> Summary:
    """Return the summary of the present state, in any phase; takes a few milliseconds for 300 cards."""
    content = extract(handed_out)
    workshop, records, votes, knots = content.workshop, content.by_id, content.votes, content.estimates
    names = {person.id: person.name for person in content.people}
    cards = _by_weight(content.cards)
    ends = _ends(content.links)
    read = {card.id: _quote(card, records, ends[card.id], names) for card in cards if card.text is not UNSET}
    if workshop.purged_on:
        read = {}  # the cards that remain have no words
    within: dict[str, list[SummaryCard]] = {theme.id: [] for theme in content.themes}
    themes = [
        SummaryTheme(
            theme.id, theme.title, within[theme.id], theme.note or "", votes.get(theme.id), knots.get(theme.id)
        )
        for theme in content.themes
    ]
    alone: list[SummaryTheme] = []
    for card in cards:
        if card.id in read and card.theme in within:
            within[str(card.theme)].append(read[card.id])
        elif card.id in read:
            quote = read[card.id]
            alone.append(SummaryTheme(card.id, quote.text, [quote], "", votes.get(card.id), knots.get(card.id)))
    return Summary(
        title=workshop.title,
        objective=workshop.objective,
        prompts=workshop.prompts,
        phase=workshop.phase,
        people=workshop.progress.of,
        votes=sum(votes.values()) if votes else None,
        kinds=dict(Counter(card.kind for card in cards)),
        closed=0 if workshop.purged_on else len(cards) - len(read),
        themes=sorted(themes, key=_rank),
        alone=sorted(alone, key=_rank),
        links=[] if workshop.purged_on else _links(content.links, records),
        actions=[_todo(action, records) for action in sorted(content.actions, key=lambda one: RANK[one.state])],
        heavy=[] if workshop.purged_on else _heavy(cards, read, content.links, content.actions),
        marks=cards,
        ends=[] if workshop.purged_on else [(link.wind, link.brake) for link in content.links],
        purged_on=workshop.purged_on or "",
    )


def _quote(card: CardRecord, records: dict[str, AnyRecord], linked: list[str], names: dict[str, str]) -> SummaryCard:
    return SummaryCard(
        id=card.id,
        kind=card.kind,
        text=str(card.text),
        weight=card.weight,
        agrees=int(card.agrees or 0),
        note=card.note or "",
        theme=_name(records.get(card.theme)) if card.theme else "",
        author=names.get(card.author, "") if card.author else "",
        for_=card.for_ or "",
        linked=[_name(records.get(end)) for end in linked],
    )


def _ends(links: list[LinkRecord]) -> defaultdict[str, list[str]]:
    """Return what each end of a link is linked to."""
    ends: defaultdict[str, list[str]] = defaultdict(list)
    for link in links:
        ends[link.wind].append(link.brake)
        ends[link.brake].append(link.wind)
    return ends


def _by_weight(cards: list[CardRecord]) -> list[CardRecord]:
    return sorted(cards, key=lambda card: (-card.weight, card.id))


def _rank(topic: SummaryTheme) -> tuple[int, int]:
    """Sort key: most votes first, then most cards."""
    return -(topic.votes or 0), -len(topic.cards)


def _name(record: object) -> str:
    """Return the text of a card or the title of a theme; '' where it may not be read."""
    text = getattr(record, "title", UNSET) if isinstance(record, ThemeRecord) else getattr(record, "text", UNSET)
    return text if isinstance(text, str) else ""


def _links(links: list[LinkRecord], records: dict[str, AnyRecord]) -> list[tuple[str, str]]:
    named = [(_name(records.get(link.wind)), _name(records.get(link.brake))) for link in links]
    return [(wind, brake) for wind, brake in named if wind and brake]


def _todo(action: ActionRecord, records: dict[str, AnyRecord]) -> SummaryAction:
    theme = _name(records.get(action.theme)) if action.theme else ""
    return SummaryAction(action.text, action.state, action.owner or "", action.due or "", theme, action.from_ or "")


def _heavy(
    cards: list[CardRecord], read: dict[str, SummaryCard], links: list[LinkRecord], actions: list[ActionRecord]
) -> list[SummaryCard]:
    """Return heavy brakes without a wind or an action, of their own or through their theme."""
    cared_for = {link.brake for link in links} | {action.theme for action in actions if action.theme}
    return [
        read[card.id]
        for card in cards
        if card.kind != "wind" and card.weight >= HEAVY and card.id in read and not {card.id, card.theme} & cared_for
    ]
