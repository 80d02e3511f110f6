"""Which day a time is: where a workshop takes place, morning comes half a day before or after UTC's."""

from __future__ import annotations

import datetime
import zoneinfo
from functools import lru_cache

from speedboat.domain.messages import LAST_MOMENT, Refused


def valid_time_zone(name: str) -> str:
    """Return the name of a time zone of the IANA database, as `Pacific/Noumea`; '' stays '' and means UTC.

    Raises:
        Refused: `unknown_value`, field `time_zone`.
    """
    if name and _zone(name) is None:
        raise Refused("unknown_value", "time_zone")
    return name


def day_in(time_zone: str, moment: int) -> str:
    """Return the day (YYYY-MM-DD) of a time (ms since the epoch) in a time zone; '' and unknown ones count as UTC.

    A time out of range becomes the nearest possible.
    """
    utc = datetime.datetime.fromtimestamp(min(max(moment, 0), LAST_MOMENT) // 1000, datetime.UTC)
    zone = _zone(time_zone) if time_zone else None
    return (utc.astimezone(zone) if zone else utc).date().isoformat()


@lru_cache(64)
def _zone(name: str) -> zoneinfo.ZoneInfo | None:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None  # names of folders raise one or the other, by platform
