"""Markdown: the report as text. Texts of people are escaped."""

from __future__ import annotations

import re

from speedboat.exports.report import Block, ReportCard, report, title_lines
from speedboat.exports.source import Source
from speedboat.i18n.error_messages import N_
from speedboat.i18n.formatting import Words

# What begins a construct anywhere in a line, and what does only at its start (CommonMark 0.31).
ANYWHERE = re.compile(r"([\\`*_\[\]<>|~&])")
# What some readers make a link of by itself (GitHub Flavored Markdown 6.9): it is left as it was written.
LINK = re.compile(r"(?<=[A-Za-z])://|(?<=\bwww)\.", re.IGNORECASE)
AT_START = re.compile(r"^(\s*)([#+=-]|\d{1,9}[.)])", re.MULTILINE)


def write(source: Source) -> bytes:
    """Write the report as Markdown."""
    lines = [f"# {escaped(source.summary.title)}", "", *(escaped(line) for line in title_lines(source)), ""]
    words = Words(source.language)
    for block in report(source):
        lines += _lines(block, words)
    return ("\n".join(lines).rstrip("\n") + "\n").encode()


def escaped(text: str) -> str:
    """Return a text on one line, with everything escaped that Markdown would interpret."""
    text = LINK.sub(r"\\\g<0>", ANYWHERE.sub(r"\\\1", " ".join(text.split())))
    return AT_START.sub(lambda match: f"{match[1]}{match[2][:-1]}\\{match[2][-1]}", text)


def _lines(block: Block, words: Words) -> list[str]:
    if block.what == "heading":
        about = f" ({escaped(block.about)})" if block.about else ""
        return [f"{'#' * (block.level + 1)} {escaped(block.text)}{about}", ""]
    if block.what == "text":
        about = f"**{escaped(block.about)}** " if block.about else ""
        return [f"{about}{escaped(block.text)}", ""]
    if block.what == "figures":
        joint = N_("{label}: {value}")
        return [*(f"- {words.say(joint, label=escaped(name), value=value)}" for name, value in block.figures), ""]
    if block.what == "cards":
        return [*(_card(card) for card in block.cards), ""] if block.cards else []
    if block.what == "table":
        head, *rows = [[escaped(cell) or " " for cell in row] for row in block.rows]
        return [_row(head), _row(["---"] * len(head)), *map(_row, rows), ""]
    return []  # the picture is a file of its own


def _card(card: ReportCard) -> str:
    note = f" — *{escaped(card.note)}*" if card.note else ""
    return f"- {escaped(card.text)} ({escaped(card.about)}){note}"


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
