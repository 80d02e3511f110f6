"""Quality of suggestions, on the cards of the Lezoux workshop, which people have put into named themes.

`python -m bench.suggestions` prints the figures of docs/suggestions.md. Needs `speedboat[suggest]` for its second half.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path

from speedboat.reports.suggestions import Writing, grouped, theme_scores
from speedboat.reports.text_similarity import Likeness, by_meaning, by_words, knows_meaning

DATA = Path(__file__).parent.parent / "speedboat" / "cli" / "lezoux.json"


def main() -> None:
    scripted = json.loads(DATA.read_text(encoding="utf-8"))["cards"]
    labels = [card["theme"] for card in scripted]
    themes = sorted(set(labels))
    texts = [card["text"] for card in scripted] + themes
    print(f"{len(scripted)} cards, {len(themes)} themes; the largest theme would be right for "
          f"{max(Counter(labels).values()) / len(labels):.2f} of them\n")  # fmt: skip
    print("| | right first | right among three | offered | right where offered | rand index | seconds |")
    print("|---|---|---|---|---|---|---|")
    ways = {"words": lambda: by_words(texts, "fr")}
    if knows_meaning():
        by_meaning(texts, len(scripted))  # the encoder is read once, before the clock runs
        ways["meaning"] = lambda: by_meaning(texts, len(scripted))
    for name, way in ways.items():
        started = time.perf_counter()
        measure = way()
        figures = [*assigned(scripted, labels, themes, measure), blind(scripted, labels, measure)]
        shown = " | ".join(f"{figure:.2f}" for figure in [*figures, time.perf_counter() - started])
        print(f"| {name} | {shown} |")


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


def blind(scripted: list[dict[str, str]], labels: list[str], measure: Likeness) -> float:
    """The adjusted Rand index of the groups made without any theme: 1 is what people made, 0 is chance."""
    cards = [Writing(str(n), card["kind"], card["text"]) for n, card in enumerate(scripted)]  # type: ignore[arg-type]
    blind_labels = [0] * len(cards)
    for number, group in enumerate(grouped(cards, measure, measure.grouping)):
        for at in group:
            blind_labels[at] = number
    return adjusted_rand(labels, blind_labels)


def adjusted_rand(one: list[str], other: list[int]) -> float:
    """Hubert and Arabie, Comparing partitions, 1985."""

    def pairs(counts: Counter[object]) -> float:
        return sum(n * (n - 1) / 2 for n in counts.values())

    both, ones, others = pairs(Counter(zip(one, other, strict=True))), pairs(Counter(one)), pairs(Counter(other))
    chance = ones * others / (len(one) * (len(one) - 1) / 2)
    most = (ones + others) / 2
    return (both - chance) / (most - chance)


if __name__ == "__main__":
    main()
