"""Schedules hold what they promise, whatever the timetable, the zone, the holidays and the pace."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.programmes.models import HalfDay, SessionStatus
from lms.programmes.schedule import (
    Dates,
    Extra,
    Meeting,
    Move,
    Plan,
    Slot,
    Work,
    date_lessons,
    dates_for,
    half_day,
    lay_out,
    moment,
    weeks_needed,
)

BERLIN = ZoneInfo("Europe/Berlin")
# Zones that change their clocks, at different times of the year and of the day, and one that does not.
ZONES = (
    "Europe/Berlin", "Europe/Kyiv", "Asia/Beirut", "Africa/Cairo", "America/Santiago", "Africa/Casablanca",
    "Australia/Lord_Howe", "Africa/Addis_Ababa",
)  # fmt: skip
MONDAY = date(2026, 9, 7)
EVENINGS = (Slot(1, time(18), 120), Slot(3, time(18), 120))
DAYS = tuple(Slot(weekday, starts, 210) for weekday in range(5) for starts in (time(9), time(13, 30)))
COURSE = tuple(
    Work(f"course/{number:02}", minutes)
    for number, minutes in enumerate((60, 90, 120, 120, 150, 180, 180, 240, 240, 360, 60), 1)
)

slots = st.lists(
    st.builds(
        Slot,
        weekday=st.integers(0, 6),
        starts=st.times(time(6), time(21)).map(lambda at: at.replace(second=0, microsecond=0)),
        minutes=st.integers(15, 240),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda slot: (slot.weekday, slot.starts),
).map(tuple)
starts = st.dates(date(2024, 1, 1), date(2030, 12, 31))


ROOMY = st.just(60)


@st.composite
def plans(draw, *, buffer_weeks=ROOMY):
    """A plan with holidays; by default with room enough to make up for all of them."""
    first = draw(starts)
    offsets = draw(st.sets(st.integers(0, 200), max_size=30))
    return Plan(
        first,
        draw(st.integers(1, 20)),
        draw(buffer_weeks),
        draw(slots),
        frozenset(first + timedelta(days=offset) for offset in offsets),
    )


lessons = st.lists(st.integers(0, 400), min_size=1, max_size=25).map(
    lambda minutes: [Work(f"lesson-{number}", amount) for number, amount in enumerate(minutes)]
)


def minutes(calendar) -> int:
    return sum(meeting.minutes for meeting in calendar.meetings if meeting.takes_place)


@given(plans())
def test_no_session_falls_on_a_holiday_or_before_the_start(plan):
    for meeting in lay_out(plan).meetings:
        assert meeting.day not in plan.closed
        assert plan.starts_on <= meeting.day <= plan.last_day


@given(plans())
def test_holidays_are_made_up_for_to_the_minute(plan):
    calendar = lay_out(plan)
    assert calendar.without_day == 0
    assert minutes(calendar) == plan.weeks * sum(slot.minutes for slot in plan.slots)


@given(plans(buffer_weeks=st.integers(0, 3)))
def test_what_found_no_day_is_counted_and_nothing_runs_over_the_end(plan):
    calendar = lay_out(plan)
    assert len(calendar.meetings) + calendar.without_day == plan.weeks * len(plan.slots)
    assert all(meeting.day <= plan.last_day for meeting in calendar.meetings)


@given(plans(), st.sampled_from(ZONES))
def test_the_wall_clock_says_the_same_all_year(plan, name):
    zone = ZoneInfo(name)
    times = {(slot.weekday, slot.starts) for slot in plan.slots}
    for meeting in lay_out(plan).meetings:
        local = moment(meeting.day, meeting.starts, zone).astimezone(zone)
        assert (local.weekday(), local.time()) in times
        assert local.date() == meeting.day


@given(plans(), st.integers(0, 150))
def test_one_holiday_more_moves_only_what_follows(plan, offset):
    day = plan.starts_on + timedelta(days=offset)
    before, after = (
        lay_out(plan),
        lay_out(Plan(plan.starts_on, plan.weeks, plan.buffer_weeks, plan.slots, {*plan.closed, day})),
    )

    def early(calendar):
        return [meeting for meeting in calendar.meetings if meeting.day < day]

    assert early(before) == early(after)
    assert minutes(before) == minutes(after)


@given(plans(), st.data())
def test_a_cancelled_session_is_made_up_for_and_stays_on_the_list(plan, data):
    lost = data.draw(st.sampled_from(lay_out(plan).meetings))
    calendar = lay_out(
        Plan(
            plan.starts_on, plan.weeks, plan.buffer_weeks, plan.slots, plan.closed,
            cancelled={lost.planned: "ill"},
        )
    )  # fmt: skip
    assert minutes(calendar) == minutes(lay_out(plan))
    found = [meeting for meeting in calendar.meetings if meeting.planned == lost.planned]
    assert [(one.status, one.note) for one in found] == [(SessionStatus.CANCELLED, "ill")]


@given(plans(), st.data())
def test_a_moved_session_moves_nothing_else(plan, data):
    before = lay_out(plan)
    chosen = data.draw(st.sampled_from(before.meetings))
    move = Move(chosen.day + timedelta(days=data.draw(st.integers(-3, 3))), time(10))
    after = lay_out(
        Plan(
            plan.starts_on, plan.weeks, plan.buffer_weeks, plan.slots, plan.closed,
            moved={chosen.planned: move},
        )
    )  # fmt: skip
    rest = {meeting for meeting in before.meetings if meeting.planned != chosen.planned}
    assert {meeting for meeting in after.meetings if meeting.planned != chosen.planned} == rest
    found = next(meeting for meeting in after.meetings if meeting.planned == chosen.planned)
    assert found == Meeting(chosen.planned, move.day, move.starts, chosen.minutes, SessionStatus.MOVED)


@given(plans(), lessons, st.sampled_from(ZONES))
def test_any_pace_covers_all_lessons_in_their_order(plan, work, name):
    calendar = lay_out(plan)
    dates = date_lessons(work, calendar, ZoneInfo(name))
    assert [one.key for one in dates] == [lesson.key for lesson in work]
    opened = [one.opens_at for one in dates]
    due = [one.due_at for one in dates]
    assert opened == sorted(opened)
    assert due == sorted(due)
    assert all(one.opens_at < one.due_at for one in dates)
    zone = ZoneInfo(name)
    begins = [moment(meeting.day, meeting.starts, zone) for meeting in calendar.meetings]
    assert opened[0] == begins[0]
    assert set(opened) <= set(begins)
    assert due[-1] == max(
        begin + timedelta(minutes=meeting.minutes)
        for begin, meeting in zip(begins, calendar.meetings, strict=True)
    )


@given(plans(), lessons, st.integers(0, 150))
def test_a_holiday_leaves_lessons_before_it_where_they_are(plan, work, offset):
    day = plan.starts_on + timedelta(days=offset)
    later = Plan(plan.starts_on, plan.weeks, plan.buffer_weeks, plan.slots, {*plan.closed, day})
    morning = datetime.combine(day, time(0), UTC) - timedelta(days=1)
    before = date_lessons(work, lay_out(plan), BERLIN)
    after = date_lessons(work, lay_out(later), BERLIN)
    for old, new in zip(before, after, strict=True):
        assert new.opens_at >= old.opens_at or old.opens_at > morning
        if old.opens_at < morning:
            assert new.opens_at == old.opens_at
        if old.due_at < morning:
            assert new.due_at == old.due_at


@given(plans(), lessons, st.data())
def test_an_extension_moves_only_that_lesson_and_only_for_later(plan, work, data):
    dates = date_lessons(work, lay_out(plan), BERLIN)
    chosen = data.draw(st.sampled_from(dates))
    to = chosen.due_at + timedelta(days=data.draw(st.integers(-5, 20)))
    hers = dates_for(dates, {chosen.key: to})
    for old, new in zip(dates, hers, strict=True):
        if old.key == chosen.key:
            assert new.due_at == max(old.due_at, to)
        else:
            assert new == old


def test_the_same_course_takes_eight_weeks_of_evenings_or_one_of_days():
    total = sum(lesson.minutes for lesson in COURSE)
    assert weeks_needed(total, 4) == 8
    assert weeks_needed(total, 35) == 1
    evenings = lay_out(Plan(MONDAY, 8, 2, EVENINGS))
    days = lay_out(Plan(MONDAY, 1, 0, DAYS))
    slow, fast = (date_lessons(COURSE, calendar, BERLIN) for calendar in (evenings, days))
    assert minutes(days) == 35 * 60
    assert [one.key for one in slow] == [one.key for one in fast]
    assert slow[0].opens_at == datetime(2026, 9, 8, 16, tzinfo=UTC)
    assert slow[0].due_at == datetime(2026, 9, 10, 16, tzinfo=UTC)
    # In the eighth week summer time has ended: 18:00 is an hour later in UTC.
    assert slow[-1].due_at == datetime(2026, 10, 29, 19, tzinfo=UTC)
    # Work of a bootcamp's day is due the next morning, not in its own afternoon.
    assert fast[0].due_at == datetime(2026, 9, 8, 7, tzinfo=UTC)
    assert fast[-1].due_at == datetime(2026, 9, 11, 15, tzinfo=UTC)


def test_a_holiday_week_of_a_bootcamp_is_made_up_for_in_the_buffer():
    holiday = {MONDAY + timedelta(days=7 + number) for number in range(5)}
    calendar = lay_out(Plan(MONDAY, 3, 1, DAYS, holiday))
    assert calendar.without_day == 0
    assert {meeting.day for meeting in calendar.meetings}.isdisjoint(holiday)
    assert calendar.meetings[-1].day == MONDAY + timedelta(days=3 * 7 + 4)
    short = lay_out(Plan(MONDAY, 3, 0, DAYS, holiday))
    assert short.without_day == 10


def test_an_extra_session_comes_on_top():
    calendar = lay_out(Plan(MONDAY, 2, 0, EVENINGS, extra=(Extra(date(2026, 9, 12), time(10), 90),)))
    assert minutes(calendar) == 2 * 240 + 90
    assert [meeting.extra for meeting in calendar.meetings] == [False, False, True, False, False]


def test_lessons_without_sessions_have_no_dates():
    assert date_lessons(COURSE, lay_out(Plan(MONDAY, 2, 0, ())), BERLIN) == []


def test_a_date_never_comes_earlier_by_an_extension():
    at = datetime(2026, 9, 8, 16, tzinfo=UTC)
    one = Dates("a", at, at + timedelta(days=2))
    assert dates_for([one], {"a": at}) == [one]


@pytest.mark.parametrize(
    ("starts", "part"),
    [
        (time(9), HalfDay.MORNING),
        (time(11, 59), HalfDay.MORNING),
        (time(12), HalfDay.AFTERNOON),
        (time(16, 59), HalfDay.AFTERNOON),
        (time(17), HalfDay.EVENING),
    ],
)
def test_the_part_of_the_day_follows_the_beginning(starts, part):
    assert half_day(starts) is part
