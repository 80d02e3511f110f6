"""The day of a time is the one where the workshop takes place."""

from __future__ import annotations

import pytest

from speedboat.domain.days import day_in, valid_time_zone
from speedboat.domain.messages import LAST_MOMENT, Refused

EVENING = 1_764_277_200_000  # 2025-11-27, 21:00 UTC


@pytest.mark.parametrize(
    ("time_zone", "day"),
    [
        ("", "2025-11-27"),
        ("Europe/Paris", "2025-11-27"),
        ("Pacific/Noumea", "2025-11-28"),
        ("America/Martinique", "2025-11-27"),
        ("Indian/Reunion", "2025-11-28"),
        ("Atlantis/Nowhere", "2025-11-27"),
    ],
)
def test_the_day_is_that_of_the_place(time_zone: str, day: str) -> None:
    assert day_in(time_zone, EVENING) == day


def test_an_hour_of_summer_counts() -> None:
    last_hour = 1_783_029_600_000  # 2026-07-02, 22:00 UTC: in Paris midnight, in winter it would be 23:00
    assert [day_in(zone, last_hour) for zone in ("Europe/Paris", "Etc/GMT-1")] == ["2026-07-03", "2026-07-02"]


@pytest.mark.parametrize("moment", [-1, 0, LAST_MOMENT, 10 * LAST_MOMENT, -(2**80)])
def test_a_time_out_of_range_is_the_nearest_day(moment: int) -> None:
    assert day_in("", moment) == ("2200-01-01" if moment > 0 else "1970-01-01")


@pytest.mark.parametrize(
    "name", ["Europe/Pari", "Etc/Unknown", "Europe", "/etc/passwd", "../zone", "x" * 300, "a\0b", "é"]
)
def test_what_is_no_time_zone_is_refused(name: str) -> None:
    with pytest.raises(Refused) as refused:
        valid_time_zone(name)
    assert (refused.value.code, refused.value.field) == ("unknown_value", "time_zone")
