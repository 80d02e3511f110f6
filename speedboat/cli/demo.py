"""`speedboat demo`: a live workshop with simulated people, over real sockets, at human speed.

They play the workshop of the Lezoux media library (`lezoux.json`). The server is the ordinary one; the people are
clients in a process of their own, which knows only the wire.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec
import socketio

from speedboat.access.entry import create_workshop
from speedboat.access.keys import KeyMaker
from speedboat.app import Speedboat
from speedboat.cli.serve import serve
from speedboat.config import Config
from speedboat.writing.creation import NewWorkshop

Fields = dict[str, Any]  # of a record or answer, as JSON gives it

SCRIPT = Path(__file__).parent / "lezoux.json"
MOST_WAIT = 30.0  # seconds for one answer
SEED = 63190  # the postcode of Lezoux: the same demo every time


class ScriptCard(msgspec.Struct):
    """A card of the script."""

    kind: str
    text: str
    weight: float
    theme: str


class ScriptAction(msgspec.Struct):
    """An action of the script."""

    text: str
    owner: str
    theme: str


class Script(msgspec.Struct):
    """The script: the workshop, its people, its cards with their themes, its actions."""

    title: str
    objective: str
    language: str
    participants: list[str]
    cards: list[ScriptCard]
    actions: list[ScriptAction]


def read_script() -> Script:
    """Read the script, `lezoux.json`."""
    return msgspec.json.decode(SCRIPT.read_bytes(), type=Script)


def run(
    config: Config, *, people: int, speed: float, language: str, host: str | None, port: int | None, leave: bool
) -> None:
    """Serve and play the demo; `speed` is a factor of human speed; with `leave` the server ends with the workshop."""
    playing: list[subprocess.Popen[bytes]] = []

    def started(speedboat: Speedboat, address: str) -> None:
        script = read_script()
        keys = KeyMaker(speedboat.config.secret_key)
        new = NewWorkshop(script.title, script.objective, language)
        workshop, key = create_workshop(speedboat.store, keys, speedboat.clock(), new)
        base = speedboat.config.public_url or address
        click.echo(f"The wall:        {base}/w/{workshop.code}/screen")
        click.echo(f"Take part:       {base}/w/{workshop.code}")
        # Output that is not a terminal ends up in a log, which must not contain a key.
        link = f"{base}/w/{workshop.code}/facilitate#key={key}"
        click.echo(f"Facilitate:      {link if sys.stdout.isatty() else f'speedboat key {workshop.code}'}")
        # The key goes by the environment: command lines can be read by everybody on a machine.
        command = [sys.executable, "-m", "speedboat.cli.demo", address, workshop.code, str(people), str(speed)]
        player = subprocess.Popen(command, env={**os.environ, "SPEEDBOAT_DEMO_KEY": key})  # noqa: S603
        playing.append(player)
        threading.Thread(target=_await, args=(player, leave), daemon=True).start()

    try:
        serve(config, host, port, started)
    finally:
        for player in playing:
            player.terminate()
    if playing and playing[0].wait() > 0:
        raise click.ClickException(
            "The demo stopped early: commands were refused or the connection was lost, see above."
        )


def _await(player: subprocess.Popen[bytes], leave: bool) -> None:
    player.wait()
    if leave:
        os.kill(os.getpid(), signal.SIGTERM)
    else:
        click.echo("The workshop is over; its board stays. Press Ctrl+C to stop.")


# --- the people, in a process of their own --------------------------------------------------------------------------


class SimulatedPerson:
    """One simulated browser."""

    def __init__(self, address: str, code: str, name: str, key: str | None = None) -> None:
        self.name = name
        self.records: dict[str, Fields] = {}
        self._welcomed = threading.Event()
        self._client = socketio.Client(reconnection=True, reconnection_delay=0.2, reconnection_delay_max=2)
        self._client.on("welcome", self._welcome)
        self._client.on("patch", self._patch)
        self._auth: dict[str, object] = {"code": code, "name": name, **({"key": key} if key else {})}
        self._client.connect(address, auth=lambda: self._auth, transports=["websocket"], wait_timeout=MOST_WAIT)
        if not self._welcomed.wait(MOST_WAIT):
            raise TimeoutError(f"the server did not let {name} in within {MOST_WAIT:.0f} s")

    def _welcome(self, welcome: Fields) -> None:
        self._auth = {**self._auth, "token": welcome["token"]}
        self._patch(welcome["patch"])
        self._welcomed.set()

    def _patch(self, patch: Fields) -> None:
        if patch["since"] == 0:
            self.records.clear()
        # The client library hands over each message in a thread of its own: the newer one wins, whichever comes last.
        for record in patch["put"]:
            if record["seq"] >= self.records.get(record["id"], record)["seq"]:
                self.records[record["id"]] = record
        for record_id in patch["remove"]:
            if self.records.get(record_id, {"seq": 0})["seq"] <= patch["to"]:
                self.records.pop(record_id, None)

    def do(self, name: str, **arguments: Any) -> Fields:
        """Send a command, again under the same id until there is an answer."""
        command = {"id": secrets.token_urlsafe(12), "name": name, **arguments}
        until = time.monotonic() + MOST_WAIT
        while True:
            try:
                answer: dict[str, object] = self._client.call("do", command, timeout=5)
                return answer
            except (socketio.exceptions.TimeoutError, socketio.exceptions.BadNamespaceError):
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)

    def drag(self, card: str, x: float, y: float) -> None:
        self._client.emit("drag", {"card": card, "x": x, "y": y})

    def leave(self) -> None:
        self._client.disconnect()


class Play:
    """Plays the workshop from welcome to closed; `pause` waits as long as people would, divided by the speed."""

    def __init__(
        self, script: Script, room: Sequence[SimulatedPerson], facilitator: SimulatedPerson, speed: float
    ) -> None:
        self.script = script
        self.room = room
        self.facilitator = facilitator
        self.speed = speed
        self.chance = random.Random(SEED)  # noqa: S311  # not a secret
        self.ids = [f"card:{secrets.token_urlsafe(16)}" for _ in script.cards]
        self.themes: dict[str, str] = {}
        self.refused = 0

    def pause(self, seconds: float) -> None:
        time.sleep(seconds / self.speed)

    def act(self, who: SimulatedPerson, name: str, **arguments: Any) -> None:
        answer = who.do(name, **arguments)
        if not answer["ok"]:
            self.refused += 1
            click.echo(f"  refused: {name}, {answer['error']['code']}")

    def phase(self, name: str, minutes: int | None = None) -> None:
        click.echo(f"- {name}")
        self.act(self.facilitator, "set_phase", phase=name)
        if minutes:
            self.act(self.facilitator, "set_timer", seconds=minutes * 60)

    def whole(self) -> None:
        self.welcome()
        self.write()
        self.share()
        self.group()
        self.vote()
        self.cut()
        self.discuss()
        self.actions()
        self.act(self.facilitator, "set_timer", seconds=None)
        self.phase("closed")

    def welcome(self) -> None:
        """Add a few winds for all to see, so that the board is not empty at the start."""
        click.echo("- welcome")
        winds = [i for i, card in enumerate(self.script.cards) if card.kind == "wind"][:6]
        for i in winds:
            self.add(i)
            self.pause(0.7)

    def write(self) -> None:
        done = {i for i, card in enumerate(self.script.cards) if card.kind == "wind"}
        first = [i for i in done if self.ids[i] not in self.facilitator.records]
        self.phase("write", 9)
        for kind, batch in (
            ("wind", first),
            ("anchor", [i for i, card in enumerate(self.script.cards) if card.kind == "anchor"]),
            ("shark", [i for i, card in enumerate(self.script.cards) if card.kind == "shark"]),
        ):
            self.act(self.facilitator, "open_kinds", kinds=[kind])
            self.chance.shuffle(batch)
            for i in batch:
                self.add(i)
                self.pause(self.chance.uniform(0.3, 1.2))
        for person in self.room:
            if self.chance.random() < 0.8:
                self.act(person, "ready", ready=True)
        self.act(self.facilitator, "open_kinds", kinds=["wind", "anchor", "shark"])

    def add(self, i: int) -> None:
        card, author = self.script.cards[i], self.room[i % len(self.room)]
        self.act(author, "add_card", card=self.ids[i], kind=card.kind, text=card.text, weight=card.weight)

    def share(self) -> None:
        self.phase("share", 5)
        self.pause(3)
        self.act(self.facilitator, "reveal")
        self.pause(4)
        for i in self.chance.sample(range(len(self.ids)), len(self.ids) // 2):
            reader = self.chance.choice(self.room)
            if reader is not self.room[i % len(self.room)]:
                self.act(reader, "agree", card=self.ids[i])
                self.pause(0.25)
        self.drag_some()

    def drag_some(self) -> None:
        """Drag an anchor slowly, so that everybody sees it sink."""
        card = next(i for i, card in enumerate(self.script.cards) if card.kind == "anchor")
        record, who = self.facilitator.records.get(self.ids[card]), self.room[card % len(self.room)]
        if not record:
            return
        for step in range(1, 9):
            who.drag(self.ids[card], record["x"] + step * 4, record["y"] - step * 6)
            self.pause(0.08)
        self.act(who, "move_card", card=self.ids[card], x=record["x"] + 32, y=record["y"] - 48)

    def group(self) -> None:
        self.phase("group", 15)
        by_theme: dict[str, list[int]] = {}
        for i, card in enumerate(self.script.cards):
            by_theme.setdefault(card.theme, []).append(i)
        for title, members in by_theme.items():
            theme = self.themes[title] = f"theme:{secrets.token_urlsafe(16)}"
            who = self.chance.choice(self.room)
            self.act(who, "add_theme", theme=theme, title=title, cards=[self.ids[i] for i in members[:2]])
            for i in members[2:]:
                self.pause(0.4)
                self.act(self.chance.choice(self.room), "put_in_theme", card=self.ids[i], theme=theme)
            self.pause(0.8)

    def vote(self) -> None:
        self.phase("vote", 6)
        popular = list(self.themes.values())
        weights = [1 / (1 + rank) for rank in range(len(popular))]
        self.chance.shuffle(weights)
        for person in self.room:
            spent: dict[str, int] = {}
            for _ in range(self.chance.randint(3, 5)):
                target = self.chance.choices(popular, weights)[0]
                if spent.get(target, 0) < 3:
                    spent[target] = spent.get(target, 0) + 1
                    self.act(person, "vote", target=target, count=spent[target])
            self.pause(0.5)

    def ranked(self) -> list[str]:
        """Return the themes of brakes, those with most votes first, as everybody sees them from now on."""
        brakes = {self.themes[card.theme] for card in self.script.cards if card.kind != "wind"}
        total = {theme: self.facilitator.records.get(f"vote:{theme}", {}).get("total", 0) for theme in brakes}
        return sorted(brakes, key=lambda theme: -total[theme])

    def cut(self) -> None:
        self.phase("cut", 6)
        for theme in self.ranked()[:3]:
            self.act(self.facilitator, "focus", target=theme)
            usual = self.chance.choice([3, 5, 8])
            for person in self.room:
                knots = self.chance.choice([usual, usual, 2, 5, 8, 13])
                self.act(person, "estimate", target=theme, knots=knots)
                self.pause(0.15)
            self.pause(2)

    def discuss(self) -> None:
        self.phase("discuss", 12)
        winds = [i for i, card in enumerate(self.script.cards) if card.kind == "wind"]
        for theme in self.ranked()[:4]:
            self.act(self.facilitator, "focus", target=theme)
            self.pause(3)
            for i in self.chance.sample(winds, 2):
                self.act(self.chance.choice(self.room), "link", wind=self.ids[i], brake=theme)
                self.pause(1)
        self.act(self.facilitator, "focus", target=None)

    def actions(self) -> None:
        self.phase("act", 4)
        for planned in self.script.actions:
            action = f"action:{secrets.token_urlsafe(16)}"
            due = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 90 * 24 * 3600))
            proposer = self.chance.choice(self.room)
            theme = self.themes.get(planned.theme)
            self.act(
                proposer, "add_action", action=action, text=planned.text, owner=planned.owner, due=due, theme=theme
            )
            self.pause(2)
            self.act(self.facilitator, "accept_action", action=action)
            self.pause(1)


def play(address: str, code: str, people: int, speed: float, key: str) -> int:
    """Let people join and play; return how many of their commands were refused."""
    script = read_script()
    facilitator = SimulatedPerson(address, code, "Animation" if script.language == "fr" else "Facilitator", key)
    names = script.participants
    room: list[SimulatedPerson] = []
    for i in range(people):
        room.append(SimulatedPerson(address, code, names[i % len(names)]))
        time.sleep(0.12 / speed)
    click.echo(f"- {len(room)} people have joined")
    acting = Play(script, room, facilitator, speed)
    acting.whole()
    for person in [*room, facilitator]:
        person.leave()
    return acting.refused


def main(arguments: Sequence[str], on_end: Callable[[int], None] = sys.exit) -> None:
    """Play the demo in a process of its own, then call `on_end` with 0, or 1 if something was refused."""
    address, code, people, speed = arguments
    refused = play(address, code, int(people), float(speed), os.environ["SPEEDBOAT_DEMO_KEY"])
    click.echo(json.dumps({"refused": refused}))
    on_end(1 if refused else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
