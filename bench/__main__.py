"""Run the cases and write `docs/performance.md`.

`python -m bench` runs all cases; `--only CASE …` some, keeping the last figures of the others; `--quick` runs one short
round.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.cases import CASES
from bench.measured_servers import BUILD, build, commit_ms
from bench.report import report

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
RESULTS = BUILD / "results.json"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Speedboat beside its peers.")
    parser.add_argument("--only", nargs="+", choices=list(CASES), metavar="CASE", help=", ".join(CASES))
    parser.add_argument("--quick", action="store_true", help="one short round of each; nothing is written")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4)
    options = parser.parse_args()
    build()
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    rounds, seconds = (1, 1.5) if options.quick else (options.rounds, options.seconds)
    for name in options.only or CASES:
        started = time.monotonic()
        median, high = commit_ms()
        result = CASES[name](rounds, seconds)
        when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
        results[name] = {"found": result, "commit_ms": [median, high], "when": when, "rounds": rounds}
        print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr)
        if not options.quick:
            RESULTS.write_text(json.dumps(results, indent=1))
            PAGE.write_text(report(results), encoding="utf-8")
    if options.quick:
        print(report(results))


if __name__ == "__main__":
    main()
