"""One rule for patches: the browser's own code does with random ones what docs/protocol.md says, step by step."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from speedboat.domain.projection import changed_since
from tests.domain.test_convergence import ACTS, Client, play, viewers
from tests.support.boards import Table
from tests.support.node import NODE

ROOT = Path(__file__).parent.parent


def in_the_browser(lists: list[list[Any]]) -> Any:
    done = subprocess.run(
        [NODE, "tests/js/play_patches.mjs"],
        cwd=ROOT,
        input=json.dumps(lists),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_browser_does_with_every_patch_what_the_protocol_says() -> None:
    clients: list[Client] = []

    @settings(max_examples=60, deadline=None, derandomize=True, database=None)
    @given(ACTS, st.integers(0, 2**32))
    def collect(acts: list[Any], seed: int) -> None:
        table, network = Table(), random.Random(seed)
        here = {viewer.person: Client(viewer, network) for viewer in viewers(table)}
        first = {viewer.person: changed_since(table.board, 0, viewer) for viewer in viewers(table)}
        for who, (name, arguments) in acts:
            since = table.board.seq
            play(table, who, name, arguments)
            for viewer in viewers(table):
                client = here.setdefault(viewer.person, Client(viewer, network))
                client.viewer = viewer
                client.hears(changed_since(table.board, since, viewer), table.board)
        for person, patch in first.items():
            here[person].take_in(patch, table.board)  # a whole board, later than all the others
            here[person].take_in(changed_since(table.board, table.board.seq, here[person].viewer), table.board)
        clients.extend(here.values())

    collect()
    outcomes = {step["did"] for client in clients for step in client.steps}
    assert outcomes == {"applied", "old", "gap"}, "every part of the rule is tried"
    assert any(patch["since"] == 0 and patch["to"] < have for client in clients for patch, have in client.replaced)
    for client, played in zip(clients, in_the_browser([client.patches for client in clients]), strict=True):
        assert played == {"steps": client.steps, "records": client.records}
