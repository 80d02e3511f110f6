"""The serving modes: what each promises to the other packages, and how it shuts down."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator

import pytest

from speedboat.server import listen, make_serving
from speedboat.writing.queue import RequestQueue
from tests.support.raw_websocket import PATIENCE, Echo, Raw, echoing, library_client

MODES = ["eventlet", "gevent", "threading"]


@pytest.fixture(scope="module", params=MODES)
def echo(request: pytest.FixtureRequest) -> Iterator[Echo]:
    with echoing(request.param) as running:
        yield running


def test_a_mode_keeps_its_promises(echo: Echo) -> None:
    assert json.loads(echo.get("/checks")) == {
        "in_order": True,
        "spawned": "spawned",
        "later": "later",
        "off_loop_is_elsewhere": True,
        "raises": "ValueError",
        "times_out": "TimeoutError",
    }


def test_two_requests_that_wait_wait_side_by_side(echo: Echo) -> None:
    got: list[bytes] = []
    threads = [threading.Thread(target=lambda: got.append(echo.get("/checks"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(got) == 4


@pytest.mark.parametrize("mode", MODES)
def test_at_the_end_a_polling_client_is_told_and_nothing_is_complained_of(mode: str) -> None:
    told = threading.Event()
    heard = {"disconnect": lambda _reason: told.set()}
    with echoing(mode) as echo, library_client(echo.url, heard, transports=["polling"]):
        code, complaints = echo.end()
        assert told.wait(PATIENCE)
        assert (code, complaints) == (0, "")
        assert echo.until("stop") == ["stopping", "stopped"]


@pytest.mark.parametrize(("mode", "codes"), [("eventlet", {1001}), ("gevent", {0, 1000}), ("threading", {0, 1000})])
def test_at_the_end_a_websocket_is_closed_in_a_way_that_it_comes_back(mode: str, codes: set[int]) -> None:
    with echoing(mode) as echo, Raw(echo.port) as raw:
        raw.enter()
        echo.process.terminate()
        # No Socket.IO packet says goodbye: after one of those the JavaScript client would stay away.
        assert raw.closing() in codes
        assert echo.wait_for_end() == (0, "")
        assert echo.until("stop") == ["stopping", "stopped"]


def test_callers_that_say_nothing_do_not_stop_the_next() -> None:
    with echoing("eventlet") as echo:
        silent = [socket.create_connection(("127.0.0.1", echo.port)) for _ in range(1500)]
        try:
            assert echo.get("/stats")
        finally:
            for caller in silent:
                caller.close()


def test_an_unknown_mode_is_named() -> None:
    with pytest.raises(ValueError, match="not 'twisted'"):
        make_serving("twisted")


def test_a_taken_port_is_an_error() -> None:
    with listen("127.0.0.1", 0) as first, pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", first.getsockname()[1])


def test_the_listener_does_not_hold_small_packets_back() -> None:
    with listen("127.0.0.1", 0) as listener:
        client = socket.create_connection(listener.getsockname())
        accepted, _ = listener.accept()
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        client.close()
        accepted.close()


def test_the_desk_takes_everything_that_has_come_at_once() -> None:
    first, go, groups = threading.Event(), threading.Event(), []

    def handle(group: list[int]) -> None:
        groups.append(group)
        first.set()
        go.wait(PATIENCE)

    desk = RequestQueue(handle, "desk")
    desk.put(0)
    first.wait(PATIENCE)
    for number in range(1, 10):
        desk.put(number)
    go.set()
    desk.finish(PATIENCE)
    assert groups == [[0], list(range(1, 10))]


def test_a_desk_survives_a_group_that_fails(caplog: pytest.LogCaptureFixture) -> None:
    done: list[list[str]] = []

    def handle(group: list[str]) -> None:
        if group == ["bad"]:
            raise RuntimeError
        done.append(group)

    desk = RequestQueue(handle, "desk")
    bad_taken = threading.Event()
    desk.put("bad")
    while not caplog.records and not bad_taken.wait(0.01):
        pass
    desk.put("good")
    desk.finish(PATIENCE)
    assert done == [["good"]]
