"""What the doors of one process need, built and wired by `app.py`; the doors know this, and not the application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from speedboat.access.addresses import WindowLimit
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
    """The parts of one process.

    Attributes:
        clock: milliseconds since the epoch, UTC.
        messages: how fast one person may send messages, over whichever door.
        creations: how many workshops one address may create.
        figures: the metrics of this moment, as Prometheus reads them.
    """

    config: Config
    clock: Callable[[], int]
    hosts: Hosts
    serving: Serving
    store: Store
    writer: Writer
    access: Access
    jobs: Jobs
    metrics: Metrics
    messages: MessageLimit
    creations: WindowLimit
    figures: Callable[[], bytes]

    def base_url(self, host_url: str) -> str:
        """Where people reach this server: as set, else as they did."""
        return self.config.public_url or host_url.rstrip("/")

    def count_message(self, person: str) -> None:
        """Count a message of somebody. Raises Refused: `slow_down`."""
        retry_at = self.messages.refused_until(person)
        if retry_at is not None:
            raise Refused("slow_down", retry_at=retry_at)
