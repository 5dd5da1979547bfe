"""Quiet hours end when they should, whatever clocks do in between."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lms.announcements.quiet import MINUTE, Quiet

ZONES = ("UTC", "Europe/Berlin", "Europe/Kyiv", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
         "Africa/Casablanca", "Asia/Kabul", "America/St_Johns", "Pacific/Apia")  # fmt: skip
MINUTES = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 4 * 365 * 24 * 60).map(lambda minutes: FIRST + minutes * MINUTE)


@given(MOMENTS, st.sampled_from(ZONES), MINUTES, MINUTES)
@example(datetime(2026, 3, 28, 22, tzinfo=UTC), "Europe/Berlin", time(20), time(2, 30))
@example(datetime(2026, 10, 25, 0, 45, tzinfo=UTC), "Europe/Berlin", time(20), time(2, 30))
@example(datetime(2026, 10, 24, 22, tzinfo=UTC), "Europe/Berlin", time(20), time(2, 30))
def test_mail_goes_at_the_first_minute_that_is_not_quiet(
    moment: datetime, zone: str, starts: time, ends: time
) -> None:
    moment = moment.replace(second=0, microsecond=0)
    quiet = Quiet(starts, ends, ZoneInfo(zone))
    sent = quiet.next_fit(moment)
    assert sent >= moment
    assert not quiet.holds_at(sent)
    before = moment
    while before < sent:  # minute by minute, by each clock: nothing earlier would have done
        assert quiet.holds_at(before)
        before += MINUTE
    assert sent - moment <= timedelta(hours=26)


@pytest.mark.parametrize(
    ("hour", "expected"), [(19, 19), (20, 32), (23, 32), (7, 8), (8, 8)]
)  # 32: eight in the morning of the next day
def test_the_usual_hours(hour: int, expected: int) -> None:
    midnight = datetime(2026, 6, 1, tzinfo=UTC)
    quiet = Quiet(time(20), time(8), ZoneInfo("UTC"))
    assert quiet.next_fit(midnight + timedelta(hours=hour)) == midnight + timedelta(hours=expected)


def test_the_same_time_twice_means_none() -> None:
    moment = datetime(2026, 6, 1, 3, tzinfo=UTC)
    assert Quiet(time(3), time(3), ZoneInfo("UTC")).next_fit(moment) == moment
