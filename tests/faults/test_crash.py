"""kill -9 while thirty people write: every acknowledged card is there, none twice, all people come back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from tests.support.chaos import size
from tests.support.live_server import Person, Running, card_id, command_id

ROUNDS = size(20, 200)
PEOPLE = 30
BEFORE_THE_KILL = 40  # acknowledgements of each round


def test_killed_again_and_again_nothing_acknowledged_is_lost_or_doubled(start: Callable[..., Running]) -> None:
    server = start(messages_per_second=0)
    made = server.create()
    room = [Writer(server.url, made["code"], n) for n in range(PEOPLE)]
    progress = Progress()
    for writer in room:
        writer.begin(progress)
    for _ in range(ROUNDS):
        progress.await_more(BEFORE_THE_KILL)
        server.kill()
        server.start()
    progress.await_more(BEFORE_THE_KILL)
    for writer in room:
        writer.end()
    watching = Person(server.url, made["code"], view="screen").join()
    texts = [record["text"] for record in watching.records.values() if record["type"] == "card"]
    acknowledged = {text for writer in room for text in writer.acknowledged}
    assert acknowledged <= set(texts)
    assert len(texts) == len(set(texts))
    assert len(acknowledged) > ROUNDS * BEFORE_THE_KILL
    last = watching.have
    for writer in room:
        writer.person.up_to(last)
        assert {r["text"] for r in writer.person.records.values() if r["type"] == "card"} == set(texts)
        writer.person.leave()
    watching.leave()
    assert "0 faults" in server.speedboat("check")


class Progress:
    """How many acknowledgements there have been."""

    def __init__(self) -> None:
        self._count = 0
        self._more = threading.Condition()

    def one(self) -> None:
        with self._more:
            self._count += 1
            self._more.notify_all()

    def await_more(self, number: int) -> None:
        with self._more:
            wanted = self._count + number
            assert self._more.wait_for(lambda: self._count >= wanted, 60)


class Writer:
    """Somebody who writes card after card, and sends each again under the same id until it is acknowledged."""

    def __init__(self, url: str, code: str, number: int) -> None:
        self.person = Person(url, code, name=f"P{number}", reconnects=True).join()
        self.number = number
        self.acknowledged: list[str] = []
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self, progress: Progress) -> None:
        self._thread = threading.Thread(target=self._write, args=(progress,))
        self._thread.start()

    def end(self) -> None:
        self._ending.set()
        assert self._thread
        self._thread.join(60)
        assert not self._thread.is_alive()

    def _write(self, progress: Progress) -> None:
        n = 0
        while not self._ending.is_set():
            text, n = f"{self.number}-{n}", n + 1
            command = {
                "id": command_id(),
                "name": "add_card",
                "card": card_id(),
                "kind": "wind",
                "text": text,
                "weight": 1,
            }
            if self._send(command)["ok"]:
                self.acknowledged.append(text)
                progress.one()

    def _send(self, command: dict[str, Any]) -> dict[str, Any]:
        """Until there is an answer: a lost one is asked for again as soon as the socket is back."""
        while True:
            self.person.until(lambda: self.person.connected)
            answered: list[dict[str, Any]] = []
            changed, welcomed = self.person._changed, len(self.person.welcomes)

            def heard(answer: dict[str, Any], answered: list[dict[str, Any]] = answered) -> None:
                with changed:
                    answered.append(answer)
                    changed.notify_all()

            try:
                self.person.client.emit("do", command, callback=heard)
            except Exception:  # the socket went in this very moment
                continue
            self.person.until(lambda: answered or not self.person.connected or len(self.person.welcomes) > welcomed)
            if answered:
                return answered[0]
