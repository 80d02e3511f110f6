"""Writes the figures as `docs/performance.md`: ratios first, each with its aim."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any

HEAD = """# Performance

What `make bench` measured, on one machine in one run; read the ratios, not the milliseconds. One server process on one
core, the load generator (`bench/load.c`, one thread) on another, loopback. Everything is on in Speedboat: checks,
rules, masking, and a durable commit (SQLite, `synchronous=FULL`) before every acknowledgement. The Node peer is a bare
Socket.IO {socketio} server that checks nothing and stores nothing; the floor is a C program that writes each message to
each member. The people play the same moves against all of them, and every move is followed until everybody has it; of
several moves of one card in one patch, the last one stands for all.

Machine: {machine}. Medians of {rounds} interleaved rounds, {when}. One durable commit alone on this disk: {commit}.
"""


def machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":")[1].strip() for line in lines if "model name" in line), "")
    system = f"{platform.system()} {platform.release().split('-')[0]}"
    return f"{os.cpu_count()} cores ({model}), {system}, Python {platform.python_version()}"


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def n(value: float, digits: int = 3) -> str:
    """So many significant digits, large numbers with thousands."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.{digits}g}"


def ms(figures: dict[str, float], what: str = "last") -> str:
    if figures[f"{what}_p50"] < 0:
        return "nothing arrived"
    return f"{n(figures[f'{what}_p50'])} / {n(figures[f'{what}_p99'])}"


def times(a: float, b: float) -> str:
    return f"{a / b:.2f} ×" if b else "–"


def _against(cases: dict[str, Any], people: str) -> list[str]:
    ours, node = cases[people]["speedboat"], cases[people]["node"]
    return [
        times(ours["deliveries_per_cpu_s"], node["deliveries_per_cpu_s"]),
        times(ours["deliveries_s"], node["deliveries_s"]),
    ]


def closed(cases: dict[str, Any], result: dict[str, Any]) -> str:
    rows = []
    for people, by in cases.items():
        for kind in ("floor", "node", "speedboat"):
            got = by[kind]
            ratio = _against(cases, people) if kind == "speedboat" else ["", ""]
            rows.append(
                [
                    people,
                    kind,
                    *ratio,
                    ms(got),
                    n(got["deliveries_s"]),
                    n(got["cpu_us_per_move"]),
                    f"{got['own_share']:.0%}",
                ]
            )
    head = ["people", "server", "deliveries per CPU second × Node", "deliveries/s × Node", "ms to the last, p50 / p99"]
    return table([*head, "deliveries/s", "CPU µs a move", "load's own CPU"], rows)


def open_loop(cases: dict[str, Any], result: dict[str, Any]) -> str:
    rows = []
    for people, by in cases.items():
        ours, node = by["speedboat"]["rate"], by["node"]["rate"]
        rows.append([people, times(ours, node), n(ours), n(node)])
    return table(["people", "× Node", "Speedboat, moves/s", "Node, moves/s"], rows)


def pair(cases: dict[str, Any], result: dict[str, Any]) -> str:
    ours, node = cases["speedboat"], cases["node"]
    rows = [
        [
            kind,
            times(got["cpu_us_per_move"], node["cpu_us_per_move"]) if got is ours else "",
            ms(got),
            n(got["cpu_us_per_move"]),
            f"{got['cpu_share']:.0%}",
            n(got["drags_s"]),
            n(got["frames_s"]),
        ]
        for kind, got in (("speedboat", ours), ("node", node))
    ]
    head = ["server", "CPU a move × Node", "ms to the last, p50 / p99", "CPU µs a move", "of one core", "drags/s in"]
    return table([*head, "frames/s out"], rows)


def storms(cases: dict[str, Any], result: dict[str, Any]) -> str:
    rows = [[people, kind, ms(got), n(got["last_max"])] for people, by in cases.items() for kind, got in by.items()]
    return table(["people", "server", "ms to the last, p50 / p99", "worst"], rows)


def commits(cases: dict[str, Any], result: dict[str, Any]) -> str:
    rows = [
        [rooms, n(by["speedboat"]["moves_s"]), ms(by["speedboat"], "ack"), f"{by['speedboat']['cpu_share']:.0%}"]
        for rooms, by in cases.items()
    ]
    return table(["workshops", "commands/s on disk", "ms to the acknowledgement, p50 / p99", "of one core"], rows)


def joins(cases: dict[str, Any], result: dict[str, Any]) -> str:
    rows = [[kind, n(got["enter_s"]), n(got["enter_p50"]), n(got["enter_p99"])] for kind, got in cases.items()]
    return table(["server", "seconds until all 300 are in", "ms for one, p50", "p99"], rows)


def idle(cases: dict[str, Any], result: dict[str, Any]) -> str:
    rows = [
        [
            people,
            kind,
            times(got["kb_per_person_rested"], by["node"]["kb_per_person_rested"]) if kind == "speedboat" else "",
            n(got["kb_per_person_rested"]),
            n(got["mb"]),
            f"{got['idle_cpu_share']:.1%}",
        ]
        for people, by in cases.items()
        for kind, got in by.items()
    ]
    return table(["people", "server", "× Node", "kB each", "MB in all", "of one core, idle"], rows)


