"""PNG: the picture of the boat, at a higher resolution if there are many cards."""

from __future__ import annotations

from speedboat.domain.scene import HEIGHT, WIDTH
from speedboat.exports.picture import draw
from speedboat.exports.source import Source
from speedboat.exports.typesetting import png

MANY = 120  # cards from which the picture is drawn larger


def write(source: Source) -> bytes:
    """Draw the picture as PNG."""
    return png(draw(source), int(WIDTH), int(HEIGHT), 2.5 if len(source.summary.marks) > MANY else 1.5)
