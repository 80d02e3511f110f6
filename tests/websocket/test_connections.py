"""Connections that cost and bring nothing: not joined, slow, or with ambiguous request heads."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from speedboat.websocket.outlet import LARGEST_BEFORE_JOIN
from tests.support.live_server import Person, Running, running
from tests.support.raw_http import POLLING, connected, exchange, handshake, status, to_the_end
from tests.support.raw_websocket import Raw, client_frame

Start = Callable[..., Running]
MODES = ["eventlet", "gevent", "threading"]


# --- connections that nobody was let in by --------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
def test_whoever_is_not_let_in_is_let_go_after_a_while_and_whoever_is_stays(start: Start, mode: str) -> None:
    server = start(seconds_to_join=1, **{"async": mode})
    made = server.create()
    bob = Person(server.url, made["code"], name="Bob").join()
    carol = Person(server.url, made["code"], transport="polling", name="Carol").join()
    with Raw(server.port) as silent, Raw(server.port) as wrong, Raw(server.port) as left:
        for raw in (silent, wrong, left):
            assert raw.text().startswith("0{")
        wrong.send('40{"code":"ZZZZZZ"}')
        assert wrong.text().startswith("44{")
        left.send(f'40{{"code":"{made["code"]}"}}')
        assert left.text().startswith("40{")
        left.send("41")
        for raw in (silent, wrong, left):
            assert not raw.stay(pings=6), "it answers every ping, and is let go all the same"
    sid, cookie = handshake(server)
    own = f"{POLLING}&sid={sid}"
    polls = 0
    while server.request("GET", own, Cookie=cookie)[0] == 200:
        server.request("POST", own, b"3", Cookie=cookie)
        polls += 1
        assert polls < 6
    for person in (bob, carol):
        person.add()
    for person in (bob, carol):
        person.leave()


@pytest.mark.parametrize("mode", MODES)
def test_of_too_many_newcomers_the_oldest_goes_and_the_newest_comes_in(start: Start, mode: str) -> None:
    server = start(most_joining=3, **{"async": mode})
    made = server.create()
    with contextlib.ExitStack() as stack:
        oldest, *others = [stack.enter_context(Raw(server.port)) for _ in range(3)]
        for raw in (oldest, *others):
            assert raw.text().startswith("0{")
        others[0].await_ping()  # by then they have been seen to wait
        bob = Person(server.url, made["code"], name="Bob").join()
        to_the_end(oldest.sock)
        others[1].send(f'40{{"code":"{made["code"]}"}}')
        assert others[1].text().startswith("40{")
        bob.leave()


@pytest.mark.parametrize("mode", MODES)
def test_before_being_let_in_nobody_sends_much_and_afterwards_as_much_as_ever(start: Start, mode: str) -> None:
    server = start(**{"async": mode})
    made = server.create()
    with Raw(server.port) as raw:
        assert raw.text().startswith("0{")
        with contextlib.suppress(OSError):  # it may close before it has read all
            raw.send("40" + " " * LARGEST_BEFORE_JOIN)
        assert not raw.stay(pings=2)
    with Raw(server.port) as raw:
        assert raw.text().startswith("0{")
        with contextlib.suppress(OSError):
            for _ in range(LARGEST_BEFORE_JOIN // 1000 + 2):
                raw.sock.sendall(client_frame("x" * 1000, 1 if _ == 0 else 0, final=False))
        assert not raw.stay(pings=0)
    sid, cookie = handshake(server)
    assert server.request("POST", f"{POLLING}&sid={sid}", b"40" + b" " * LARGEST_BEFORE_JOIN, Cookie=cookie)[0] == 413
    for transport in ("websocket", "polling"):
        bob = Person(server.url, made["code"], transport=transport, name="Bob").join()
        assert bob.ask("add_card", text="x" * 60_000)["error"]["code"] != "too_large"
        assert bob.ask("add_card", text="x" * 70_000)["error"]["code"] == "too_large"
        bob.leave()


@pytest.mark.parametrize("mode", MODES)
def test_a_room_of_phones_behind_one_address_comes_in_together(start: Start, mode: str) -> None:
    server = start(**{"async": mode})
    code = server.create()["code"]
    with contextlib.ExitStack() as stack:
        raws = [stack.enter_context(Raw(server.port)) for _ in range(60)]
        for raw in raws:
            raw.send(f'40{{"code":"{code}"}}')
        for raw in raws:
            assert raw.text().startswith("0{")
            assert raw.text().startswith("40{")
            assert raw.text().startswith('42["welcome"')


# --- slow requests --------------------------------------------------------------------------------------------------

HEAD = (
    b"POST /api/v1/workshops HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n"
)
POSTED = (
    b"POST /socket.io/?EIO=4&transport=polling&sid=%s HTTP/1.1\r\n"
    b"Host: localhost\r\nCookie: %s\r\nContent-Length: 1000\r\n"
)


@pytest.fixture(scope="module", params=MODES)
def hasty(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server without patience."""
    settings = {"SPEEDBOAT_SECONDS_FOR_HEAD": "1", "SPEEDBOAT_SECONDS_FOR_BODY": "1", "SPEEDBOAT_ASYNC": request.param}
    server = running({"SPEEDBOAT_DATA_DIR": str(tmp_path_factory.mktemp("hasty")), **settings})
    yield server
    server.kill()


