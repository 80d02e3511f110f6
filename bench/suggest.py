"""Quality of suggestions and of matching themes, on workshops with known truth.

`python -m bench.suggest` writes the figures into docs/suggestions.md, between its marks. Needs `speedboat[suggest]`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from unittest import mock

from bench.suggestions import table
from speedboat.reports import theme_matching
from speedboat.reports.earlier_themes import likeliest
from tests.support.themes_to_match import (
    KnownTheme,
    Matched,
    confirmed_themes,
    matched,
    of_the_same_work,
    themes_of_the_ten,
    themes_of_the_twelve,
    truths_of,
)
from tests.support.twelve_workshops import read_scripts

DOCUMENT = Path(__file__).parent.parent / "docs" / "suggestions.md"
Themes = Sequence[KnownTheme]


def main() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for name, figures in (("cards", table()), ("earlier", learned()), ("matching", matching())):
        begin, end = f"<!-- figures: {name} -->\n", "<!-- end -->"
        before, rest = text.split(begin)
        text = before + begin + "\n" + figures + "\n\n" + end + rest.split(end, 1)[1]
    DOCUMENT.write_text(text, encoding="utf-8")


# --- themes of different workshops ----------------------------------------------------------------------------------


def matching() -> str:
    """Return how well themes are matched, as a table."""
    twelve, same_work = themes_of_the_twelve(), [*themes_of_the_twelve(), *of_the_same_work()]
    everything = [*themes_of_the_twelve(), *themes_of_the_ten()]
    cases: dict[str, list[Themes]] = {
        "the twelve workshops": [twelve],
        "the twelve, each left out in turn": without_each(twelve),
        "two of the twelve, forty times": samples(twelve, 2, 40),
        "six of the twelve, ten times": samples(twelve, 6, 10),
        "the twelve and the five of the same work": [same_work],
        "these, each left out in turn": without_each(same_work),
        "all twenty-two": [everything],
    }
    rows = ["| | right of those proposed | proposed of those right |", "|---|---|---|"]
    rows += [row(name, [matched(themes) for themes in some]) for name, some in cases.items()]
    with mock.patch.object(theme_matching, "knows_meaning", return_value=False):
        rows.append(row("the twelve, by words", [matched(twelve)]))
    return "\n".join(rows)


def row(name: str, results: list[Matched]) -> str:
    right, proposed, known = (sum(column) for column in zip(*results, strict=True))
    return f"| {name} | {right / max(1, proposed):.2f} | {right / max(1, known):.2f} |"


def numbers(themes: Themes) -> list[int]:
    return sorted({one.topic.workshop for one in themes})


def without_each(themes: Themes) -> list[Themes]:
    return [[one for one in themes if one.topic.workshop != number] for number in numbers(themes)]


def samples(themes: Themes, size: int, times: int) -> list[Themes]:
    chance = random.Random(size)
    chosen = [set(chance.sample(numbers(themes), size)) for _ in range(times)]
    return [[one for one in themes if one.topic.workshop in some] for some in chosen]


# --- a table that learns from earlier workshops ---------------------------------------------------------------------


def learned() -> str:
    """Return how well cards of each of the twelve find their theme among those of others, as a table."""
    rows = ["| earlier workshops | right first | offered | right where offered |", "|---|---|---|---|"]
    for name, count, more in (
        ("three", 3, ()),
        ("six", 6, ()),
        ("eleven", 11, ()),
        ("sixteen", 16, of_the_same_work()),
    ):
        results = [result for number in numbers_of_the_twelve() for result in held_out(number, count, more)]
        themed, sure = [one for one in results if one[0]], [one for one in results if one[2]]
        first = sum(about == likely for about, likely, _ in themed) / len(themed)
        right = sum(about == likely for about, likely, _ in sure) / max(1, len(sure))
        rows.append(f"| {name} | {first:.2f} | {len(sure) / len(results):.2f} | {right:.2f} |")
    return "\n".join(rows)


def numbers_of_the_twelve() -> range:
    return range(1, len(read_scripts()) + 1)


def held_out(number: int, count: int, more: Themes) -> list[tuple[str, str, bool]]:
    """For each card of a workshop: what it is about, the likeliest of the others' themes, and whether that is sure."""
    all_themes = [one for one in (*themes_of_the_twelve(), *more) if one.topic.workshop != number]
    others = sorted({*numbers_of_the_twelve(), *(one.topic.workshop for one in more)} - {number})
    chosen = set(random.Random(number).sample(others, count))
    known = [one for one in all_themes if one.topic.workshop in chosen]
    themes, same = confirmed_themes(known), truths_of(known)
    script = read_scripts()[number - 1]
    about = {theme.title: theme.same for theme in script.themes}
    cards = [(card.text, card.kind == "wind") for card in script.cards]
    return [
        (about.get(card.theme or "", ""), same[one.theme], one.is_sure)
        for card, one in zip(script.cards, likeliest(cards, themes), strict=True)
    ]


if __name__ == "__main__":
    main()
