"""Draws the boat as SVG: cards as notes around it, a stack for each kind of a theme, none covering another.

The scene behind them is `boat.svg`, the same boat as in the browser. Where notes are drawn: `picture_rows.py`.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import msgspec

from speedboat.domain.scene import KEEL, Kind
from speedboat.exports.line_breaks import cut_into_lines
from speedboat.exports.picture_rows import arrange, size_for
from speedboat.exports.report import picture_words
from speedboat.exports.source import Source
from speedboat.i18n.error_messages import N_
from speedboat.i18n.formatting import Words
from speedboat.reports.summary import Summary

WIDTH, HEIGHT = 172.0, 84.0  # of a note at size 1
PAPER = {"wind": "#e3f4ea", "anchor": "#e2eaf5", "shark": "#fbe4de"}
EDGE = {"wind": "#0b6b4f", "anchor": "#1d3557", "shark": "#9b2c1d"}
SIGNS = {
    "wind": "M2 9h11.5a3 3 0 1 0-2.7-4.3M2 13.5h16a3.2 3.2 0 1 1-2.9 4.6M2 18h8.5",
    "anchor": "M12 7.5V21M12 7.5a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2ZM7.5 11h9"
    "M3.5 14.5c.3 4 3.8 6.5 8.5 6.5s8.2-2.5 8.5-6.5l-2.7 1.5M3.5 14.5l2.7 1.5",
    "shark": "M3 20.5C4 11.5 9 4.5 20 3c-2.6 5-2.8 11 .6 17.5Z",
}


class PictureNote(msgspec.Struct):
    """A card by itself, or a stack: `count` of the `all` cards of a theme; `text` is None where it is closed.

    `shows` are the ids of the cards and the theme that it stands for.
    """

    kind: Kind
    x: float
    y: float
    weight: float
    text: str | None
    count: int = 0
    all: int = 0
    shows: list[str] = []


def draw(source: Source) -> bytes:
    """Draw the boat with its cards as SVG."""
    summary, words = source.summary, Words(source.language)
    notes = notes_of(summary)
    size = size_for(notes)
    for note, place in zip(notes, arrange(notes, size), strict=True):
        note.x, note.y = place
    notes.sort(key=lambda note: -note.weight)
    parts = {
        "TITLE": escape(summary.title),
        "DESCRIPTION": escape(picture_words(summary, words)),
        "ROPES": "".join(_rope(note, len(notes)) for note in notes if note.kind == "anchor"),
        "ISLAND": _island(summary.objective),
        "NOTES": "\n".join([*_ties(summary.ends, notes), *(_note(note, size, words) for note in notes)]),
    }
    # All in one go, from the scene's own words: what people wrote is not searched for words to replace.
    drawn = _scene()
    return "".join(parts.get(piece, piece) for piece in drawn).encode()


@functools.cache
def _scene() -> tuple[str, ...]:
    """Return the SVG of the scene, split where notes are inserted."""
    text = (Path(__file__).parent / "boat.svg").read_text(encoding="utf-8")
    pieces: list[str] = []
    for name in ("TITLE", "DESCRIPTION", "ROPES", "ISLAND", "NOTES"):
        before, _, text = text.partition(name)
        pieces += [before, name]
    return (*pieces, text)


# --- which notes ------------------------------------------------------------------------------------------------------


def notes_of(summary: Summary) -> list[PictureNote]:
    """Return the notes to draw: cards, and a stack for each kind of each theme."""
    titles = {theme.id: theme.title for theme in summary.themes}
    stacks: dict[str, list[PictureNote]] = {}
    notes: list[PictureNote] = []
    for card in summary.marks:
        text = card.text if isinstance(card.text, str) else None
        note = PictureNote(card.kind, card.x, card.y, card.weight, text, shows=[card.id])
        if isinstance(card.theme, str) and card.theme in titles:
            stacks.setdefault(card.theme, []).append(note)
        else:
            notes.append(note)
    return notes + [part for theme, within in stacks.items() for part in _parts(theme, titles[theme], within)]


def _parts(theme: str, title: str, within: list[PictureNote]) -> list[PictureNote]:
    """Return a theme's stacks: one of each of its kinds, amid its cards there."""
    parts = []
    for kind in dict.fromkeys(note.kind for note in within):
        same = [note for note in within if note.kind == kind]
        x, y, weight = (sum(values) / len(same) for values in zip(*((n.x, n.y, n.weight) for n in same), strict=True))
        shows = [theme, *(card for note in same for card in note.shows)]
        parts.append(PictureNote(kind, x, y, weight, title, len(same), len(within), shows))
    return parts


# --- how they are drawn ---------------------------------------------------------------------------------------------


def _rope(note: PictureNote, many: int) -> str:
    sag = max(20.0, (note.y - KEEL.y) * 0.55)
    path = f"M{KEEL.x} {KEEL.y}C{KEEL.x} {KEEL.y + sag:.1f} {note.x:.1f} {note.y - sag:.1f} {note.x:.1f} {note.y:.1f}"
    opacity = min(0.6, max(0.13, 9 / many))
    return f'<path d="{path}" stroke-width="{1.2 + note.weight * 2.4:.1f}" stroke-opacity="{opacity:.2f}"/>'


