"""The cards, themes, votes and actions of a workshop as rows with a head, for CSV and XLSX."""

from __future__ import annotations

from speedboat.domain.records import EstimateRecord
from speedboat.exports.source import Source
from speedboat.i18n.error_messages import N_
from speedboat.i18n.formatting import KINDS, PROMPTS, STATES, WHENS, Words
from speedboat.reports.summary import SummaryCard, SummaryTheme

Cell = str | float | None
Rows = list[list[Cell]]


def card_rows(source: Source) -> Rows:
    """Return the table of readable cards, theme by theme; with a column for authors if people are named."""
    summary, words = source.summary, Words(source.language)
    named = source.named
    head = [
        *(N_("Kind"), N_("Now or ahead"), N_("Text"), N_("Prompt"), N_("Weight"), N_("Theme"), N_("Votes")),
        *(N_("Agree"), N_("Knots"), N_("Linked to"), N_("Table"), N_("For"), N_("Note")),
        *((N_("Author"),) if named else ()),
    ]
    rows: Rows = [[words.say(name) for name in head]]
    for topic in [*summary.themes, *summary.alone]:
        rows += [_card(source, words, topic, card, named) for card in topic.cards]
    return rows


def _card(source: Source, words: Words, topic: SummaryTheme, card: SummaryCard, named: bool) -> list[Cell]:
    prompt = source.summary.prompts.get(card.kind) or words.say(PROMPTS[card.kind])
    row: list[Cell] = [
        *(words.say(KINDS[card.kind]), words.say(WHENS[card.kind]), card.text, prompt, card.weight, card.theme),
        *(topic.votes, card.agrees, _median(topic.knots), " | ".join(card.linked), "", card.for_, card.note),
    ]
    return [*row, card.author] if named else row


def theme_rows(source: Source) -> Rows:
    """Return the table of themes, the most voted first."""
    words = Words(source.language)
    head = (N_("Theme"), N_("Votes"), N_("Winds"), N_("Anchors"), N_("Sharks"), N_("Weight"), N_("Note"))
    rows: Rows = [[words.say(name) for name in head]]
    for theme in source.summary.themes:
        kinds: list[Cell] = [sum(card.kind == kind for card in theme.cards) for kind in ("wind", "anchor", "shark")]
        mean = sum(card.weight for card in theme.cards) / len(theme.cards) if theme.cards else None
        rows.append([theme.title, theme.votes, *kinds, round(mean, 2) if mean is not None else None, theme.note])
    return rows


def vote_rows(source: Source) -> Rows:
    """Return the table of what was voted on or estimated."""
    words = Words(source.language)
    head = (N_("What was voted on"), N_("Votes"), N_("Knots"), N_("Lowest"), N_("Highest"), N_("Answers"))
    rows: Rows = [[words.say(name) for name in head]]
    for topic in [*source.summary.themes, *source.summary.alone]:
        if topic.votes or topic.knots:
            knots = topic.knots
            spread: list[Cell] = [_number(getattr(knots, name, None)) for name in ("median", "low", "high", "n")]
            rows.append([topic.title, topic.votes, *spread])
    return rows


def action_rows(source: Source) -> Rows:
    """Return the table of actions, with its head."""
    words = Words(source.language)
    head = (N_("Action"), N_("Owner"), N_("Due"), N_("Theme"), N_("State"))
    rows: Rows = [[words.say(name) for name in head]]
    for todo in source.summary.actions:
        rows.append([todo.text, todo.owner, todo.due, todo.theme, words.say(STATES[todo.state])])
    return rows


def _median(estimate: EstimateRecord | None) -> Cell:
    return _number(estimate.median) if estimate else None


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) else None
