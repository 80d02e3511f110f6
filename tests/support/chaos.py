"""The size of randomised tests: small in a normal run, large with `make chaos`."""

from __future__ import annotations

import os

LARGE = int(os.environ.get("SPEEDBOAT_CHAOS", "1")) > 1


def size(small: int, large: int) -> int:
    """Return `large` in a run of `make chaos`, else `small`."""
    return large if LARGE else small
