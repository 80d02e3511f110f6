"""An HTTP client on a bare socket, which can send anything malformed; and the handshake of long polling."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Iterator

from tests.support.live_server import Running
from tests.support.raw_websocket import PATIENCE

POLLING = "/socket.io/?EIO=4&transport=polling"


@contextlib.contextmanager
def connected(server: Running) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as sock:
        yield sock


def exchange(server: Running, sent: bytes) -> bytes:
    """Send bytes; return everything until the server closes."""
    with connected(server) as sock:
        sock.sendall(sent)
        return to_the_end(sock)


def to_the_end(sock: socket.socket) -> bytes:
    got = b""
    with contextlib.suppress(ConnectionResetError):
        while more := sock.recv(65536):
            got += more
    return got


def status(answer: bytes) -> int:
    return int(answer.split(None, 2)[1])


def handshake(server: Running, **headers: str) -> tuple[str, str]:
    """Open a polling connection; return its sid and cookie."""
    code, answered, body = server.request("GET", POLLING, **headers)
    assert code == 200
    return json.loads(body[1:])["sid"], str(answered["Set-Cookie"] or "").split(";")[0]