def age(cases: dict[str, Any], result: dict[str, Any]) -> str:
    base = cases["new"]["cpu_us_per_move"]
    rows = [
        [
            name,
            times(got["cpu_us_per_move"], base),
            n(got["cpu_us_per_move"]),
            f"{n(got['least'])}-{n(got['most'])}",
            ms(got),
        ]
        for name, got in cases.items()
    ]
    return table(["workshop", "CPU a command × new", "µs", "all rounds", "ms to the last, p50 / p99"], rows)


def slow_clients(cases: dict[str, Any], result: dict[str, Any]) -> str:
    rows = [[name, ms(got), n(got["mb"]), n(got["cpu_us_per_move"])] for name, got in cases.items()]
    return table(["", "ms to the last of those who read, p50 / p99", "MB at the start", "CPU µs a move"], rows)


def exports(cases: dict[str, Any], result: dict[str, Any]) -> str:
    rows = [[name, ms(got), n(got["exports"]), n(got["export_ms"])] for name, got in cases.items()]
    return table(["", "ms to the last, p50 / p99", "exports made", "ms each"], rows)


def two_processes(cases: dict[str, Any], result: dict[str, Any]) -> str:
    alone = cases["one process"]["cpu_us_per_move"]
    rows = [
        [
            name,
            "" if name == "one process" else times(2 * alone, got["cpu_us_per_move"]),
            n(got["cpu_us_per_move"]),
            n(got["moves_s"]),
            ms(got),
        ]
        for name, got in cases.items()
    ]
    return table(["", "two carry × one, a core each", "CPU µs a move", "moves/s", "ms to the last, p50 / p99"], rows)


def old_phone(cases: dict[str, Any], result: dict[str, Any]) -> str:
    frames = [[name, n(got["p50"]), n(got["p95"])] for name, got in cases["frames"].items()]
    line = cases["slow line"]
    waits = [
        ["a card is accepted: waited in all", line["door"] + line["kept"]],
        ["from the address to the door", line["door"]],
        ["from the name to where a card is typed", line["typing"]],
        ["from the name to the card kept on the phone", line["kept"]],
        ["from the name to the card on the server", line["received"]],
    ]
    slow = table(["first visit at 400 kbit/s, 400 ms there and back", "s"], [[what, f"{s:.1f}"] for what, s in waits])
    return table(["Chromium slowed six times, 360 × 740", "ms a frame, median", "p95"], frames) + "\n\n" + slow


SECTIONS = {
    "one_in_flight": ("One move in flight", closed, "Aim: CPU at least 0.75 × at 30, 1 × at 100 and 300."),
    "saturated": ("Saturated: sixteen moves in flight", closed, "Aim: 3 × at 30, 5 × at 100 and 300, of either."),
    "open_loop": ("Open loop: highest rate with p99 under 100 ms", open_loop, "Aim: 2 × at 30, 4 × at 300."),
    "light": (
        "300 moves a second in one room of 30",
        pair,
        "Aim: at most 1.4 × the CPU of Node, which stores nothing.",
    ),
    "commits": ("Commands a second on disk", commits, "Aim: 6,000 in one workshop, 6,000 in a hundred."),
    "hundred_workshops": ("100 workshops of 30 at human rhythm", pair, "Aim: p99 under 50 ms, under one core."),
    "storm": ("Storm: everybody moves at once", storms, ""),
    "join_storm": ("300 people come in at once", joins, ""),
    "idle": ("Idle connections", idle, "Aim: at most 2 × Node."),
    "age": ("A command as workshops grow old and many", age, "Aim: within 10 %."),
    "old_phone": (
        "An old phone, and a slow line",
        old_phone,
        "300 cards, ten of them moved by others in every frame, drawn without graphics hardware. Aim: 20 ms, 4 s.",
    ),
    "slow_clients": ("Clients that stop reading", slow_clients, "Aim: nobody else's p99 moves by more than 10 %."),
    "two_processes": (
        "A second process, on PostgreSQL and Valkey",
        two_processes,
        "Aim: 1.7 ×. Reckoned from the servers' CPU a move at the same load for each: on two cores, two servers, the "
        "database and the load cannot have a core each.",
    ),
    "exports": ("Exports while 30 people move and drag", exports, ""),
}


def report(results: dict[str, Any]) -> str:
    """The page."""
    first = next(iter(results.values()))
    commit = f"{n(first['commit_ms'][0])} ms, p99 {n(first['commit_ms'][1])} ms"
    head = HEAD.format(socketio="4.8", machine=machine(), rounds=first["rounds"], when=first["when"], commit=commit)
    parts = [head]
    for name, (title, write, aim) in SECTIONS.items():
        if name in results:
            result = results[name]
            commit = (
                f"A commit alone took {n(result['commit_ms'][0])} ms (p99 {n(result['commit_ms'][1])}) just before."
            )
            parts.append(f"## {title}\n\n{aim} {commit}".strip() + f"\n\n{write(result['found'], result)}\n")
    return "\n".join(parts)
