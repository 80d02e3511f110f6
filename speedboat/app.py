"""Build and wire, nothing else: the settings, the store, the writer, the doors."""

from __future__ import annotations

import time
from collections.abc import Callable

from flask import Flask
from flask_socketio import SocketIO

from speedboat.access.addresses import WindowLimit
from speedboat.access.entry import Access
from speedboat.access.guesses import GuessLimit
from speedboat.access.keys import KeyMaker
from speedboat.access.rate_limit import MessageLimit
from speedboat.config import Config, folder
from speedboat.config.hosts import Hosts
from speedboat.jobs.pool import Jobs
from speedboat.jobs.tasks import Setup
from speedboat.live.handlers import Live
from speedboat.live.pubsub import Notice, Notices
from speedboat.metrics import Metrics, watch_lag
from speedboat.server import Patience, Serving, make_serving
from speedboat.services import Services
from speedboat.storage.engines import make_room
from speedboat.storage.store import Store
from speedboat.web import api, library, pages, replay_and_suggestions, synthesis
from speedboat.web.context import address_of_caller, caller_has_left
from speedboat.web.origins import guard
from speedboat.web.polling_gate import Gate
from speedboat.web.proxy import Trusting
from speedboat.websocket import make_outlet, packet_json
from speedboat.websocket.pending_connections import Newcomers
from speedboat.writing.eraser import Eraser
from speedboat.writing.poller import Watch
from speedboat.writing.queue import Desk
from speedboat.writing.requests import CatchUp, Outcome
from speedboat.writing.writer import Workshops, Writer

# A phone that fell into a hole is noticed within their sum, in seconds.
PING_INTERVAL, PING_TIMEOUT = 5, 4
HOUR = 3_600_000  # ms
WRITER_PATIENCE = 6  # seconds the last group may take when the server stops
LARGEST_PAYLOAD = 1_000_000  # bytes; a connection that sends more is closed


def wall_clock() -> int:
    """Milliseconds since the epoch, UTC."""
    return time.time_ns() // 1_000_000


