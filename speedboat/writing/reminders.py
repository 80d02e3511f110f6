"""Reminds organisers of workshops that are erased soon: once each, by one process at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable

from speedboat.domain.days import day_in
from speedboat.domain.features.purge_date import day_after
from speedboat.storage.purge_queries import addresses_of, purges_alone, unreminded
from speedboat.storage.store import Store, Workshop

log = logging.getLogger(__name__)

DAYS = 7  # before a workshop is erased
AT_ONCE = 20  # mails in one round; the next round is half a minute later
Remind = Callable[[Workshop, list[str]], None]


def remind_all(store: Store, now: int, remind: Remind) -> int:
    """Remind whoever answers for each workshop that is erased soon; return how many workshops that were.

    It is noted before a mail is sent, and taken back if that fails: rather none than one every half minute.
    """
    with store.writing() as transaction:
        if not purges_alone(transaction):
            return 0
        workshops = unreminded(transaction, day_after(day_in("", now), DAYS), AT_ONCE)
        addresses = {workshop.id: addresses_of(transaction, workshop) for workshop in workshops}
        for workshop in workshops:
            transaction.change_workshop(workshop.id, reminded_of=workshop.purge_on)
    waiting = [workshop for workshop in workshops if addresses[workshop.id]]  # the others the library lists alone
    for count, workshop in enumerate(waiting):
        try:
            remind(workshop, addresses[workshop.id])
        except OSError as error:
            reason = type(error).__name__
            log.warning("no reminder of workshop %d was sent (%s); check the mail server", workshop.id, reason)
            _take_back(store, waiting[count:])
            return count
    return len(waiting)


def _take_back(store: Store, workshops: list[Workshop]) -> None:
    with store.writing() as transaction:
        for workshop in workshops:
            transaction.change_workshop(workshop.id, reminded_of="")
