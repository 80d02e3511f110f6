"""The benchmark cases: each plays one load against each kind of server and returns figures for `report.py`."""

from __future__ import annotations

import statistics
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from bench.browser import frames, slow_start
from bench.measured_servers import Figures, Server, interleaved, load, median, serving
from bench.two_processes import two_processes

PEERS = ["floor", "node", "speedboat"]
RIVALS = ["node", "speedboat"]
ROOMS = (30, 100, 300)


def fresh(kind: str, clients: int, rooms: int = 1, **options: float) -> Figures:
    """One run on a server of its own."""
    with serving(kind) as server:
        return load(server, clients, server.codes(rooms), **options)


def one_in_flight(rounds: int, seconds: float) -> dict[str, Any]:
    """From `do` to the last of N having the patch, when nobody else asks for anything."""
    return {
        str(people): interleaved(rounds, PEERS, lambda kind, n=people: fresh(kind, n, window=1, duration=seconds))  # type: ignore[misc]
        for people in ROOMS
    }


def saturated(rounds: int, seconds: float) -> dict[str, Any]:
    """Sixteen moves under way all the time."""
    return {
        str(people): interleaved(rounds, PEERS, lambda kind, n=people: fresh(kind, n, window=16, duration=seconds))  # type: ignore[misc]
        for people in ROOMS
    }


def open_loop(rounds: int, seconds: float) -> dict[str, Any]:
    """The highest offered rate, doubling, at which the 99th percentile to the last of N stays under 100 ms."""
    results: dict[str, Any] = {}
    for people, first in ((30, 500), (300, 50)):
        results[str(people)] = {kind: {"rate": _highest(kind, people, first, seconds)} for kind in RIVALS}
    return results


def _highest(kind: str, people: int, rate: float, seconds: float) -> float:
    highest = 0.0
    while rate <= 64_000:
        with serving(kind) as server:
            got = load(server, people, server.codes(1), rate=rate, duration=seconds)
        if got["last_p99"] > 100 or got["left"] > 0 or got["moves_s"] < 0.95 * rate:
            break
        highest, rate = rate, rate * 2
    return highest


def light(rounds: int, seconds: float) -> dict[str, Any]:
    """300 moves a second in one room of 30: what a command costs when there is little to batch."""
    return interleaved(rounds, RIVALS, lambda kind: fresh(kind, 30, rate=300, duration=seconds))


def hundred_workshops(rounds: int, seconds: float) -> dict[str, Any]:
    """100 workshops of 30: each person moves a card every 5 s, five in each drag, ten places a second."""
    return interleaved(
        1, RIVALS, lambda kind: fresh(kind, 3000, 100, rate=600, drags=5000, duration=seconds, handshakes=64)
    )


def storm(rounds: int, seconds: float) -> dict[str, Any]:
    """Everybody clicks at once, twenty times."""
    return {
        str(people): interleaved(rounds, RIVALS, lambda kind, n=people: fresh(kind, n, bursts=20))  # type: ignore[misc]
        for people in (30, 300)
    }


def commits(rounds: int, seconds: float) -> dict[str, Any]:
    """Commands a second that one process puts on disk, when few look on."""
    return {
        "1": {"speedboat": median([fresh("speedboat", 2, window=200, duration=seconds) for _ in range(rounds)])},
        "100": {"speedboat": median([fresh("speedboat", 200, 100, window=4, duration=seconds) for _ in range(rounds)])},
    }


def idle(rounds: int, seconds: float) -> dict[str, Any]:
    """Memory of people who are in and do nothing, 30 to a workshop; a minute's worth of pings is not waited for."""
    return {str(people): {kind: _idle(kind, people) for kind in ["floor", *RIVALS]} for people in (1000, 5000)}


