"""What processes tell each other through Valkey or Redis: that a workshop grew, where cards are dragged, who is here.

Only notices travel, never patches: viewers differ, and each process reads the log for its own. A notice may be lost or
come twice; `watch.py` makes up for it. Two native threads of its own; nothing here waits for them.
"""

from __future__ import annotations

import logging
import queue
import secrets
import threading
from collections.abc import Callable
from typing import Any

import msgspec
import redis

log = logging.getLogger(__name__)

CHANNEL = "speedboat"
MOST_WAITING = 10_000  # notices; more are dropped while Valkey does not answer
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0  # seconds before another try


class Grown(msgspec.Struct, tag="grown", array_like=True):
    """The last seq of workshops that were written to."""

    origin: str
    seqs: dict[int, int]


class Dragged(msgspec.Struct, tag="dragged", array_like=True):
    """Where cards of a workshop are while hands drag them: encoded `{card, x, y}`s."""

    origin: str
    workshop: int
    drags: list[str]


class Here(msgspec.Struct, tag="here", array_like=True):
    """Everybody who is in a workshop by this process; nobody, when the last has gone."""

    origin: str
    workshop: int
    people: list[str]


Notice = Grown | Dragged | Here
_encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(Notice)


class Notices:
    """One process's ear and mouth.

    Args:
        url: of the Valkey or Redis, `redis://…`.
        hear: called in a native thread with each notice of another process.
        anew: called in a native thread when the line is up (again): what was said meanwhile was not heard.
    """

    def __init__(self, url: str, hear: Callable[[Notice], None], anew: Callable[[], None]) -> None:
        self.origin = secrets.token_urlsafe(9)
        self._hear = hear
        self._anew = anew
        self._client: Any = redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=2)
        self._waiting: queue.Queue[bytes | None] = queue.Queue(MOST_WAITING)
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=work, name=name, daemon=True)
            for name, work in (("notices in", self._listen), ("notices out", self._speak))
        ]
        for thread in self._threads:
            thread.start()

    def say(self, notice: Notice) -> None:
        """Tell the others, soon; dropped while nobody can be told."""
        try:
            self._waiting.put_nowait(_encode(notice))
        except queue.Full:
            pass  # the slow look finds what grew, and who is here is said again

    def stop(self) -> None:
        """Say what is left, then stop."""
        self._stopping.set()
        try:
            self._waiting.put_nowait(None)
        except queue.Full:
            pass
        for thread in self._threads:
            thread.join(3)

    def _speak(self) -> None:
        pause = FIRST_PAUSE
        while (notice := self._waiting.get()) is not None:
            try:
                self._client.publish(CHANNEL, notice)
                pause = FIRST_PAUSE
            except (redis.RedisError, OSError) as error:
                log.warning("a notice could not be sent: %s", type(error).__name__)
                self._stopping.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    def _listen(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            try:
                with self._client.pubsub(ignore_subscribe_messages=False) as line:
                    line.subscribe(CHANNEL)
                    while not self._stopping.is_set():
                        message = line.get_message(timeout=0.5)
                        if message and message["type"] == "subscribe":
                            pause = FIRST_PAUSE
                            self._anew()
                        elif message:
                            self._read(message["data"])
            except (redis.RedisError, OSError) as error:
                log.warning("notices are not heard: %s", type(error).__name__)
                self._stopping.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    def _read(self, data: bytes) -> None:
        try:
            notice: Notice = _decoder.decode(data)
        except (msgspec.MsgspecError, UnicodeError):
            log.warning("a notice could not be read; is another version running?")
            return
        if notice.origin != self.origin:
            self._hear(notice)