def drip(sock: socket.socket, stopped: threading.Event) -> None:
    """A byte at a time, for ever."""
    with contextlib.suppress(OSError):
        while not stopped.wait(0.05):
            sock.sendall(b"x")


@pytest.mark.parametrize("begun", ["nothing", "line", "headers", "body", "posted"])
def test_a_request_that_comes_a_byte_at_a_time_is_cut_off(hasty: Running, begun: str) -> None:
    start = {"nothing": b"", "line": b"GET /", "headers": HEAD + b"X-Slow: ", "body": HEAD + b"\r\n"}
    if begun == "posted":
        sid, cookie = handshake(hasty)
        start["posted"] = POSTED % (sid.encode(), cookie.encode()) + b"\r\n"
    stopped = threading.Event()
    with connected(hasty) as sock:
        sock.sendall(start[begun])
        dripping = threading.Thread(target=drip, args=(sock, stopped), daemon=True)
        if begun != "nothing":
            dripping.start()
        answer = to_the_end(sock)
        stopped.set()
    assert not answer or 400 <= status(answer) < 500
    assert hasty.request("GET", "/healthz")[0] == 200


@pytest.mark.parametrize("mode", MODES)
def test_slow_callers_do_not_hold_up_the_end(start: Start, mode: str) -> None:
    server = start(**{"async": mode})
    made = server.create()
    bob = Person(server.url, made["code"], name="Bob").join()
    sid, cookie = handshake(server)
    with contextlib.ExitStack() as stack:
        for begun in (b"", b"GET /", HEAD, HEAD + b"\r\n{", POSTED % (sid.encode(), cookie.encode()) + b"\r\n4") * 10:
            stack.enter_context(connected(server)).sendall(begun)
        for _ in range(10):
            assert stack.enter_context(Raw(server.port)).accepted
        bob.add()
        code, said = server.stop()
    assert (code, "Traceback" in said) == (0, False), said
    bob.until(lambda: not bob.connected)


# --- heads with two meanings ----------------------------------------------------------------------------------------

GET = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
HIDDEN = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"Content-Length: 0\r\nContent-Length: 96\r\n",
        b"Content-Length: 0\r\nContent-Length: 0\r\n",
        b"Content-Length : 96\r\n",
        b"Content-Length: +96\r\n",
        b"Content-Length: 9_6\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: " + b"9" * 300 + b"\r\n",
        b"Content-Length: " + b"9" * 5000 + b"\r\n",
        b"Content-Length: 96, 96\r\n",
        b"Host: evil.example\r\n",
        b"X: y\rContent-Length: 96\r\n",
        b"X: y\x00z\r\n",
        b" folded: 1\r\n",
        b"no colon\r\n",
        b"X y: 1\r\n",
    ],
)
def test_a_head_that_can_be_read_two_ways_is_refused_and_ends_the_connection(any_server: Running, head: bytes) -> None:
    answer = exchange(any_server, GET + head + b"\r\n" + HIDDEN)
    assert status(answer) in (400, 411)
    assert answer.count(b"HTTP/1.") == 1, "what came behind it was not read as a request"


@pytest.mark.parametrize("target", [b"http://evil.example/", b"evil.example:443", b"healthz"])
def test_an_address_that_is_no_path_is_refused(any_server: Running, target: bytes) -> None:
    answer = exchange(any_server, b"GET " + target + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert status(answer) == 400


def test_a_body_too_long_to_be_read_past_ends_the_connection(hasty: Running) -> None:
    with connected(hasty) as sock:
        sock.sendall(GET + b"Content-Length: 3000000\r\n\r\n")
        with contextlib.suppress(OSError):  # it may close before it has been sent all
            sock.sendall(b"x" * 3_000_000 + HIDDEN)
        assert to_the_end(sock).count(b"HTTP/1.") <= 1


def test_a_body_nobody_asked_for_is_not_read_as_the_next_request(any_server: Running) -> None:
    sent = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(HIDDEN)
    last = b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    assert b"speedboat_" not in exchange(any_server, sent + HIDDEN + last)


# --- what is logged of it -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
def test_of_bad_requests_nothing_is_logged_that_they_held(start: Start, mode: str) -> None:
    server = start(log_level="DEBUG", seconds_for_head=1, seconds_for_body=1, **{"async": mode})
    sid, cookie = handshake(server)
    for path in (f"{POLLING}&sid={sid}", f"{POLLING}&sid=canari", "/socket.io/?EIO=4&transport=canari", "/s/canari"):
        server.request("GET", path, Cookie=cookie.replace("polling", "x"), Origin="http://canari.example")
        server.request("GET", path)
        server.request("POST", path, b"4canari")
    named = b"GET / HTTP/1.1\r\nHost: canari.example\r\nConnection: close\r\n\r\n"
    slow = POSTED % (sid.encode(), cookie.encode()) + b"\r\ncanari"
    lines = [b"canari", b"GET //[canari HTTP/1.1", b"GET /canari HTTP/9.9", b"CANARI / HTTP/1.1", GET + b"canari"]
    for sent in (named, slow, *[line + b"\r\n\r\n" for line in lines]):
        exchange(server, sent)
    code, said = server.stop()
    assert code == 0
    for secret in ("canari", "CANARI", sid, cookie.partition("=")[2], "127.0.0.1 ", "Traceback"):
        assert secret not in said, said
