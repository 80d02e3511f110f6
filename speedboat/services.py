"""The services of one process, as `web/` needs them. `app.py` builds them; pages and calls know only this container."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from speedboat.access.addresses import AddressLimit
from speedboat.access.entry import Access
from speedboat.access.rate_limit import MessageLimit
from speedboat.config import Config
from speedboat.config.hosts import Hosts
from speedboat.domain.messages import Refused
from speedboat.jobs.pool import Jobs
from speedboat.metrics import Metrics
from speedboat.server import Serving
from speedboat.storage.store import Store
from speedboat.writing.writer import Writer


@dataclass(frozen=True)
class Services:
    """The services of one process.

    Attributes:
        clock: milliseconds since the epoch, UTC, for what is dated.
        steady: the same for what lasts: a clock that nobody sets.
        message_limit: how fast one person may send messages, over sockets and REST together.
        creation_limit: how many workshops one address may create an hour.
        metrics_page: returns the current metrics in Prometheus's text format.
    """

    config: Config
    clock: Callable[[], int]
    steady: Callable[[], int]
    hosts: Hosts
    serving: Serving
    store: Store
    writer: Writer
    access: Access
    jobs: Jobs
    metrics: Metrics
    message_limit: MessageLimit
    creation_limit: AddressLimit
    metrics_page: Callable[[], bytes]

    def base_url(self, host_url: str) -> str:
        """Return the base URL for links: the setting's, else that of the request (`host_url`)."""
        return self.config.public_url or host_url.rstrip("/")

    def count_message(self, person: str) -> None:
        """Count a message of a person, or of whoever else has a limit of their own. Raises Refused: `slow_down`."""
        retry_at = self.message_limit.acquire(person)
        if retry_at is not None:
            raise Refused("slow_down", retry_at=retry_at)
