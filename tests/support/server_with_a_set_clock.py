"""`speedboat` on a machine whose clock is set to another time: `python -m tests.support.server_with_a_set_clock serve`.

By so many seconds as the file that `CLOCK_SET_BY` names says, at each reading.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

SET_BY = Path(os.environ["CLOCK_SET_BY"])
true_ns, true_seconds = time.time_ns, time.time


def seconds() -> int:
    return int(SET_BY.read_text(encoding="utf-8"))


if __name__ == "__main__":
    time.time_ns = lambda: true_ns() + seconds() * 1_000_000_000
    time.time = lambda: true_seconds() + seconds()

    from speedboat.__main__ import main

    main()
