"""The row of a workshop, as a value: what lists, links and files need without reading its log."""

from __future__ import annotations

from typing import NamedTuple

from speedboat.domain.days import day_in
from speedboat.domain.ids import WorkshopNumber


class Workshop(NamedTuple):
    """The row of a workshop; times in ms since the epoch, `seq` the number of its last event.

    `held_on` is a day, YYYY-MM-DD, in its `time_zone` ('' for UTC), and so is `purge_on`, on which it is erased.
    """

    id: WorkshopNumber
    code: str
    title: str
    objective: str
    language: str
    format: str
    format_version: int
    created_at: int
    seq: int
    key_hash: str
    summary_hash: str | None = None
    follows: WorkshopNumber | None = None
    series: int | None = None
    archived_at: int | None = None
    salt: str = ""
    passphrase: str | None = None
    time_zone: str = ""
    held_on: str = ""
    purge_on: str = ""
    team: str | None = None
    owner: str | None = None
    summary_opens: int = 0
    summary_expires: int = 0

    def has_open_summary(self, now: int) -> bool:
        """Whether the link to the summary shows it at `now`, ms since the epoch."""
        return self.summary_hash is not None and self.summary_opens <= now and not self.has_expired_summary(now)

    def has_expired_summary(self, now: int) -> bool:
        """Whether the link to the summary was for a time that is over."""
        return 0 < self.summary_expires <= now

    @property
    def day(self) -> str:
        """The day it is dated by; one that a process of an older version wrote has only a time."""
        return self.held_on or day_in(self.time_zone, self.created_at)
