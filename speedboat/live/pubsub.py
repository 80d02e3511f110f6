"""Notices between processes over Valkey or Redis: a log has grown, who is here, what is being dragged.

Nothing of it is stored, and nothing depends on its arrival: polling (`writing/poller.py`) finds what a lost notice
would have told. Two native threads, one that listens and one that publishes; neither ever blocks a commit or the event
loop.
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

from speedboat.domain.ids import NO_WORKSHOP, PersonId, WorkshopNumber

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 1.0  # seconds between attempts to reconnect: doubled each time, up to the longest
SILENCE = 3.0  # seconds without an answer after which a connection counts as broken
MOST_WAITING = 10_000  # notices; the oldest are dropped


NoticeKind = Literal["crew", "drag", "ask", "gone", "wrong"]


class Notice(msgspec.Struct, array_like=True):
    """One message between processes.

    `kind` is one of:
    - `wrote`: `seqs` holds the last seq of each workshop that has grown.
    - `crew`: `people` of one workshop are connected to that process; None when nobody is any more.
    - `drag`: `drags` are positions of dragged cards.
    - `ask`: please announce who is connected to you.
    - `gone`: the process shuts down.
    - `wrong`: `callers` made a wrong guess, as `guesses.GuessLimit` counts them.
    - `back`: never sent; the listener hands it to its own process when it has reconnected.
    """

    process: str
    kind: Literal["wrote", "crew", "drag", "ask", "gone", "back", "wrong"]
    workshop: WorkshopNumber = NO_WORKSHOP
    seqs: dict[WorkshopNumber, int] = {}
    people: list[PersonId] | None = None
    drags: list[dict[str, object]] = []
    callers: list[str] = []


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Notice).decode


class Notices:
    """The channel to the other processes of one installation.

    Args:
        url: `redis://…`, `rediss://…`, `valkey://…` or `unix://…`.
        secret_key: processes that share it share a channel, whose name is a hash of it.
        on_notice: called in a native thread with each notice of another process.
    """

    def __init__(self, url: str, secret_key: str, on_notice: Callable[[Notice], None]) -> None:
        self.process = secrets.token_urlsafe(9)
        self._url = url.replace("valkey://", "redis://", 1).replace("valkeys://", "rediss://", 1)
        self._channel = "speedboat:" + sha256(b"channel " + secret_key.encode()).hexdigest()[:24]
        self._on_notice = on_notice
        self._backlog: deque[Notice] = deque(maxlen=MOST_WAITING)
        self._commits: dict[WorkshopNumber, int] = {}
        self._lock = threading.Lock()
        self._wakes: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self.is_listening = threading.Event()
        self._client()  # so that a wrong URL fails at start-up
        self._threads = [
            threading.Thread(target=run, name=f"notices {run.__name__}", daemon=True)
            for run in (self._listen, self._publish)
        ]

    def start(self) -> None:
        """Start both threads."""
        for thread in self._threads:
            thread.start()

    def announce_commits(self, seqs: dict[WorkshopNumber, int]) -> None:
        """Announce the new last seqs of workshops. Calls made while a notice is being sent share the next one."""
        with self._lock:
            is_first = not self._commits
            self._commits.update(seqs)
        if is_first:
            self._wakes.put(True)

    def send(
        self,
        kind: NoticeKind,
        workshop: WorkshopNumber = NO_WORKSHOP,
        **fields: Any,
    ) -> None:
        """Send a notice to the other processes, without blocking; it is dropped if Valkey cannot be reached."""
        self._backlog.append(Notice(self.process, kind, workshop, **fields))
        self._wakes.put(True)

    def stop(self) -> None:
        """Announce that this process shuts down, then stop both threads."""
        self.send("gone")
        self._stopping.set()
        self._wakes.put(False)
        for thread in self._threads:
            thread.join(2)

    def _client(self) -> Redis:
        once = Retry(NoBackoff(), 0)  # no retry by the library: we retry ourselves, and log it
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
                self.is_listening.clear()
                log.warning(
                    "lost Valkey (%s): drags and presence of other processes are missing; retrying in %.1f s",
                    type(error).__name__,
                    pause,
                )
                self._stopping.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "subscribe":
            self.is_listening.set()
            self._hand_on(Notice(self.process, "back"))
        elif message["type"] == "message":
            try:
                notice = _decode(message["data"])
            except msgspec.MsgspecError:
                return  # from another version of this program
            if notice.process != self.process:
                self._hand_on(notice)

    def _hand_on(self, notice: Notice) -> None:
        try:
            self._on_notice(notice)
        except Exception:
            log.exception("handling a notice of another process failed; this is a bug, please report it")

    # --- publishing -------------------------------------------------------------------------------------------------

    def _publish(self) -> None:
        client, goes_on, pause = self._client(), True, FIRST_PAUSE
        while goes_on:
            goes_on = self._wakes.get()
            notices = self._take_backlog()
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

    def _take_backlog(self) -> list[Notice]:
        with self._lock:
            commits, self._commits = self._commits, {}
        notices = [Notice(self.process, "wrote", seqs=commits)] if commits else []
        while self._backlog:
            notices.append(self._backlog.popleft())
        return notices
