"""Capacity of a second process on the same PostgreSQL and Valkey, estimated from the CPU cost of each command.

On two cores, two servers, the database and the load generator cannot each have a core. So both servers are pinned to
one core at a load they can bear, and the CPU for each move is compared between one process alone and two with as much
load each. With a core for each process, two would carry `2 × alone / together` times as much as one, as long as the
database keeps up.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bench.measured_servers import Figures, Server, load, median, serving
from tests.support.database_servers import postgresql, valkey

ROOMS, PEOPLE, RATE = 10, 100, 200  # for each process: workshops, people in all, moves a second


def two_processes(rounds: int, seconds: float) -> dict[str, Any]:
    """One process alone; two, each with workshops of its own; two, the people of each workshop on both."""
    results: dict[str, list[Figures]] = {"one process": [], "two, each workshop on one": [], "two, each on both": []}
    with postgresql() as database, valkey() as line:
        settings = {
            "SPEEDBOAT_DATABASE_URL": database,
            "SPEEDBOAT_REDIS_URL": line.connection_url,
            "SPEEDBOAT_SECRET_KEY": "for the bench only",
        }
        for _ in range(rounds):
            with serving("speedboat", **settings) as first:
                results["one process"].append(_play(first, first.codes(ROOMS), seconds))
                with serving("speedboat", **settings) as second:
                    own = [first.codes(ROOMS), first.codes(ROOMS)]
                    results["two, each workshop on one"].append(_both(first, second, own, seconds))
                    shared = first.codes(2 * ROOMS)  # half as many of each there
                    results["two, each on both"].append(_both(first, second, [shared, shared], seconds))
    return {name: median(runs) for name, runs in results.items()}


def _play(server: Server, codes: list[str], seconds: float) -> Figures:
    return load(server, PEOPLE, codes, rate=RATE, duration=seconds)


def _both(first: Server, second: Server, codes: list[list[str]], seconds: float) -> Figures:
    """The mean of both, each with a load of its own; moves and deliveries added up."""
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(_play, (first, second), codes, (seconds, seconds))
    both = {name: (one[name] + other[name]) / 2 for name in one}
    return {**both, **{name: one[name] + other[name] for name in ("moves_s", "deliveries_s", "cpu_share")}}
