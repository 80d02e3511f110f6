"""Hidden texts: every byte that others receive is recorded and searched, on sockets, polling, REST and pages."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator

import pytest

from tests.support.live_server import Person, Running, card_id, theme_id

TEXTS = ["Mon chef ne comprend rien", "Je pense à partir"]
AUTHOR = "Bérénice-au-secret"


class Recorder:
    """Stands between a client and the server, and keeps every byte that the server sends."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.heard = bytearray()
        self._open: list[socket.socket] = [self._listener]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._target))
            self._open += [near, far]
            threading.Thread(target=self._pass, args=(near, far, None), daemon=True).start()
            threading.Thread(target=self._pass, args=(far, near, self.heard), daemon=True).start()

    @staticmethod
    def _pass(source: socket.socket, sink: socket.socket, kept: bytearray | None) -> None:
        try:
            while data := source.recv(65536):
                if kept is None:
                    # Unpacked, so that what is searched is what was said.
                    data = data.replace(b"Accept-Encoding:", b"X-Not-Encoding: ")[: len(data)]
                else:
                    kept += data
                sink.sendall(data)
        except OSError:
            pass
        finally:
            for end in (source, sink):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def says(self, *words: str) -> list[str]:
        """Which of these were sent, as they are or as JSON would escape them."""
        return [word for word in words if word.encode() in self.heard or json.dumps(word)[1:-1].encode() in self.heard]

    def close(self) -> None:
        for one in self._open:
            one.close()


@pytest.fixture
def recorder(any_server: Running) -> Iterator[Recorder]:
    made = Recorder(any_server.port)
    yield made
    made.close()


class Room:
    """Alice facilitates, Dan takes part by websocket, Eve by polling, Théo watches: all through the recorder."""

    def __init__(self, server: Running, recorder: Recorder, **settings: bool) -> None:
        self.server = server
        self.made = server.create()
        self.code = self.made["code"]
        url = recorder.url
        self.alice = Person(url, self.code, name="Alice", key=self.made["key"]).join()
        self.dan = Person(url, self.code, name="Dan").join()
        self.eve = Person(url, self.code, transport="polling", name="Eve").join()
        self.theo = Person(url, self.code, view="screen").join()
        self.secret = self.alice.do("share_summary", shared=True)["secret"]
        if settings:
            self.alice.do("change_settings", **settings)

    @property
    def others(self) -> list[Person]:
        return [self.alice, self.dan, self.eve, self.theo]

    def look_everywhere(self, recorder: Recorder) -> None:
        """Ask for everything there is to ask for: whole boards, exports, pages."""
        through = Running.__new__(Running)
        through.port = recorder.port
        for person in self.others:
            person.client.call("changes", {"since": 0}, timeout=20)
            token = person.auth["token"]
            for path in ("changes?since=0", "export.json", "replay"):
                assert through.api("GET", f"/workshops/{self.code}/{path}", token=token)[0] == 200
            through.api("GET", f"/workshops/{self.code}/suggestions", token=token)
        for page in ("", "/screen", "/facilitate", "/replay"):
            assert through.request("GET", f"/w/{self.code}{page}")[0] == 200
        assert through.request("GET", f"/s/{self.secret}")[0] == 200

    def leave(self) -> None:
        for person in self.others:
            person.leave()


def test_in_writing_no_text_and_no_author_reaches_anybody_else(any_server: Running, recorder: Recorder) -> None:
    room = Room(any_server, recorder)
    room.alice.do("set_phase", phase="write")
    bob = Person(any_server.url, room.code, name="Bob").join()
    cards = [bob.add(text) for text in TEXTS]
    bob.do("edit_card", card=cards[0], text=TEXTS[0] + " du tout")
    bob.do("delete_card", card=cards[1])
    bob.do("restore_card", card=cards[1])
    last = bob.do("weigh_card", card=cards[0], weight=0.9)["seq"]
    for person in room.others:
        person.up_to(last)
        assert set(person.records[cards[0]]) == {"id", "type", "seq", "kind", "x", "y", "weight"}
    mark = len(recorder.heard)
    room.look_everywhere(recorder)
    assert len(recorder.heard) > mark
    assert recorder.says(*TEXTS) == []
    assert b'"author"' not in recorder.heard
    # The recorder hears well: once revealed, it is all there.
    room.alice.do("set_phase", phase="share")
    room.alice.do("reveal")
    room.dan.sees(cards[1], text=TEXTS[1])
    assert recorder.says(*TEXTS) == TEXTS
    bob.leave()
    room.leave()


def test_in_an_anonymous_workshop_no_author_is_ever_sent(any_server: Running, recorder: Recorder) -> None:
    room = Room(any_server, recorder, anonymous=True)
    bob = Person(any_server.url, room.code, name="Bob").join()
    for phase in ("welcome", "write", "share", "group", "discuss", "closed"):
        room.alice.do("set_phase", phase=phase)
        if phase in ("welcome", "write"):
            bob.do("add_card", card=card_id(), kind="anchor", text=f"En {phase}", weight=0.5, **{"for": AUTHOR})
        if phase == "share":
            room.alice.do("reveal")
        room.look_everywhere(recorder)
    assert recorder.says("En write") == ["En write"]
    assert recorder.says(AUTHOR) == []
    assert b'"author"' not in recorder.heard
    bob.leave()
    room.leave()


def test_votes_of_others_reach_nobody_while_they_are_cast(any_server: Running, recorder: Recorder) -> None:
    room = Room(any_server, recorder)
    theme = theme_id()
    bob = Person(any_server.url, room.code, name="Bob").join()
    card = bob.add()
    room.alice.do("set_phase", phase="group")
    room.alice.do("add_theme", theme=theme, title="Argent", cards=[card])
    room.alice.do("set_phase", phase="vote")
    recorder.heard.clear()
    last = bob.do("vote", target=theme, count=3)["seq"]
    for person in room.others:
        person.up_to(last)
    room.look_everywhere(recorder)
    assert b"vote:" not in recorder.heard
    assert b'"voted":1' in recorder.heard
    assert b'"count"' not in recorder.heard
    assert not [record for record in exported(room, room.alice) if record["type"] == "vote"]
    bob.leave()
    room.leave()


def test_estimates_of_others_reach_nobody_while_they_are_made(any_server: Running, recorder: Recorder) -> None:
    room = Room(any_server, recorder)
    bob = Person(any_server.url, room.code, name="Bob").join()
    card = bob.add()
    room.alice.do("set_phase", phase="cut")
    room.alice.do("focus", target=card)
    recorder.heard.clear()
    last = bob.do("estimate", target=card, knots=17.25)["seq"]
    for person in room.others:
        person.up_to(last)
    room.look_everywhere(recorder)
    assert b"17.25" not in recorder.heard
    assert b"estimate:" not in recorder.heard
    assert b'"estimated":1' in recorder.heard
    bob.leave()
    room.leave()


def exported(room: Room, person: Person) -> list[dict[str, object]]:
    _, document = room.server.api("GET", f"/workshops/{room.code}/export.json", token=person.auth["token"])
    records: list[dict[str, object]] = document["records"]
    return records
