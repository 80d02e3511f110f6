"""Outlets: the direct one with hand-made frames and the JavaScript client, all with python-socketio's client."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.node import NODE
from tests.support.raw_websocket import PATIENCE, Echo, Raw, client_frame, echoing, library_client

STATIC = Path(__file__).parents[2] / "static"


@pytest.fixture(scope="module")
def echo() -> Iterator[Echo]:
    with echoing("eventlet") as running:
        yield running


@pytest.fixture(scope="module", params=["eventlet", "gevent", "threading"])
def any_echo(request: pytest.FixtureRequest) -> Iterator[Echo]:
    with echoing(request.param) as running:
        yield running


def entered(echo: Echo, **how: Any) -> Raw:
    raw = Raw(echo.port, **how)
    raw.enter()
    return raw


# --- every mode, the library's client --------------------------------------------------------------------------------


@pytest.mark.parametrize("transports", [["websocket"], ["polling"], ["polling", "websocket"]], ids="-".join)
def test_packets_come_back_once_and_in_order(any_echo: Echo, transports: list[str]) -> None:
    got: queue.SimpleQueue[int] = queue.SimpleQueue()
    with library_client(any_echo.url, {"echo": got.put}, transports=transports) as client:
        for number in range(200):
            client.emit("echo", number)
        assert [got.get(timeout=PATIENCE) for _ in range(200)] == list(range(200))


def test_one_packet_reaches_everybody(any_echo: Echo) -> None:
    got: queue.SimpleQueue[str] = queue.SimpleQueue()
    with contextlib.ExitStack() as stack:
        clients = [
            stack.enter_context(library_client(any_echo.url, {"many": got.put}, transports=[transport]))
            for transport in ("websocket", "polling", "websocket", "polling")
        ]
        clients[0].emit("many", "é")
        assert [got.get(timeout=PATIENCE) for _ in clients] == ["é"] * 4


def test_a_handler_of_the_library_still_answers(any_echo: Echo) -> None:
    with library_client(any_echo.url, {}, transports=["websocket"]) as client:
        assert [client.call("slowly", number, timeout=PATIENCE) for number in range(3)] == [0, 1, 2]


def test_a_client_that_leaves_is_noticed_with_the_words_of_its_request(any_echo: Echo) -> None:
    with library_client(any_echo.url, {}, transports=["websocket"], headers={"Accept-Language": "br"}):
        pass
    any_echo.until("br")


# --- the direct way: the protocol ------------------------------------------------------------------------------------


def test_the_handshake_agrees_to_no_extension(echo: Echo) -> None:
    with Raw(echo.port) as raw:
        assert raw.accepted
        assert "sec-websocket-extensions" not in raw.head


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec_WebSocket_Version": "8"}, 426),
        ({"Sec_WebSocket_Key": "short"}, 400),
        ({"Sec_WebSocket_Key": "not base 64 at all!"}, 400),
        ({"Origin": "http://elsewhere.example"}, 400),
    ],
)
def test_a_bad_handshake_is_refused(echo: Echo, headers: dict[str, str], status: int) -> None:
    with Raw(echo.port, **headers) as raw:
        assert raw.status == status


@pytest.mark.parametrize("size", [0, 1, 100, 125, 126, 127, 4096, 65_535, 65_536, 300_000])
def test_messages_of_every_size_come_back(echo: Echo, size: int) -> None:
    with entered(echo) as raw:
        sent = f'42["echo","{"é" * size}"]'
        raw.send(sent)
        assert raw.text() == sent


def test_two_packets_leave_in_one_write(echo: Echo) -> None:
    with entered(echo) as raw:
        raw.send('42["twice",1]')
        assert [raw.text(), raw.text()] == ['42["twice",1]'] * 2


def test_fragments_are_put_together_with_control_frames_between(echo: Echo) -> None:
    with entered(echo) as raw:
        raw.send('42["ec', 1, final=False)
        raw.send("are you there", 9)
        raw.send('ho","fragm', 0, final=False)
        raw.send('ents"]', 0)
        assert raw.frame() == (10, b"are you there")
        assert raw.text() == '42["echo","fragments"]'


def test_frames_may_come_byte_by_byte_or_many_at_once(echo: Echo) -> None:
    with entered(echo) as raw:
        for byte in client_frame('42["echo","slow"]'):
            raw.sock.sendall(bytes((byte,)))
        assert raw.text() == '42["echo","slow"]'
        raw.sock.sendall(b"".join(client_frame(f'42["echo",{number}]') for number in range(500)))
        assert [raw.text() for _ in range(500)] == [f'42["echo",{number}]' for number in range(500)]


def test_binary_messages_are_offered_too(echo: Echo) -> None:
    with entered(echo) as raw:
        raw.send(b"\0\1\2", 2)
        assert raw.text() == '42["bytes",3]'
        raw.send("bAAEC")
        assert raw.text() == '42["bytes",3]'


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (client_frame("4", masked=False), 1002),
        (client_frame("4", reserved=4), 1002),
        (client_frame("4", opcode=3), 1002),
        (client_frame("x", opcode=11), 1002),
        (client_frame("x" * 126, opcode=9), 1002),
        (client_frame("x", opcode=9, final=False), 1002),
        (client_frame("x", opcode=0), 1002),
        (client_frame("a", final=False) + client_frame("b"), 1002),
        (client_frame(b"4\xff\xfe"), 1007),
        (client_frame("4", size=1_000_001), 1009),
        (client_frame("4", size=1 << 62), 1009),
        (client_frame("x" * 600_000, final=False) + client_frame("", 0, size=600_000), 1009),
        (client_frame(b"\3\xe8bye", 8), 1000),
        (client_frame(b"", 8), 1000),
        (client_frame(b"\3", 8), 1002),
        (client_frame(b"\3\xed", 8), 1002),
        (client_frame(b"\3\xe8\xff", 8), 1007),
    ],
)
def test_what_breaks_the_protocol_is_closed_with_its_code(echo: Echo, frame: bytes, code: int) -> None:
    with entered(echo) as raw:
        raw.sock.sendall(frame)
        assert raw.closing() == code


@pytest.mark.parametrize(
    "nonsense", ["", "x", "2", "5", "6", "9", "4", "49", "4{", '42["', "451-", "b!", "41/nowhere,"]
)
def test_packets_that_mean_nothing_leave_the_connection_open(echo: Echo, nonsense: str) -> None:
    with entered(echo) as raw:
        raw.send(nonsense)
        raw.send('42["echo","still here"]')
        assert raw.text() == '42["echo","still here"]'


def test_what_comes_behind_a_message_that_waits_is_handled_after_it(echo: Echo) -> None:
    with Raw(echo.port) as raw:
        assert raw.text().startswith("0{")
        behind = [client_frame(f'42["echo",{number}]') for number in range(300)]
        raw.sock.sendall(client_frame("40") + b"".join(behind))
        assert raw.text().startswith("40{")
        assert raw.text() == '42["after"]'
        assert [raw.text() for _ in behind] == [f'42["echo",{number}]' for number in range(300)]


def test_who_leaves_while_being_let_in_is_not_counted_as_here(echo: Echo) -> None:
    with Raw(echo.port, Accept_Language="oc") as raw:
        assert raw.text().startswith("0{")
        raw.send("40")
    echo.until("gone transport close oc")
    assert json.loads(echo.get("/stats"))["here"] == 0


# --- the direct way: readers that are slow, stop, or fall silent -----------------------------------------------------


def test_a_slow_reader_gets_everything_in_order(echo: Echo) -> None:
    with entered(echo, receive_buffer=4096) as slow, entered(echo) as other:
        other.send('42["flood",{"count":90,"size":10000}]')
        assert other.text() == '42["flooded"]'
        assert [json.loads(slow.text()[2:])[1] for _ in range(90)] == list(range(90))


def test_a_reader_that_stops_is_cut_off_without_a_gap_and_costs_nobody(echo: Echo) -> None:
    with entered(echo, receive_buffer=4096) as stopped, entered(echo) as other, entered(echo) as reader:
        before = json.loads(echo.get("/stats"))["peak_kb"]
        # Each burst is less than what is kept for anybody: a reader that reads is never too late on a busy machine.
        for _ in range(50):
            other.send('42["flood",{"count":60,"size":10000}]')
            assert [json.loads(reader.text()[2:])[1] for _ in range(60)] == list(range(60))
            assert other.text() == '42["flooded"]'
        echo.until("gone transport error")
        after = json.loads(echo.get("/stats"))["peak_kb"]
        assert after - before < 60_000, "30 MB were sent past it, and are not kept"
        numbers = []
        while got := stopped.frame():
            if got[1].startswith(b'42["n"'):
                numbers.append(json.loads(got[1][2:])[1])
        assert numbers == list(range(len(numbers))), "what did arrive has no hole"


def test_a_silent_client_is_dropped(echo: Echo) -> None:
    with entered(echo) as silent:
        code = silent.closing()
        assert code == 0, "nobody is there to hear a closing frame"
    echo.until("gone ping timeout fr")


def test_a_client_that_answers_pings_stays(echo: Echo) -> None:
    with entered(echo) as raw:
        for _ in range(3):
            assert raw.frame() == (1, b"2")
            raw.send("3")
        raw.send('42["echo",1]')
        assert raw.text() == '42["echo",1]'


# --- from polling to websocket ---------------------------------------------------------------------------------------


def post(echo: Echo, sid: str, body: str) -> None:
    urllib.request.urlopen(f"{echo.url}/socket.io/?EIO=4&transport=polling&sid={sid}", body.encode(), PATIENCE).close()


def poll(echo: Echo, sid: str) -> list[str]:
    return echo.get(f"/socket.io/?EIO=4&transport=polling&sid={sid}").decode().split("\x1e")


def test_nothing_is_lost_or_doubled_on_the_way_from_polling_to_websocket(echo: Echo) -> None:
    opened = echo.get("/socket.io/?EIO=4&transport=polling").decode()
    sid = json.loads(opened[1:])["sid"]
    post(echo, sid, "40")
    got: list[str] = []
    while '42["after"]' not in got:
        got += poll(echo, sid)
    with entered(echo) as other, Raw(echo.port, f"EIO=4&transport=websocket&sid={sid}") as raw:
        other.send('42["many",1]')
        assert other.text() == '42["many",1]'
        raw.send("2probe")
        assert raw.text() == "3probe"
        other.send('42["many",2]')
        assert other.text() == '42["many",2]'
        polled = [packet for packet in poll(echo, sid) if packet != "6"]
        other.send('42["many",3]')
        assert other.text() == '42["many",3]'
        raw.send("5")
        want = ['42["many",1]', '42["many",2]', '42["many",3]']
        assert polled + [raw.text() for _ in want[len(polled) :]] == want
        raw.send('42["echo",4]')
        assert raw.text() == '42["echo",4]'


@pytest.mark.parametrize("wrong", ["2nonsense", '42["echo",1]', "5"])
def test_an_upgrade_that_fails_leaves_the_client_polling(echo: Echo, wrong: str) -> None:
    sid = json.loads(echo.get("/socket.io/?EIO=4&transport=polling").decode()[1:])["sid"]
    post(echo, sid, "40")
    with Raw(echo.port, f"EIO=4&transport=websocket&sid={sid}") as raw:
        raw.send(wrong)
        assert raw.closing() == 1002
    got: list[str] = []
    while '42["after"]' not in got:
        got += poll(echo, sid)


# --- the JavaScript client -------------------------------------------------------------------------------------------

SCRIPT = """
import { io } from "socket.io-client";
const [url, ...transports] = process.argv.slice(1);
const socket = io(url, { transports, reconnection: false });
const got = [];
socket.on("connect_error", (error) => { console.log("error " + error.message); process.exit(1); });
socket.on("after", () => { for (let n = 0; n < 500; n++) socket.emit("echo", n, "é".repeat(n)); });
socket.on("echo", (n) => {
  got.push(n);
  if (got.length === 500) {
    const pings = [];
    socket.io.on("ping", () => {
      pings.push(1);
      if (pings.length === 2) {
        console.log(JSON.stringify({
          ordered: got.every((n, i) => n === i),
          transport: socket.io.engine.transport.name,
        }));
        socket.disconnect();
      }
    });
  }
});
"""


@pytest.mark.parametrize("transports", [["websocket"], ["polling"], ["polling", "websocket"]], ids="-".join)
def test_the_javascript_client_gets_everything_in_order_and_its_pings(echo: Echo, transports: list[str]) -> None:
    command = [NODE, "--input-type=module", "-e", SCRIPT, echo.url, *transports]
    out = subprocess.run(command, cwd=STATIC, capture_output=True, text=True, timeout=60, check=False)
    assert out.stdout, out.stderr
    assert json.loads(out.stdout) == {"ordered": True, "transport": transports[-1]}


def test_idle_connections_are_cheap(echo: Echo) -> None:
    """Half of what the library's own way takes, 60 kB each, at most; bench/ has the figure."""
    with contextlib.ExitStack() as stack:
        enter_together(echo, stack, 50)  # what is made once, is made now
        before = resident(echo)
        enter_together(echo, stack, 400)
        assert (resident(echo) - before) / 400 < 30


def enter_together(echo: Echo, stack: contextlib.ExitStack, count: int) -> None:
    opened = [stack.enter_context(Raw(echo.port)) for _ in range(count)]
    for raw in opened:
        raw.send("40")
    for raw in opened:
        while raw.text() != '42["after"]':
            pass


def resident(echo: Echo) -> int:
    """Kilobytes of memory in use."""
    status = Path(f"/proc/{echo.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


def test_no_server_had_anything_to_complain_about() -> None:
    with echoing("eventlet") as quiet:
        with entered(quiet) as raw:
            raw.send('42["echo",1]')
            assert raw.text() == '42["echo",1]'
        quiet.until("gone transport close")
        started = time.monotonic()
        assert quiet.end() == (0, "")
        assert time.monotonic() - started < PATIENCE