class Speedboat:
    """Everything one process is made of."""

    def __init__(self, config: Config, clock: Callable[[], int] = wall_clock) -> None:
        self.config = config
        self.clock = clock
        self.serving: Serving = make_serving(config.serving, Patience(config.seconds_for_head, config.seconds_for_body))
        self.hosts = Hosts(config.public_url, config.allowed_hosts)
        self.store = Store(config.database_url)
        self.store.migrate()
        make_room(self.store.engine)
        keys = KeyMaker(config.secret_key)
        self.metrics = Metrics()
        self.notices = Notices(config.redis_url, config.secret_key, self._heard) if config.redis_url else None
        self.workshops = Workshops(self.store, self._publish, keys, clock, self._committed, config.limits)
        self.workshops.measured = self.metrics.group
        # Only SQLite may be quick enough to be waited for on the loop.
        may_move = self.store.is_sqlite and self.serving.name != "threading"
        self.desk = Desk(
            self.workshops.handle,
            "writer",
            self.serving if may_move else None,
            self.workshops.try_now if may_move else None,
        )
        self.writer = Writer(self.desk.put, self.serving)
        self.guesses = GuessLimit(clock, self.serving.waiter)
        self.access = Access(
            self.store,
            self.writer,
            self.serving.off_loop,
            config.secret_key,
            clock,
            self.guesses,
            address_of_caller,
        )
        setup = Setup(config.database_url, config.organisation, str(config.logo or ""))
        self.jobs = Jobs(self.serving, setup, self.metrics, caller_has_left, clock, config.heavy_processes)
        self.workshops.erased = self.jobs.forget
        self.limit = MessageLimit(config.messages_per_second, clock)
        self.services = self._services()
        self.flask = self._flask()
        self.socketio = self._socketio()
        self.outlet = make_outlet(self.socketio.server, self.serving)
        self._stand_in_front()
        self.live = Live(self.socketio, self.access, self.writer, self.serving, self.outlet, self.limit, self.metrics)
        self.live.clock = clock
        self.live.attach()
        if self.notices:
            self.live.presence.connect(self.notices)
            self.guesses.report = self._tell_guess
            self.notices.start()
        watch_lag(self.metrics, self.serving.later, time.monotonic)
        self.watch = Watch(self.store, self.workshops.present, self.desk.put)
        self.eraser = Eraser(self.store, self.desk.put, clock)
        self.eraser.start()

    def _services(self) -> Services:
        """What the doors of this process share."""
        return Services(
            config=self.config,
            clock=self.clock,
            hosts=self.hosts,
            serving=self.serving,
            store=self.store,
            writer=self.writer,
            access=self.access,
            jobs=self.jobs,
            metrics=self.metrics,
            messages=self.limit,
            creations=WindowLimit(self.config.most_workshops_per_hour, HOUR, self.clock),
            figures=self.figures,
        )

    def _socketio(self) -> SocketIO:
        """The Socket.IO server, open to pages of our own names only."""
        return SocketIO(
            self.flask,
            async_mode=self.serving.name,
            json=packet_json,
            ping_interval=PING_INTERVAL,
            ping_timeout=PING_TIMEOUT,
            max_http_buffer_size=LARGEST_PAYLOAD,
            manage_session=False,
            logger=False,
            engineio_logger=False,
            cors_allowed_origins=self.hosts.is_own,
            cors_credentials=False,
        )

    def _stand_in_front(self) -> None:
        """What a request passes before the Socket.IO library, which answers before Flask."""
        server, config = self.socketio.server, self.config
        newcomers = Newcomers(server, self.outlet, self.serving, config.seconds_to_join, config.most_joining)
        gate = Gate(self.flask.wsgi_app, server, self.hosts, newcomers, config.public_url.startswith("https:"))
        self.flask.wsgi_app = Trusting(gate, config.trusted_proxies)  # type: ignore[method-assign]

    def _publish(self, outcome: Outcome) -> None:
        self.serving.soon_from_thread(self.live.deliver, outcome)

    def _committed(self, seqs: dict[int, int]) -> None:
        """Only what another process has open is worth a notice; one left out by mistake costs a slow look."""
        if self.notices:
            told = {of: seq for of, seq in seqs.items() if self.live.presence.is_open_elsewhere(of)}
            if told:
                self.notices.wrote(told)

    def _heard(self, notice: Notice) -> None:
        """In the thread that listens to the other processes."""
        if notice.kind == "wrote":
            here = set(self.workshops.present())
            for workshop in here.intersection(notice.seqs):
                self.desk.put(CatchUp(workshop))
        elif notice.kind == "wrong":
            for caller in notice.callers:
                self.serving.soon_from_thread(self.guesses.count_elsewhere, caller)
        else:
            self.serving.soon_from_thread(self.live.presence.hear, notice)

    def _tell_guess(self, caller: str) -> None:
        if self.notices:
            self.notices.tell("wrong", callers=[caller])

    def _flask(self) -> Flask:
        app = Flask("speedboat", template_folder=str(folder("templates")), static_folder=None)
        app.secret_key = self.config.secret_key
        app.config["MAX_CONTENT_LENGTH"] = LARGEST_PAYLOAD
        app.extensions["speedboat"] = self
        app.extensions["services"] = self.services
        pages.attach(app)
        guard(app, self.hosts)
        api.attach(app)
        replay_and_suggestions.attach(app)
        library.attach(app, self.services)
        synthesis.attach(app)
        return app

    def figures(self) -> bytes:
        """The metrics of this moment."""
        self.metrics.connections.set(self.live.connections)
        self.metrics.workshops.set(len(self.workshops.present()))
        self.metrics.hears_others.set(self.notices is None or self.notices.hears.is_set())
        return self.metrics.page()

    def stop(self) -> None:
        """Finish the group being written; clients come back to the next process by themselves."""
        self.jobs.stop()
        self.watch.stop()
        is_done = self.desk.finish(WRITER_PATIENCE)
        if self.notices:
            self.notices.stop()
        self.serving.soon_from_thread(self.outlet.farewell)
        self.eraser.stop()
        if is_done:  # a connection that is closed under the writer's hands takes the process down with it
            self.store.close()


def create_app(config: Config | None = None) -> Flask:
    """The Flask application; its `extensions["speedboat"]` is the `Speedboat` it belongs to."""
    return Speedboat(config or Config.from_environment()).flask
