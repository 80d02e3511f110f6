"""Creates workshops: the row and the first events, written before anybody joins."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from speedboat.domain.days import day_in, valid_time_zone
from speedboat.domain.features.actions import carried_over
from speedboat.domain.features.phases import WorkshopCreated
from speedboat.domain.features.purge_date import PurgeDateSet, valid_purge_day
from speedboat.domain.ids import WorkshopNumber
from speedboat.domain.messages import Event, Refused
from speedboat.domain.projection import fold
from speedboat.domain.validation import clean_text, clean_title
from speedboat.storage.store import Store, Workshop


class NewWorkshop(msgspec.Struct, frozen=True):
    """What a workshop is created with.

    Attributes:
        language: `fr` or `en`.
        follows: the previous workshop of a series, whose actions the new one opens with.
        time_zone: a name of the IANA database; '' for that of `follows`, or UTC.
        purge_on: the day (YYYY-MM-DD) on which it is erased, '' for none.
        keeps_figures: keep figures, theme titles and accepted actions then, without names.
        team: the id of the team it belongs to; with no `owner` either, both are those of `follows`.
        owner: the id of the account that answers for it.
    """

    title: str
    objective: str = ""
    language: str = "fr"
    follows: Workshop | None = None
    time_zone: str = ""
    purge_on: str = ""
    keeps_figures: bool = False
    team: str | None = None
    owner: str | None = None


def open_workshop(
    store: Store, code: str, now: int, new: NewWorkshop, key_hash: Callable[[WorkshopNumber, int, str], str]
) -> Workshop:
    """Write a new workshop: its row, the first event of its log, and the open actions of the one it follows. Blocks.

    Args:
        now: milliseconds since the epoch, UTC.
        key_hash: of the facilitator key of a workshop, by its number, the key's, and the salt.

    Raises:
        Refused: the title, objective, language, time zone or day is not valid.
        CodeTaken: the code is in use.
    """
    if new.language not in ("fr", "en"):
        raise Refused("unknown_value", "language")
    follows = new.follows
    time_zone = valid_time_zone(new.time_zone) or (follows.time_zone if follows else "")
    title = clean_title(new.title)
    objective = clean_text(new.objective, "objective", may_be_empty=True)
    purge_on = valid_purge_day(new.purge_on, day_in(time_zone, now)) if new.purge_on else ""
    with store.writing() as transaction:
        row = transaction.get(follows.id) if follows else None
        if follows and (row is None or row.key_hash != follows.key_hash):
            raise Refused("bad_key", "key")  # deleted, or the key renewed, since it was checked
        workshop = transaction.add_workshop(
            code=code,
            title=title,
            objective=objective,
            language=new.language,
            format="speedboat",
            format_version=1,
            created_at=now,
            time_zone=time_zone,
            held_on=day_in(time_zone, now),
            purge_on=purge_on,
            key_hash="",
            team=row.team if row and not new.owner else new.team,
            owner=row.owner if row and not new.owner else new.owner,
            follows=follows.id if follows else None,
            series=(follows.series or follows.id) if follows else None,
        )
        created = WorkshopCreated(title, objective, "en" if new.language == "en" else "fr", time_zone=time_zone)
        promise = [PurgeDateSet(purge_on, new.keeps_figures)] if purge_on else []
        carried = carried_over(fold(transaction.events_after(follows.id, 0))) if follows else []
        events = [(workshop, Event(seq, now, None, fact)) for seq, fact in enumerate([created, *promise, *carried], 1)]
        transaction.append(events, {workshop: len(events)})
        transaction.change_workshop(workshop, key_hash=key_hash(workshop, 1, transaction.salt(workshop)))
        row = transaction.get(workshop)
    assert row is not None
    return row
