"""Wiring: builds settings, store, writer, sockets and web pages, and connects them. No logic of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Flask
from flask_socketio import SocketIO

from speedboat.access.addresses import AddressLimit
from speedboat.access.codes import new_code
from speedboat.access.entry import Access
from speedboat.access.guesses import GuessLimit
from speedboat.access.keys import KeyMaker
from speedboat.access.rate_limit import MessageLimit
from speedboat.config import Config, folder
from speedboat.config.hosts import Hosts
from speedboat.domain.ids import WorkshopNumber
from speedboat.jobs.pool import Jobs
from speedboat.jobs.tasks import WorkerSetup
from speedboat.live.handlers import Live
from speedboat.live.pubsub import Notice, Notices
from speedboat.mail.reminder import remind
from speedboat.mail.smtp import Mailer
from speedboat.metrics import Metrics, watch_lag
from speedboat.server import RequestTimeouts, Serving, make_serving
from speedboat.server.clocks import SteadyClock
from speedboat.services import Services
from speedboat.storage.deletion_file import DeletionFile
from speedboat.storage.engines import preallocate_wal
from speedboat.storage.store import Store
from speedboat.web import (
    account,
    administration,
    api,
    library,
    notices,
    pages,
    people_data,
    replay_and_suggestions,
    sharing,
    summary_links,
    synthesis,
    team,
)
from speedboat.web.below_path import BelowPath
from speedboat.web.context import caller_address, caller_has_left
from speedboat.web.origins import guard
from speedboat.web.polling_gate import PollingGate
from speedboat.web.proxy import TrustedProxies
from speedboat.websocket import make_outlet, packet_json
from speedboat.websocket.pending_connections import PendingConnections
from speedboat.writing.eraser import Eraser
from speedboat.writing.poller import Poller
from speedboat.writing.purge import Purger
from speedboat.writing.queue import RequestQueue
from speedboat.writing.reminders import Remind
from speedboat.writing.requests import CatchUp, Outcome
from speedboat.writing.writer import Workshops, Writer

# Seconds; a phone that lost its network is noticed within their sum.
PING_INTERVAL, PING_TIMEOUT = 5, 4
HOUR = 3_600_000  # ms
WRITER_PATIENCE = 6  # seconds the last batch may take at shutdown
LARGEST_PAYLOAD = 1_000_000  # bytes; a connection that sends more is closed


def wall_clock() -> int:
    """Return milliseconds since the epoch, UTC."""
    return time.time_ns() // 1_000_000


class Speedboat:
    """Everything one process is made of.

    Args:
        clock: milliseconds since the epoch, UTC, for what is dated.
        steady: the same for durations, unaffected when the machine's clock is set; None: a `SteadyClock`.
    """

    def __init__(
        self, config: Config, clock: Callable[[], int] = wall_clock, steady: Callable[[], int] | None = None
    ) -> None:
        self.config = config
        self.clock = clock
        self.steady = steady = steady or SteadyClock(clock)
        self.serving: Serving = make_serving(
            config.serving, RequestTimeouts(config.seconds_for_head, config.seconds_for_body)
        )
        self.hosts = Hosts(config.public_url, config.allowed_hosts)
        self.store = Store(config.database_url)
        self.store.migrate()
        self.store.refuse_read_only()  # before anything runs beside it that would write
        preallocate_wal(self.store.engine)
        keys = KeyMaker(config.secret_key)
        self.metrics = Metrics()
        self.notices = Notices(config.redis_url, config.secret_key, self._on_notice) if config.redis_url else None
        self.workshops = Workshops(
            self.store, self._publish, keys, clock, self._announce_commits, config.limits, steady
        )
        self.workshops.measured = self.metrics.count_batch
        # Only SQLite may be fast enough to commit on the event loop.
        may_move = self.store.is_sqlite and self.serving.name != "threading"
        self.desk = RequestQueue(
            self.workshops.handle,
            "writer",
            self.serving if may_move else None,
            self.workshops.try_now if may_move else None,
        )
        self.writer = Writer(self.desk.put, self.serving)
        self.guesses = GuessLimit(steady, self.serving.waiter)
        self.access = Access(
            self.store,
            self.writer,
            self.serving.off_loop,
            config.secret_key,
            clock,
            self.guesses,
            caller_address,
            steady,
        )
        setup = WorkerSetup(config.database_url, config.organisation, str(config.logo or ""))
        self.jobs = Jobs(self.serving, setup, self.metrics, caller_has_left, steady, config.heavy_processes)
        self.workshops.erased = self.jobs.forget
        self.message_limit = MessageLimit(config.messages_per_second, steady)
        self.services = self._services()
        self.flask = self._flask()
        self.socketio = self._socketio()
        self.outlet = make_outlet(self.socketio.server, self.serving)
        self._wrap_wsgi()
        self.live = Live(
            self.socketio, self.access, self.writer, self.serving, self.outlet, self.message_limit, self.metrics
        )
        self.live.clock = steady
        self.live.attach()
        if self.notices:
            self.live.presence.connect(self.notices)
            self.guesses.report = self._report_guess
            self.notices.start()
        self._start_background_work(keys)

    def _start_background_work(self, keys: KeyMaker) -> None:
        """Start what runs beside requests: the lag measurement, the poller, the eraser and the purger."""
        watch_lag(self.metrics, self.serving.later, time.monotonic)
        self.poller = Poller(self.store, self.workshops.present, self.desk.put)
        self.eraser = Eraser(self.store, self.desk.put, self.clock, DeletionFile(self.config.data_dir))
        self.eraser.start()
        self.purger = Purger(self.store, self.desk.put, self.clock, keys, new_code, self._reminder(), self._is_live)
        self.purger.start()

    def _is_live(self) -> bool:
        """Whether somebody is in a workshop, in this process."""
        return bool(self.workshops.present())

    def _reminder(self) -> Remind | None:
        """What writes to organisers before a workshop is erased; None without a mail server."""
        url = self.config.public_url or f"http://localhost:{self.config.port}"
        if not self.config.smtp_url:
            return None
        return remind(Mailer.of(self.config.smtp_url, urlsplit(url).hostname or "localhost").send, url)

    def _services(self) -> Services:
        """The container that pages and calls read."""
        return Services(
            config=self.config,
            clock=self.clock,
            steady=self.steady,
            hosts=self.hosts,
            serving=self.serving,
            store=self.store,
            writer=self.writer,
            access=self.access,
            jobs=self.jobs,
            metrics=self.metrics,
            message_limit=self.message_limit,
            creation_limit=AddressLimit(self.config.most_workshops_per_hour, HOUR, self.steady),
            metrics_page=self.metrics_page,
        )

    def _socketio(self) -> SocketIO:
        """The Socket.IO server, which accepts connections from pages of our own origin only."""
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

    def _wrap_wsgi(self) -> None:
        """Put our WSGI middleware in front of the Socket.IO library, which itself answers before Flask."""
        server, config = self.socketio.server, self.config
        pending = PendingConnections(server, self.outlet, self.serving, config.seconds_to_join, config.most_joining)
        gate = PollingGate(self.flask.wsgi_app, server, self.hosts, pending, config.public_url.startswith("https:"))
        path = urlsplit(config.public_url).path
        inner = TrustedProxies(gate, config.trusted_proxies)
        self.flask.wsgi_app = BelowPath(inner, path) if path else inner  # type: ignore[method-assign]

    def _publish(self, outcome: Outcome) -> None:
        self.serving.soon_from_thread(self.live.deliver, outcome)

    def _announce_commits(self, seqs: dict[WorkshopNumber, int]) -> None:
        """Announce commits to the other processes that have the workshops open; the others find them by polling."""
        if self.notices:
            open_elsewhere = {of: seq for of, seq in seqs.items() if self.live.presence.is_open_elsewhere(of)}
            if open_elsewhere:
                self.notices.announce_commits(open_elsewhere)

    def _on_notice(self, notice: Notice) -> None:
        """Dispatch a notice of another process. Runs in the listening thread."""
        if notice.kind == "wrote":
            here = set(self.workshops.present())
            for workshop in here.intersection(notice.seqs):
                self.desk.put(CatchUp(workshop))
        elif notice.kind == "wrong":
            for caller in notice.callers:
                self.serving.soon_from_thread(self.guesses.count_elsewhere, caller)
        else:
            self.serving.soon_from_thread(self.live.presence.hear, notice)

    def _report_guess(self, caller: str) -> None:
        if self.notices:
            self.notices.send("wrong", callers=[caller])

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
        notices.attach(app)
        account.attach(app, self.services)
        for each in (synthesis, sharing, team, people_data, summary_links, administration):
            each.attach(app)
        return app

    def metrics_page(self) -> bytes:
        """Return the current metrics in Prometheus's text format."""
        self.metrics.connections.set(self.live.connections)
        self.metrics.workshops.set(len(self.workshops.present()))
        self.metrics.listens_to_others.set(self.notices is None or self.notices.is_listening.is_set())
        return self.metrics.page()

    def stop(self) -> None:
        """Shut down: finish the batch being written, close connections. Clients reconnect to the next process."""
        self.jobs.stop()
        self.poller.stop()
        self.purger.stop()
        is_done = self.desk.finish(WRITER_PATIENCE)
        if self.notices:
            self.notices.stop()
        self.serving.soon_from_thread(self.outlet.close_all)
        self.eraser.stop()
        if is_done:  # closing a connection that the writer still uses would crash the process
            self.store.close()


def create_app(config: Config | None = None) -> Flask:
    """Build the Flask application.

    Args:
        config: settings; None reads them from the environment.

    Returns:
        The application; its `extensions["speedboat"]` is the `Speedboat` it belongs to.
    """
    return Speedboat(config or Config.from_environment()).flask