def _idle(kind: str, people: int) -> Figures:
    with serving(kind) as server:
        load(server, 60, server.codes(2), quiet=1)  # what is made once, is made now
        return load(server, people, server.codes(people // 50), quiet=1, idle=8, handshakes=64)


def join_storm(rounds: int, seconds: float) -> dict[str, Any]:
    """300 people come in at the same moment, from one address, into one workshop; each adds a card."""
    return interleaved(rounds, RIVALS, lambda kind: fresh(kind, 300, handshakes=300))


def age(rounds: int, seconds: float) -> dict[str, Any]:
    """A command in a new workshop, in one with 10,000 events behind it, and in a new one among 1,000 others."""
    results: dict[str, list[Figures]] = {"new": [], "10,000 events": [], "1,000 others": []}
    for _ in range(max(rounds, 3)):
        with serving("speedboat") as server:
            old, new = server.codes(2)
            grown = 0.0
            while grown < 10_000:
                grown += load(server, 8, [old], window=400, duration=2)["moves"]
            for name, code in (("new", new), ("10,000 events", old), ("new", new), ("10,000 events", old)):
                results[name].append(load(server, 30, [code], rate=300, duration=seconds))
            server.codes(1000)
            results["1,000 others"].append(load(server, 30, server.codes(1), rate=300, duration=seconds))
    spread = {name: [run["cpu_us_per_move"] for run in runs] for name, runs in results.items()}
    return {
        name: {**median(runs), "least": min(spread[name]), "most": max(spread[name])} for name, runs in results.items()
    }


def slow_clients(rounds: int, seconds: float) -> dict[str, Any]:
    """300 in a room, 200 moves a second; then the same with ten who have stopped reading."""
    results: dict[str, list[Figures]] = {"all read": [], "ten stopped": []}
    for _ in range(rounds):
        results["all read"].append(fresh("speedboat", 300, rate=200, duration=seconds))
        results["ten stopped"].append(fresh("speedboat", 300, rate=200, duration=seconds, sleepers=10))
    return {name: median(runs) for name, runs in results.items()}


def exports(rounds: int, seconds: float) -> dict[str, Any]:
    """30 people move and drag; meanwhile somebody exports the workshop again and again."""
    results: dict[str, Any] = {}
    for name in ("nobody exports", "json", "csv", "xlsx", "pdf"):
        with serving("speedboat") as server:
            code = server.codes(1)[0]
            ending, times = threading.Event(), list[float]()
            if name != "nobody exports":
                again = _exporter(server, code, name, ending, times)
                if again is None:
                    continue
                threading.Thread(target=again, daemon=True).start()
            got = load(server, 30, [code], rate=60, drags=50, duration=seconds)
            ending.set()
            results[name] = {**got, "exports": len(times), "export_ms": statistics.median(times) if times else 0}
    return results


def _exporter(
    server: Server, code: str, form: str, ending: threading.Event, times: list[float]
) -> Callable[[], None] | None:
    token = server.post(f"/api/v1/workshops/{code}/people", {"key": server.keys[code]})["token"]
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/api/v1/workshops/{code}/export.{form}",
        headers={"Authorization": f"Bearer {token}"},
    )

    def once() -> float:
        start = time.perf_counter()
        with urllib.request.urlopen(request, timeout=60) as answer:
            answer.read()
        return (time.perf_counter() - start) * 1000

    try:
        once()
    except urllib.error.HTTPError:
        return None  # this version does not write that form

    def again() -> None:
        while not ending.is_set():
            times.append(once())

    return again


def old_phone(rounds: int, seconds: float) -> dict[str, Any]:
    """What a hand on the board costs a slow phone, and how long a slow line makes one wait."""
    runs = [frames() for _ in range(rounds)]
    lines = [slow_start() for _ in range(rounds)]
    return {
        "frames": {gesture: median([run[gesture] for run in runs]) for gesture in runs[0]},
        "slow line": median(lines),
    }


CASES: dict[str, Callable[[int, float], dict[str, Any]]] = {
    case.__name__: case
    for case in (
        one_in_flight,
        saturated,
        open_loop,
        light,
        commits,
        hundred_workshops,
        storm,
        join_storm,
        idle,
        age,
        slow_clients,
        old_phone,
        exports,
        two_processes,
    )
}
