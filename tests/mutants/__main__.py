"""`python -m tests.mutants [--only TEXT] [--refusals] [--processes N]`; the whole is judged, a part of it only shown.

It fails if less than 95 % are killed, if one that leaves out a refusal survives, if a survivor is not explained in
`survivors.toml`, or if one explained there is killed by now or no longer exists.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import tomllib
from collections import Counter
from pathlib import Path

from tests.mutants.operators import Mutant, mutants_in
from tests.mutants.runner import FOLDER, Outcome, needs_import, run_fresh, run_in_place

EXPLAINED = Path(__file__).parent / "survivors.toml"
LEAST = 0.95  # of all, killed


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--only", default="", metavar="TEXT", help="only mutants whose key holds this text")
    parser.add_argument("--refusals", action="store_true", help="only mutants that leave out a refusal")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    mutants = [
        one for one in mutants_in(FOLDER) if options.only in one.key and (one.is_refusal or not options.refusals)
    ]
    results = try_all(mutants, options.processes)
    crashed = [mutant for mutant in mutants if results[mutant.key] is Outcome.CRASHED]
    unimportable = sum(results[mutant.key] is Outcome.UNIMPORTABLE for mutant in mutants)
    mutants = [mutant for mutant in mutants if results[mutant.key] in (Outcome.SURVIVED, Outcome.KILLED)]
    survivors = [mutant for mutant in mutants if results[mutant.key] is Outcome.SURVIVED]
    for path, count in sorted(Counter(mutant.path for mutant in survivors).items()):
        print(f"{path}: {count} of {sum(mutant.path == path for mutant in mutants)} survived")
    refusals = [mutant for mutant in mutants if mutant.is_refusal]
    killed = len(mutants) - len(survivors)
    share = killed / max(1, len(mutants))
    print(f"{killed} of {len(mutants)} killed ({share:.1%}); {unimportable} more cannot be imported")
    spared = sum(results[mutant.key] is Outcome.SURVIVED for mutant in refusals)
    print(f"refusals left out: {len(refusals)}, {len(refusals) - spared} killed")
    if options.only or options.refusals:
        return 0
    complaints = [f"could not be tried: {mutant.key}" for mutant in crashed] + judge(mutants, survivors)
    print(*complaints, sep="\n")
    return bool(complaints)


def try_all(mutants: list[Mutant], processes: int) -> dict[str, Outcome]:
    """What becomes of each, by key."""
    results: dict[str, Outcome] = {}
    started = time.monotonic()

    def report(mutant: Mutant, outcome: Outcome) -> None:
        results[mutant.key] = outcome
        if outcome is not Outcome.KILLED:
            print(f"{outcome.name.lower()}: {mutant.key} (line {mutant.line})", flush=True)
        if len(results) % 100 == 0:
            minutes = (time.monotonic() - started) / 60
            print(f"{len(results)} of {len(mutants)} tried, {minutes:.1f} min", file=sys.stderr, flush=True)

    # First those that need modules to be imported anew: afterwards they are imported.
    anew = [one for one in mutants if needs_import(one)]
    if anew:
        run_fresh(anew, processes, report)
    rest = [one for one in mutants if one.key not in results]
    left = run_in_place(rest, processes, report) if rest else []
    # Called only while modules are imported, or by no test at all.
    for mutant in left:
        report(mutant, Outcome.SURVIVED)
    return results


def judge(mutants: list[Mutant], survivors: list[Mutant]) -> list[str]:
    explained = {entry["mutant"]: entry["why"] for entry in tomllib.loads(EXPLAINED.read_text())["survivor"]}
    keys, alive = {mutant.key for mutant in mutants}, {mutant.key for mutant in survivors}
    complaints = [f"not explained in {EXPLAINED.name}: {key}" for key in sorted(alive - set(explained))]
    complaints += [f"explained in {EXPLAINED.name}, but killed: {key}" for key in sorted(set(explained) & keys - alive)]
    complaints += [f"explained in {EXPLAINED.name}, but gone: {key}" for key in sorted(set(explained) - keys)]
    complaints += [f"leaves out a refusal and survives: {one.key}" for one in survivors if one.is_refusal]
    if len(survivors) > (1 - LEAST) * len(mutants):
        complaints.append(f"more than {1 - LEAST:.0%} survived")
    return complaints


if __name__ == "__main__":
    sys.exit(main())
