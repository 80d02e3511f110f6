"""A websocket client on a bare socket, which can send anything malformed."""

from __future__ import annotations

import base64
import contextlib
import os
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any

import engineio.payload
import requests
import socketio

from speedboat.websocket.frames import accept_key

PATIENCE = 20.0


class Echo:
    """A running `tests/support/echo_server.py`."""

    def __init__(self, mode: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.support.echo_server", mode],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []
        self._news = threading.Condition()
        assert self.process.stdout
        first = self.process.stdout.readline()
        assert first, self.process.communicate()[1]
        self.port = int(first)
        threading.Thread(target=self._read, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            with self._news:
                self.lines.append(line.strip())
                self._news.notify_all()

    def until(self, words: str, times: int = 1) -> list[str]:
        """Wait until the server has printed so many lines with these words; return them."""
        with self._news:
            matched = self._news.wait_for(
                lambda: sum(words in line for line in self.lines) >= times and [x for x in self.lines if words in x],
                PATIENCE,
            )
        assert matched, f"{words!r} was not among {self.lines}"
        return list(matched)

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(self.url + path, timeout=PATIENCE) as answer:
            body: bytes = answer.read()
        return body

    def end(self) -> tuple[int, str]:
        """Ask the server to stop; return its exit code and its standard error."""
        self.process.terminate()
        return self.wait_for_end()

    def wait_for_end(self) -> tuple[int, str]:
        """Wait for the end of a server that was asked to stop; return its exit code and its standard error.

        It is not asked again: Python gives up its signal handlers as it ends, and a second SIGTERM then kills it.
        """
        code = self.process.wait(PATIENCE)
        assert self.process.stderr
        return code, self.process.stderr.read()


@contextlib.contextmanager
def echoing(mode: str) -> Iterator[Echo]:
    echo = Echo(mode)
    try:
        yield echo
    finally:
        echo.process.kill()
        echo.process.wait()
        for stream in (echo.process.stdout, echo.process.stderr):
            assert stream
            stream.close()


# The library's client too takes 16 packets in one poll; the JavaScript one takes all.
engineio.payload.Payload.max_decode_packets = 2000


@contextlib.contextmanager
def library_client(url: str, handlers: dict[str, Callable[..., Any]], **how: Any) -> Iterator[socketio.Client]:
    """Connect python-socketio's client for the length of a `with`."""
    with requests.Session() as session:
        client = socketio.Client(reconnection=False, http_session=session)
        for name, handler in handlers.items():
            client.on(name, handler)
        client.connect(url, **how)
        websocket = getattr(client.eio, "ws", None)
        try:
            yield client
        finally:
            client.disconnect()
            client.eio.queue.put(None)  # its writer may not have noticed that the server closed, and wait ten seconds
            client.wait()
            if websocket:
                websocket.close()  # which the library forgets when it was the server that closed


class Raw:
    """One websocket, after its handshake."""

    def __init__(self, port: int, query: str = "EIO=4&transport=websocket", receive_buffer: int = 0, **headers: str):
        self.sock = socket.socket()
        if receive_buffer:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(("127.0.0.1", port))
        key = base64.b64encode(os.urandom(16)).decode()
        own_headers = {
            "Host": f"127.0.0.1:{port}",
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": key,
            "Accept-Language": "fr",
            "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in own_headers.items())
        self.sock.sendall(f"GET /socket.io/?{query} HTTP/1.1\r\n{lines}\r\n".encode())
        head = b""
        while b"\r\n\r\n" not in head:
            more = self.sock.recv(4096)
            assert more, head
            head += more
        head, self.buffer = head.split(b"\r\n\r\n", 1)
        self.status = int(head.split()[1])
        self.head = head.decode().lower()
        self.accepted = self.status == 101 and str(accept_key(key)).lower() in self.head

    def __enter__(self) -> Raw:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.sock.close()

    # --- out --------------------------------------------------------------------------------------------------------

    def send(self, payload: bytes | str, opcode: int = 1, **how: bool | int) -> None:
        self.sock.sendall(client_frame(payload, opcode, **how))

    def enter(self) -> None:
        """Read the engine's greeting, then join the namespace."""
        assert self.text().startswith("0{")
        self.send("40")
        assert self.text().startswith("40{")
        assert self.text() == '42["after"]'

    # --- in ---------------------------------------------------------------------------------------------------------

    def frame(self) -> tuple[int, bytes] | None:
        """Return the next frame of the server; None when it has closed."""
        head = self._exactly(2)
        if head is None:
            return None
        assert head[0] & 0xF0 == 0x80, "the server sends whole messages, without reserved bits"
        assert not head[1] & 0x80, "the server does not mask"
        size = head[1]
        if size > 125:
            more = self._exactly(2 if size == 126 else 8)
            assert more
            size = int.from_bytes(more, "big")
        payload = self._exactly(size)
        return None if payload is None else (head[0] & 0x0F, payload)

    def text(self) -> str:
        """Return the next text message, answering pings on the way."""
        while True:
            got = self.frame()
            assert got is not None, "the server closed"
            opcode, payload = got
            assert opcode == 1, got
            if payload != b"2":
                return payload.decode()
            self.send("3")

    def await_ping(self) -> None:
        """Wait for a ping, and answer it."""
        assert self.frame() == (1, b"2")
        self.send("3")

    def stay(self, pings: int) -> bool:
        """Answer every ping; return whether so many came before the server closed."""
        while got := self.frame():
            if got == (1, b"2"):
                if not pings:
                    return True
                pings -= 1
                with contextlib.suppress(OSError):  # it may be closing just then
                    self.send("3")
        return False

    def closing(self) -> int:
        """Read to the end; return the code of the server's closing frame."""
        code = 0
        while got := self.frame():
            if got[0] == 8:
                code = int.from_bytes(got[1][:2], "big")
        return code

    def _exactly(self, size: int) -> bytes | None:
        while len(self.buffer) < size:
            try:
                more = self.sock.recv(65536)
            except ConnectionResetError:
                return None
            if not more:
                return None
            self.buffer += more
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        return data


def client_frame(
    payload: bytes | str, opcode: int = 1, *, final: bool = True, masked: bool = True, reserved: int = 0, size: int = -1
) -> bytes:
    """Return a client's frame, valid or not; `size` is the declared length."""
    body = payload.encode() if isinstance(payload, str) else payload
    declared = len(body) if size < 0 else size
    first = opcode | (0x80 if final else 0) | reserved << 4
    bit = 0x80 if masked else 0
    if declared < 126:
        head = bytes((first, bit | declared))
    elif declared < 65536:
        head = bytes((first, bit | 126)) + declared.to_bytes(2, "big")
    else:
        head = bytes((first, bit | 127)) + declared.to_bytes(8, "big")
    if not masked:
        return head + body
    mask = os.urandom(4)
    return head + mask + bytes(byte ^ mask[index % 4] for index, byte in enumerate(body))
