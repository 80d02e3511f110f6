"""The report of a workshop as a list of blocks, in one language, which Markdown, DOCX and PDF each write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from speedboat.domain.records import EstimateRecord
from speedboat.exports.source import Source
from speedboat.i18n.error_messages import N_
from speedboat.i18n.formatting import KINDS, PLURALS, STATES, Words
from speedboat.reports.summary import Summary, SummaryCard, SummaryTheme

PURGED_ON = N_("This is what remains of a workshop that was erased on {day}: figures, theme titles, accepted actions.")
ERASED_ON = N_("The workshop itself, with everything written in it, is erased on {day}.")


class ReportCard(msgspec.Struct):
    """The text of a card, and what is known of it."""

    kind: str
    text: str
    about: str
    note: str = ""


class Block(msgspec.Struct, omit_defaults=True):
    """One piece of the report; which fields it has follows from what it is."""

    what: Literal["heading", "text", "figures", "picture", "cards", "table"]
    level: int = 0
    text: str = ""
    about: str = ""
    figures: list[tuple[str, str]] = []
    cards: list[ReportCard] = []
    rows: list[list[str]] = []


def report(source: Source) -> list[Block]:
    """Return the blocks below the title: the island, the actions, themes and cards, links, brakes left alone."""
    summary, words = source.summary, Words(source.language)
    return [
        *_opening(summary, words),
        *_actions(summary, words),
        *_themes(summary, words),
        *_alone(summary, words),
        *_links(summary, words),
        *_heavy(summary, words),
        *_end(source, words),
    ]


def title_lines(source: Source) -> list[str]:
    """Return the lines below the title: who organises, and when it was."""
    return [line for line in (source.house.organisation, Words(source.language).day(source.workshop.day)) if line]


def picture_words(summary: Summary, words: Words) -> str:
    """Return a description of the picture, for people who cannot see it."""
    described = words.say(
        N_("The boat with its cards: {winds} winds, {anchors} anchors, {sharks} sharks."),
        winds=summary.kinds.get("wind", 0),
        anchors=summary.kinds.get("anchor", 0),
        sharks=summary.kinds.get("shark", 0),
    )
    if not summary.links:
        return described
    one = words.say(N_("{n} line ties a wind to the brake that it relieves."))
    more = words.say(N_("{n} lines tie winds to the brakes that they relieve."))
    return f"{described} {words.many(len(summary.links), one, more)}"


def _opening(summary: Summary, words: Words) -> Iterator[Block]:
    if summary.objective:
        yield Block("text", text=summary.objective, about=words.say(N_("The island")))
    if summary.phase != "closed":
        yield Block("text", text=words.say(N_("This workshop is not over yet: these pages show how far it is.")))
    if summary.purged_on:
        yield Block("text", text=words.say(PURGED_ON, day=words.day(summary.purged_on)))
    figures = [(words.say(PLURALS[kind]), str(summary.kinds.get(kind, 0))) for kind in ("wind", "anchor", "shark")]
    figures.append((words.say(N_("Participants")), str(summary.people)))
    if summary.votes is not None:
        figures.append((words.say(N_("Votes")), str(summary.votes)))
    figures.append((words.say(N_("Actions")), str(len(summary.actions))))
    yield Block("figures", figures=figures)
    yield Block("picture", text=picture_words(summary, words))
    if summary.closed:
        one, more = words.say(N_("{n} card is still closed.")), words.say(N_("{n} cards are still closed."))
        yield Block("text", text=words.many(summary.closed, one, more))


def _actions(summary: Summary, words: Words) -> Iterator[Block]:
    if not summary.actions:
        return
    yield Block("heading", 1, words.say(N_("Actions")))
    head = [words.say(name) for name in (N_("Action"), N_("Owner"), N_("Due"), N_("Theme"), N_("State"))]
    rows = [
        [todo.text, todo.owner, words.day(todo.due) if todo.due else "", todo.theme, words.say(STATES[todo.state])]
        for todo in summary.actions
    ]
    yield Block("table", rows=[head, *rows])


def _themes(summary: Summary, words: Words) -> Iterator[Block]:
    if any(theme.cards for theme in summary.themes) or (summary.themes and not summary.closed):
        yield Block("heading", 1, words.say(N_("Themes")))
    for theme in summary.themes:
        if summary.closed and not theme.cards:
            continue  # all in it is closed: its bare name would fill pages and say nothing
        yield Block("heading", 2, theme.title, about=counted(theme, words))
        if theme.note:
            yield Block("text", text=theme.note, about=words.say(N_("Note")))
        yield Block("cards", cards=[_verbatim(card, words) for card in theme.cards])


def _alone(summary: Summary, words: Words) -> Iterator[Block]:
    if not summary.alone:
        return
    yield Block("heading", 1, words.say(N_("Cards without a theme")) if summary.themes else words.say(N_("Cards")))
    yield Block("cards", cards=[_verbatim(topic.cards[0], words, counted(topic, words)) for topic in summary.alone])


def _links(summary: Summary, words: Words) -> Iterator[Block]:
    if summary.links:
        yield Block("heading", 1, words.say(N_("What relieves what")))
        head = [words.say(N_("Wind")), words.say(N_("The brake it relieves"))]
        yield Block("table", rows=[head, *([wind, brake] for wind, brake in summary.links)])


def _heavy(summary: Summary, words: Words) -> Iterator[Block]:
    if summary.heavy:
        yield Block("heading", 1, words.say(N_("Heavy brakes without lever or action")))
        yield Block("cards", cards=[_verbatim(card, words) for card in summary.heavy])


def _end(source: Source, words: Words) -> Iterator[Block]:
    if source.workshop.purge_on:
        yield Block("text", text=words.say(ERASED_ON, day=words.day(source.workshop.purge_on)))


def counted(topic: SummaryTheme, words: Words) -> str:
    """Return the votes and knots of a theme or card, as far as they are shown."""
    parts = []
    if topic.votes is not None:
        parts.append(words.many(topic.votes, words.say(N_("{n} vote")), words.say(N_("{n} votes"))))
    if topic.knots:
        parts.append(knots(topic.knots, words))
    return " · ".join(parts)


TOO_FEW = (N_("{n} answer: knots are shown from three on"), N_("{n} answers: knots are shown from three on"))


def knots(estimate: EstimateRecord, words: Words) -> str:
    """Return an estimate in words: median, and spread if there is one; of too few, only their number."""
    if not isinstance(estimate.median, float | int):
        return words.many(int(estimate.n or 0), words.say(TOO_FEW[0]), words.say(TOO_FEW[1]))
    count = words.many(estimate.median, words.say(N_("{n} knot")), words.say(N_("{n} knots")))
    if estimate.low == estimate.high:
        return count
    assert isinstance(estimate.low, float | int)
    assert isinstance(estimate.high, float | int)
    low, high = words.decimal(estimate.low), words.decimal(estimate.high)
    spread = words.say(N_("from {low} to {high}"), low=low, high=high)
    return f"{count} ({spread})"


def _verbatim(card: SummaryCard, words: Words, more: str = "") -> ReportCard:
    about = [words.say(KINDS[card.kind]), words.say(N_("weight {n}"), n=words.decimal(card.weight))]
    if card.agrees:
        about.append(words.say(N_("{n} “me too”"), n=words.decimal(card.agrees)))
    if card.for_:
        about.append(words.say(N_("{name} (entered by the facilitator)"), name=card.for_))
    if card.author:
        about.append(card.author)
    if more:
        about.append(more)
    return ReportCard(card.kind, card.text, " · ".join(about), card.note)