def _ties(ends: list[tuple[str, str]], notes: list[PictureNote]) -> Iterator[str]:
    """Draw a line from each wind to the brake that it relieves, beneath the notes, as `board/ties.js` does."""

    def end(target: str, *, is_wind: bool) -> PictureNote | None:
        return next((note for note in notes if target in note.shows and (note.kind == "wind") == is_wind), None)

    for wind, brake in ends:
        one, other = end(wind, is_wind=True), end(brake, is_wind=False)
        if one and other:
            yield _tie(one, other)


def _tie(wind: PictureNote, brake: PictureNote) -> str:
    bend = max(50.0, (brake.y - wind.y) * 0.4)
    path = (
        f"M{wind.x:.1f} {wind.y:.1f}C{wind.x:.1f} {wind.y + bend:.1f} "
        f"{brake.x:.1f} {brake.y - bend:.1f} {brake.x:.1f} {brake.y:.1f}"
    )
    angle = math.degrees(math.atan2(brake.y - wind.y - bend, brake.x - wind.x))
    x, y = (wind.x + brake.x) / 2, (wind.y + brake.y) / 2
    return (
        f'<g fill="none" stroke-linecap="round" stroke-linejoin="round"><path d="{path}" stroke="#ffffff" '
        f'stroke-opacity=".75" stroke-width="8"/><path d="{path}" stroke="{EDGE["wind"]}" stroke-width="4" '
        f'stroke-dasharray="12 7"/><g transform="translate({x:.1f} {y:.1f}) rotate({angle:.1f})" stroke="#ffffff" '
        f'stroke-width="3"><circle r="12" fill="{EDGE["wind"]}"/><path d="M-3 -5L4 0L-3 5"/></g></g>'
    )


def _note(note: PictureNote, size: float, words: Words) -> str:
    left, top = -WIDTH / 2, -HEIGHT / 2
    paper, edge = PAPER[note.kind], EDGE[note.kind]
    opacity = ' fill-opacity=".72"' if note.text is None else ""
    behind = ""
    if note.count:
        behind = "".join(
            f'<rect x="{left + off}" y="{top + off}" width="{WIDTH}" height="{HEIGHT}" rx="7" fill="{paper}" '
            f'stroke="{edge}" stroke-opacity=".35"/>'
            for off in (8, 4)
        )
    return (
        f'<g transform="translate({note.x:.1f} {note.y:.1f}) scale({size})">{behind}'
        f'<rect x="{left}" y="{top}" width="{WIDTH}" height="{HEIGHT}" rx="7" fill="{paper}"{opacity} '
        f'stroke="{edge}" stroke-opacity=".35"/>'
        f'<rect x="{left}" y="{top}" width="6" height="{HEIGHT}" rx="3" fill="{edge}"/>'
        f"{_text(note, words)}{_sign(note.kind, edge)}</g>"
    )


def _text(note: PictureNote, words: Words) -> str:
    text = words.say(N_("Hidden for now")) if note.text is None else note.text
    width, height = WIDTH - (46 if note.count else 38), HEIGHT - (30 if note.count else 14)
    # The largest letters in which it fits, else as much as does.
    for letters in (15.5, 13.5, 12.0, 10.5):
        lines = cut_into_lines(text, width / letters, int(height / (letters * 1.2)))
        if lines.whole:
            break
    first = -HEIGHT / 2 + 8 + letters
    weight = ' font-weight="700"' if note.count else ""
    drawn = "".join(
        f'<text x="{-WIDTH / 2 + 14}" y="{first + row * letters * 1.2:.1f}" font-size="{letters}"{weight} '
        f'fill="#14303f">{escape(line)}</text>'
        for row, line in enumerate(lines.lines)
    )
    if note.count:
        counted = words.many(note.count, words.say(N_("{n} card")), words.say(N_("{n} cards")))
        if note.all > note.count:
            counted = words.say(N_("{some} of {n} cards"), some=note.count, n=note.all)
        drawn += (
            f'<text x="{-WIDTH / 2 + 14}" y="{HEIGHT / 2 - 9}" font-size="12" fill="{EDGE[note.kind]}">'
            f"{escape(counted)}</text>"
        )
    return drawn


def _sign(kind: Kind, edge: str) -> str:
    drawn = f'fill="{edge}"' if kind == "shark" else f'fill="none" stroke="{edge}" stroke-width="2.2"'
    return (
        f'<g transform="translate({WIDTH / 2 - 14} {-HEIGHT / 2 + 8})"><circle r="14" fill="#ffffff" stroke="{edge}" '
        f'stroke-opacity=".35"/><path transform="scale(.74) translate(-12 -12)" d="{SIGNS[kind]}" {drawn} '
        'stroke-linecap="round" stroke-linejoin="round"/></g>'
    )


def _island(objective: str) -> str:
    """Draw the sign on the island with the objective."""
    if not objective:
        return ""
    lines = cut_into_lines(objective, 330 / 17, 4).lines
    height = 20 + len(lines) * 22
    top = 306 - height
    return (
        f'<g><rect x="1226" y="{top}" width="360" height="{height}" rx="8" fill="#fff8e6" stroke="#7a5636" '
        'stroke-width="2"/>'
        + "".join(
            f'<text x="1406" y="{top + 26 + row * 22}" font-size="17" font-weight="700" text-anchor="middle" '
            f'fill="#14303f">{escape(line)}</text>'
            for row, line in enumerate(lines)
        )
        + "</g>"
    )
