"""Quality of suggestions, on the cards of the Lezoux workshop, which people have put into named themes.

`python -m bench.suggestions` prints them; `python -m bench.suggest` writes them, and others, into docs/suggestions.md.
Needs `speedboat[suggest]` for its second half.
"""

from __future__ import annotations

import itertools
import json
from pathlib import Path

from speedboat.reports.suggestions import Writing, grouped, theme_scores
from speedboat.reports.text_similarity import Likeness, by_meaning, by_words, knows_meaning

DATA = Path(__file__).parent.parent / "speedboat" / "cli" / "lezoux.json"


def main() -> None:
    print(table())


def table() -> str:
    """Return the figures as a table."""
    scripted = json.loads(DATA.read_text(encoding="utf-8"))["cards"]
    labels = [card["theme"] for card in scripted]
    themes = sorted(set(labels))
    texts = [card["text"] for card in scripted] + themes
    rows = [
        "| | right first | right among three | offered anything | right where offered | blind groups | right pairs |",
        "|---|---|---|---|---|---|---|",
    ]
    ways = {"words": by_words(texts, "fr")}
    if knows_meaning():
        ways["meaning"] = by_meaning(texts, len(scripted))
    for name, measure in ways.items():
        groups, right = blind(scripted, labels, measure)
        figures = " | ".join(f"{figure:.2f}" for figure in assigned(scripted, labels, themes, measure))
        rows.append(f"| {name} | {figures} | {groups} | {right:.2f} |")
    return "\n".join(rows)


def assigned(scripted: list[dict[str, str]], labels: list[str], themes: list[str], measure: Likeness) -> list[float]:
    """Each card left out in turn, all the others in their themes: right first, right among three, how many are offered
    anything, and how many of those rightly."""
    cards = [Writing(str(n), card["kind"], card["text"], card["theme"]) for n, card in enumerate(scripted)]  # type: ignore[arg-type]
    first, three, offered, right = 0, 0, 0, 0
    for at, card in enumerate(cards):
        scores = theme_scores(at, card, cards, themes, measure)
        best = sorted(scores, key=scores.__getitem__, reverse=True)
        first += best[0] == labels[at]
        three += labels[at] in best[:3]
        offered += scores[best[0]] >= measure.assigning
        right += scores[best[0]] >= measure.assigning and best[0] == labels[at]
    return [first / len(cards), three / len(cards), offered / len(cards), right / max(1, offered)]


def blind(scripted: list[dict[str, str]], labels: list[str], measure: Likeness) -> tuple[int, float]:
    """How many groups are made without any theme, and how many of the pairs in them people put together too."""
    cards = [Writing(str(n), card["kind"], card["text"]) for n, card in enumerate(scripted)]  # type: ignore[arg-type]
    groups = [group for group in grouped(cards, measure, measure.grouping) if len(group) > 1]
    pairs = [pair for group in groups for pair in itertools.combinations(group, 2)]
    return len(groups), sum(labels[one] == labels[other] for one, other in pairs) / max(1, len(pairs))


if __name__ == "__main__":
    main()
