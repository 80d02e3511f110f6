"""PDF: the typeset report with the picture of the boat; tagged, with its language and a description of the picture."""

from __future__ import annotations

import datetime

import msgspec

from speedboat.exports.line_breaks import cut_into_lines
from speedboat.exports.picture import draw
from speedboat.exports.report import picture_words, report, title_lines
from speedboat.exports.source import Source
from speedboat.exports.typesetting import pdf
from speedboat.i18n.formatting import Words

FOOTER = 50.0  # how wide the title may be at the foot of a page, in the size of its letters


def write(source: Source) -> bytes:
    """Write the report as PDF."""
    words = Words(source.language)
    began = datetime.date.fromisoformat(source.workshop.day)
    data: dict[str, object] = {
        "title": source.summary.title,
        "short": cut_into_lines(source.summary.title, FOOTER, 1).lines[0],
        "organisation": source.house.organisation,
        "description": picture_words(source.summary, words),
        "language": source.language,
        "day": {"year": began.year, "month": began.month, "day": began.day},
        "lines": title_lines(source),
        "blocks": [_whole(block) for block in report(source)],
    }
    return pdf(source, data, draw(source))


def _whole(block: object) -> dict[str, object]:
    """Return a block with all its fields, also the empty ones, as the layout expects."""
    fields = msgspec.to_builtins(block)
    assert isinstance(fields, dict)
    return {"level": 0, "text": "", "about": "", "figures": [], "cards": [], "rows": [], **fields}
