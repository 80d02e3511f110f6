"""A clock that jumps: order and storage depend on sequence numbers, not on times."""

from __future__ import annotations

from tests.support.chaos import size
from tests.support.live_server import Person, Running, card_id, command_id

# `speedboat serve` with a wall clock that is an hour ahead, a day behind, forty days ahead, at every other asking.
PROGRAM = """
import itertools
from speedboat import app
wall, jumps = app.wall_clock, itertools.cycle((0, 3_600_000, -86_400_000, 20 * 86_400_000, -3))
app.Speedboat.__init__.__defaults__ = (lambda: wall() + next(jumps), None)
from speedboat.cli.commands import main
main()
"""


class Jumping(Running):
    program = ("-c", PROGRAM)


def test_a_clock_that_jumps_by_hours_and_days_loses_and_doubles_nothing(environment: dict[str, str]) -> None:
    server = Jumping(environment)
    try:
        code = server.create()["code"]
        bob, carol = (Person(server.url, code, name=name).join() for name in ("Bob", "Carol"))
        commands = [
            {"id": command_id(), "name": "add_card", "card": card_id(), "kind": "wind", "text": f"{n}", "weight": 0.5}
            for n in range(size(40, 2000))
        ]
        answers = [bob.send(command) for command in commands]
        first = answers[0]["seq"]
        assert [answer["seq"] for answer in answers] == list(range(first, first + len(commands)))
        assert [bob.send(command) for command in commands[:5]] == answers[:5]
        watching = Person(server.url, code, view="screen").join()
        for person in (bob, carol, watching):
            person.up_to(watching.have)
            there = [record["id"] for record in person.records.values() if record["type"] == "card"]
            assert sorted(there) == sorted(command["card"] for command in commands)
            person.leave()
        assert server.request("GET", "/readyz")[0] == 200
        assert "0 faults" in server.speedboat("check")
    finally:
        server.kill()
