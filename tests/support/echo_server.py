"""A small server for testing serving modes and outlets by themselves: `python -m tests.support.echo_server MODE`.

Messages: `echo` sends itself back, `many` sends itself to everybody, `flood {count, size}` sends so many numbered
packets to everybody else, `slowly` is left to the library, whose handler waits. Prints its port, then what happens.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
import threading
import time
from typing import Any

from flask import Flask, request
from flask_socketio import SocketIO

from speedboat.server import Serving, listen, make_serving
from speedboat.websocket import make_outlet

PING_INTERVAL, PING_TIMEOUT = 1, 5


def say(words: str) -> None:
    """Print a line in one write, since several threads print."""
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


class Echoing:
    def __init__(self, mode: str) -> None:
        self.serving: Serving = make_serving(mode)
        self.flask = Flask("echoing")
        self.socketio = SocketIO(
            self.flask,
            async_mode=mode,
            ping_interval=PING_INTERVAL,
            ping_timeout=PING_TIMEOUT,
            max_http_buffer_size=1_000_000,
            manage_session=False,
        )
        self.outlet = make_outlet(self.socketio.server, self.serving)
        self.outlet.offer_inbound(self.take, self.after)
        self.here: dict[str, None] = {}
        self.socketio.on_event("connect", self.connect)
        self.socketio.on_event("disconnect", self.disconnect)
        self.socketio.on_event("slowly", self.slowly)
        self.flask.add_url_rule("/checks", view_func=self.checks)
        self.flask.add_url_rule("/stats", view_func=self.stats)

    def connect(self, auth: Any = None) -> None:
        self.serving.off_loop(time.sleep, 0.01)  # as a database would
        self.here[self.socketio.server.manager.eio_sid_from_sid(request.sid, "/")] = None  # type: ignore[attr-defined]

    def disconnect(self, reason: str) -> None:
        eio_sid = self.socketio.server.manager.eio_sid_from_sid(request.sid, "/")  # type: ignore[attr-defined]
        self.here.pop(eio_sid, None)
        say(f"gone {reason} {request.headers.get('Accept-Language')}")

    def slowly(self, number: int) -> int:
        self.serving.off_loop(time.sleep, 0.05)
        return number

    def after(self, eio_sid: str, data: str | bytes) -> None:
        if data == "0":
            self.outlet.send(eio_sid, [b'2["after"]'])

    def take(self, eio_sid: str, data: str | bytes) -> bool:
        if isinstance(data, bytes):
            self.outlet.send(eio_sid, [b'2["bytes",%d]' % len(data)])
            return True
        if not data.startswith("2["):
            return False
        name, *arguments = json.loads(data[1:])
        if name == "echo":
            self.outlet.send(eio_sid, [data.encode()])
        elif name == "twice":
            self.outlet.send(eio_sid, [data.encode(), data.encode()])
        elif name == "many":
            self.outlet.send_many(list(self.here), data.encode())
        elif name == "flood":
            others = [other for other in self.here if other != eio_sid]
            for number in range(arguments[0]["count"]):
                text = b'2["n",%d,"%s"]' % (number, b"x" * arguments[0]["size"])
                self.outlet.send_many(others, text)
            self.outlet.send(eio_sid, [b'2["flooded"]'])
        else:
            return False
        return True

    def stats(self) -> dict[str, Any]:
        return {"here": len(self.here), "peak_kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}

    def checks(self) -> dict[str, Any]:
        """Try, from inside a request, what a serving mode promises."""
        serving, order = self.serving, list[int]()
        done = serving.waiter()

        def from_thread() -> None:
            for number in range(1000):
                serving.soon_from_thread(order.append, number)
            serving.soon_from_thread(done.set, threading.get_ident())

        spawned, timed = serving.waiter(), serving.waiter()
        serving.spawn(spawned.set, "spawned")
        serving.later(0.01, lambda: timed.set("later"))
        native = serving.off_loop(threading.get_ident)
        serving.off_loop(from_thread)
        return {
            "in_order": done.wait(5) != 0 and order == list(range(1000)),
            "spawned": spawned.wait(5),
            "later": timed.wait(5),
            "off_loop_is_elsewhere": native != threading.get_ident(),
            "raises": self._raised(lambda: serving.off_loop(int, "x")),
            "times_out": self._raised(lambda: serving.waiter().wait(0.01)),
        }

    @staticmethod
    def _raised(fn: Any) -> str:
        try:
            fn()
        except Exception as error:
            return type(error).__name__
        return ""

    def run(self) -> None:
        listener = listen("127.0.0.1", 0)
        say(str(listener.getsockname()[1]))
        self.serving.serve(self.flask, listener, self.stopping)
        say("stopped")

    def stopping(self) -> None:
        say("stopping")
        self.serving.soon_from_thread(self.outlet.close_all)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    Echoing(sys.argv[1]).run()
