"""Build and wire, nothing else: the settings, the store, the writer, the doors."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from flask import Flask
from flask_socketio import SocketIO
from werkzeug.middleware.proxy_fix import ProxyFix

from speedboat import afterwards, api, web
from speedboat.access import Access, KeyMaker, MessageLimit
from speedboat.asked import CatchUp, Outcome
from speedboat.config import Config, folder
from speedboat.live import Live
from speedboat.log import Refused
from speedboat.notices import Grown, Notice, Notices
from speedboat.outlet import make_outlet
from speedboat.server import Desk, Serving, make_serving
from speedboat.store import Store
from speedboat.watch import Watch
from speedboat.workshop import Workshops, Writer

# A phone that fell into a hole is noticed within their sum, in seconds.
PING_INTERVAL, PING_TIMEOUT = 5, 4
LAG_EVERY = 1.0  # seconds
LARGEST_PAYLOAD = 1_000_000  # bytes; a connection that sends more is closed


def wall_clock() -> int:
    """Milliseconds since the epoch, UTC."""
    return time.time_ns() // 1_000_000


class Speedboat:
    """Everything one process is made of."""

    def __init__(self, config: Config, clock: Callable[[], int] = wall_clock) -> None:
        self.config = config
        self.clock = clock
        self.serving: Serving = make_serving(config.serving)
        self.store = Store(config.database_url)
        self.store.migrate()
        keys = KeyMaker(config.secret_key)
        self.workshops = Workshops(self.store, self._publish, keys, clock)
        # Only SQLite may be quick enough to be waited for on the loop.
        may_move = self.store.is_sqlite and self.serving.name != "threading"
        self.desk = Desk(
            self.workshops.handle,
            "writer",
            self.serving if may_move else None,
            self.workshops.try_now if may_move else None,
        )
        self.writer = Writer(self.desk.put, self.serving)
        self.access = Access(self.store, self.writer, self.serving.off_loop, config.secret_key, clock)
        self.flask = self._flask()
        self.socketio = SocketIO(
            self.flask,
            async_mode=self.serving.name,
            ping_interval=PING_INTERVAL,
            ping_timeout=PING_TIMEOUT,
            max_http_buffer_size=LARGEST_PAYLOAD,
            manage_session=False,
            logger=False,
            engineio_logger=False,
        )
        self.limit = MessageLimit(config.messages_per_second, clock)
        self.outlet = make_outlet(self.socketio.server, self.serving)
        self.live = Live(self.socketio, self.access, self.writer, self.serving, self.outlet, self.limit)
        self.live.clock = clock
        self.live.attach()
        self.workshops.measured = self._measured
        self.watch = Watch(self.store, self.workshops.present, self.desk.put)
        self.watch_lag()
        self.notices: Notices | None = None
        if config.redis_url:
            self.notices = notices = Notices(config.redis_url, self._hear, self._heard_anew)
            self.workshops.committed = lambda seqs: notices.say(Grown(notices.origin, seqs))
            self.live.join_others(notices)

    def _measured(self, commands: int, seconds: float) -> None:
        self.live.measures.group.add(commands)
        self.live.measures.commit.add(seconds)

    def watch_lag(self) -> None:
        """On the loop: measure, over and over, how late it comes to what is due."""
        due = time.monotonic() + LAG_EVERY

        def late() -> None:
            self.live.measures.lag.add(max(0.0, time.monotonic() - due))
            self.watch_lag()

        self.serving.later(LAG_EVERY, late)

    def _hear(self, notice: Notice) -> None:
        """In a native thread: what another process said."""
        if isinstance(notice, Grown):
            self._catch_up(notice.seqs)
        else:
            self.serving.soon_from_thread(self.live.hear, notice)

    def _heard_anew(self) -> None:
        self._catch_up(self.workshops.present())
        self.serving.soon_from_thread(self.live.say_here)

    def _catch_up(self, workshops: Iterable[int]) -> None:
        here = set(self.workshops.present())
        for workshop in here.intersection(workshops):
            self.desk.put(CatchUp(workshop))

    def _publish(self, outcome: Outcome) -> None:
        self.serving.soon_from_thread(self.live.deliver, outcome)

    def _flask(self) -> Flask:
        app = Flask("speedboat", template_folder=str(folder("templates")), static_folder=None)
        app.secret_key = self.config.secret_key
        app.config["MAX_CONTENT_LENGTH"] = LARGEST_PAYLOAD
        app.extensions["speedboat"] = self
        if proxies := self.config.trusted_proxies:
            app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
        web.attach(app, self)
        api.attach(app, self)
        afterwards.attach(app, self)
        return app

    def base_url(self, host_url: str) -> str:
        """Where people reach this server: as set, else as they did."""
        return self.config.public_url or host_url.rstrip("/")

    def count_message(self, person: str) -> None:
        """Count a message of somebody. Raises Refused: `slow_down`."""
        retry_at = self.limit.refused_until(person)
        if retry_at is not None:
            raise Refused("slow_down", retry_at=retry_at)

    def stop(self) -> None:
        """Finish the group being written; clients come back to the next process by themselves."""
        self.watch.stop()
        self.desk.finish(10)
        if self.notices:
            self.notices.stop()
        self.serving.soon_from_thread(self.outlet.farewell)
        self.store.close()


def create_app(config: Config | None = None) -> Flask:
    """The Flask application; its `extensions["speedboat"]` is the `Speedboat` it belongs to."""
    return Speedboat(config or Config.from_environment()).flask
