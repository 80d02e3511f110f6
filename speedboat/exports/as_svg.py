"""SVG: the picture of the boat, for print in any size."""

from __future__ import annotations

from speedboat.exports.picture import draw as write

__all__ = ["write"]
