"""How much of everything is played: small in each run, large with `make chaos`."""

from __future__ import annotations

import os

LARGE = int(os.environ.get("SPEEDBOAT_CHAOS", "1")) > 1


def size(small: int, large: int) -> int:
    """`large` when chaos is asked for."""
    return large if LARGE else small
