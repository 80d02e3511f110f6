"""What processes tell each other over Valkey or Redis: that a log has grown, who is here, what is being dragged.

Nothing of it is stored, and nothing depends on its arriving: the slow look (`poller.py`) finds what a lost notice would
have told. Two native threads, one that listens and one that tells; neither ever holds up a commit or the loop.
"""

from __future__ import annotations

import logging
import queue
import secrets
import threading
from collections import deque
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Literal

import msgspec
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 1.0  # seconds between attempts at a server that does not answer
SILENCE = 3.0  # seconds without an answer after which a connection counts as broken
MOST_WAITING = 10_000  # notices; the oldest are dropped


class Notice(msgspec.Struct, array_like=True):
    """Something that another process may want to know.

    `wrote`: the last seq of each of these workshops. `crew`: who is here with that process in one workshop, nothing
    when it has nobody there any more. `drag`: places of dragged cards. `ask`: tell me who is with you. `gone`: the
    process stops. `wrong`: callers, as `guesses.GuessLimit` counts them, who guessed wrong. `back` is never sent: the
    listener says it to its own process, when it hears again.
    """

    process: str
    kind: Literal["wrote", "crew", "drag", "ask", "gone", "back", "wrong"]
    workshop: int = 0
    seqs: dict[int, int] = {}
    people: list[str] | None = None
    drags: list[dict[str, Any]] = []
    callers: list[str] = []


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Notice).decode


class Notices:
    """The line to the other processes of one installation.

    Args:
        url: `redis://…`, `rediss://…`, `valkey://…` or `unix://…`.
        secret_key: processes that share it share a channel; nothing of it can be learned from that.
        heard: called in a native thread with each notice of another process.
    """

    def __init__(self, url: str, secret_key: str, heard: Callable[[Notice], None]) -> None:
        self.process = secrets.token_urlsafe(9)
        self._url = url.replace("valkey://", "redis://", 1).replace("valkeys://", "rediss://", 1)
        self._channel = "speedboat:" + sha256(b"channel " + secret_key.encode()).hexdigest()[:24]
        self._heard = heard
        self._waiting: deque[Notice] = deque(maxlen=MOST_WAITING)
        self._written: dict[int, int] = {}
        self._lock = threading.Lock()
        self._wakes: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self.hears = threading.Event()
        self._client()  # a wrong URL is an error at the start, not a warning later
        self._threads = [
            threading.Thread(target=run, name=f"notices {run.__name__}", daemon=True)
            for run in (self._listen, self._speak)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def wrote(self, seqs: dict[int, int]) -> None:
        """These workshops have grown. While one notice is under way, what follows waits together for the next."""
        with self._lock:
            is_first = not self._written
            self._written.update(seqs)
        if is_first:
            self._wakes.put(True)

    def tell(self, kind: Literal["crew", "drag", "ask", "gone", "wrong"], workshop: int = 0, **said: Any) -> None:
        """Never blocks; what cannot be sent is dropped."""
        self._waiting.append(Notice(self.process, kind, workshop, **said))
        self._wakes.put(True)

    def stop(self) -> None:
        """Say that this process goes, then fall silent."""
        self.tell("gone")
        self._stopping.set()
        self._wakes.put(False)
        for thread in self._threads:
            thread.join(2)

    def _client(self) -> Redis:
        once = Retry(NoBackoff(), 0)  # we try again ourselves, and say so
        client: Redis = Redis.from_url(
            self._url, socket_connect_timeout=1, socket_timeout=SILENCE, health_check_interval=2, retry=once
        )
        return client

    # --- listening --------------------------------------------------------------------------------------------------

    def _listen(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            try:
                with self._client() as client, client.pubsub() as line:
                    line.subscribe(self._channel)
                    while not self._stopping.is_set():
                        if (message := line.get_message(timeout=0.5)) is not None:
                            pause = FIRST_PAUSE
                            self._take(message)
            except (RedisError, OSError) as error:
                self.hears.clear()
                log.warning(
                    "lost Valkey (%s): drags and presence of other processes are missing; retrying in %.1f s",
                    type(error).__name__,
                    pause,
                )
                self._stopping.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "subscribe":
            self.hears.set()
            self._hand_on(Notice(self.process, "back"))
        elif message["type"] == "message":
            try:
                notice = _decode(message["data"])
            except msgspec.MsgspecError:
                return  # of a version that says it otherwise
            if notice.process != self.process:
                self._hand_on(notice)

    def _hand_on(self, notice: Notice) -> None:
        try:
            self._heard(notice)
        except Exception:
            log.exception("handling a notice of another process failed; this is a bug, please report it")

    # --- telling ----------------------------------------------------------------------------------------------------

    def _speak(self) -> None:
        client, goes_on, pause = self._client(), True, FIRST_PAUSE
        while goes_on:
            goes_on = self._wakes.get()
            notices = self._take_waiting()
            if not notices:
                continue
            try:
                with client.pipeline(transaction=False) as pipeline:
                    for notice in notices:
                        pipeline.publish(self._channel, _encode(notice))
                    pipeline.execute()
                pause = FIRST_PAUSE
            except (RedisError, OSError) as error:
                log.warning(
                    "dropped %d notices to other processes (%s); cards still arrive, check Valkey",
                    len(notices),
                    type(error).__name__,
                )
                self._stopping.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        client.close()

    def _take_waiting(self) -> list[Notice]:
        with self._lock:
            written, self._written = self._written, {}
        notices = [Notice(self.process, "wrote", seqs=written)] if written else []
        while self._waiting:
            notices.append(self._waiting.popleft())
        return notices
