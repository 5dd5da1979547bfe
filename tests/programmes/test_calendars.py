"""A class's calendar as rows: what stays, what follows, and what nobody may change any more."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Cohort
from lms.core.db import db, utcnow
from lms.learning.models import LessonDate
from lms.programmes import calendars
from lms.programmes.calendars import NotPossible
from lms.programmes.closed_days import countries, is_region, parts_of, public_holidays
from lms.programmes.models import (
    AbsenceNotice,
    CalendarChange,
    ChangeKind,
    ClassSession,
    HalfDay,
    SessionStatus,
    TimeSlot,
)
from lms.programmes.services import courses_of
from tests.factories import School, make_school, plan_class

BERLIN = ZoneInfo("Europe/Berlin")
FAR = date(2031, 9, 1)  # a Monday that no test reaches


@pytest.fixture
def school(app: Flask) -> School:
    return make_school()


def rows(cohort: Cohort) -> list[ClassSession]:
    found = select(ClassSession).where(ClassSession.cohort_id == cohort.id).order_by(ClassSession.starts_at)
    return list(db.session.scalars(found))


def due(cohort: Cohort) -> dict[str, datetime]:
    found = db.session.scalars(select(LessonDate).where(LessonDate.cohort_id == cohort.id))
    return {row.lesson_key: row.due_at for row in found}


def walls(cohort: Cohort) -> list[str]:
    """What the clocks of Berlin say when a session begins."""
    return [row.starts_at.astimezone(BERLIN).strftime("%m-%d %H:%M") for row in rows(cohort)]


def test_a_class_gets_its_sessions_and_every_lesson_its_dates(school):
    cohort = plan_class(school.cohort, starts_on=date(2031, 9, 15))
    assert len(rows(cohort)) == 16
    assert walls(cohort)[:2] == ["09-16 18:00", "09-18 18:00"]
    assert {wall[-5:] for wall in walls(cohort)} == {"18:00"}
    assert {row.starts_at.time() for row in rows(cohort)} == {
        time(16),
        time(17),
    }  # summer time ends on the way
    assert {row.half_day for row in rows(cohort)} == {HalfDay.EVENING}
    course = courses_of(cohort)[0]
    assert set(due(cohort)) == {lesson.key for lesson in course.lessons}


def test_laying_out_twice_changes_nothing(school):
    cohort = plan_class(school.cohort, starts_on=FAR)
    before = [(row.id, row.starts_at, row.revision) for row in rows(cohort)]
    dates = due(cohort)
    calendars.lay_out_cohort(cohort)
    db.session.commit()
    assert [(row.id, row.starts_at, row.revision) for row in rows(cohort)] == before
    assert due(cohort) == dates


def test_a_holiday_moves_what_follows_to_the_end(school):
    cohort = plan_class(school.cohort, starts_on=FAR)
    before, dates = walls(cohort), due(cohort)
    laid_out = calendars.add_holiday(cohort, date(2031, 9, 9), date(2031, 9, 9), "Trip")
    after = walls(cohort)
    assert laid_out == calendars.LaidOut(16, 0)
    assert "09-09 18:00" not in after
    assert after[-1] == "10-28 18:00"
    assert set(before) - set(after) == {"09-09 18:00"}
    first = courses_of(cohort)[0].lessons[0].key
    assert due(cohort)[first] == dates[first]
    assert all(due(cohort)[key] >= at for key, at in dates.items())
    calendars.remove_change(cohort, calendars.changes_of(cohort)[0])
    assert walls(cohort) == before
    assert due(cohort) == dates


def test_public_holidays_of_the_region_are_kept(school):
    cohort = plan_class(school.cohort, starts_on=date(2031, 9, 29), region="DE")
    assert "10-03 18:00" not in walls(cohort)
    assert date(2031, 10, 3) in calendars.holidays_of(cohort)
    cohort.region = "DE-BE"
    cohort.starts_on = date(2031, 3, 3)
    assert date(2031, 3, 8) in calendars.holidays_of(cohort)
    cohort.region = "DE-BY"
    assert date(2031, 3, 8) not in calendars.holidays_of(cohort)


def test_sessions_for_which_no_day_is_left_are_counted(school):
    cohort = plan_class(school.cohort, starts_on=FAR)
    cohort.track.buffer_weeks = 0
    laid_out = calendars.add_holiday(cohort, date(2031, 9, 8), date(2031, 9, 14), "")
    assert laid_out == calendars.LaidOut(14, 2)


def test_a_moved_session_keeps_its_row_and_moves_nothing_else(school):
    cohort = plan_class(school.cohort, starts_on=FAR)
    session = rows(cohort)[2]
    others = [row.starts_at for row in rows(cohort) if row.id != session.id]
    calendars.move_session(
        cohort, session, date(2031, 9, 10), time(10), place="Park", note="The room is taken"
    )
    moved = db.session.get_one(ClassSession, session.id)
    assert moved.starts_at == datetime(2031, 9, 10, 8, tzinfo=UTC)
    assert (moved.status, moved.place, moved.half_day) == (SessionStatus.MOVED, "Park", HalfDay.MORNING)
    assert moved.revision == 1
    assert [row.starts_at for row in rows(cohort) if row.id != session.id] == others
    calendars.restore_session(cohort, moved)
    assert (moved.status, moved.starts_at) == (SessionStatus.PLANNED, datetime(2031, 9, 9, 16, tzinfo=UTC))


def test_a_cancelled_session_stays_and_is_made_up_for(school):
    cohort = plan_class(school.cohort, starts_on=FAR)
    session = rows(cohort)[0]
    calendars.cancel_session(cohort, session, "Ada is ill")
    assert len(rows(cohort)) == 17
    assert (rows(cohort)[0].status, rows(cohort)[0].note) == (SessionStatus.CANCELLED, "Ada is ill")
    calendars.move_session(cohort, session, date(2031, 9, 3), time(18))
    assert len(rows(cohort)) == 16
    assert rows(cohort)[0].status == SessionStatus.MOVED


def test_an_extra_session_comes_and_goes(school):
    cohort = plan_class(school.cohort, starts_on=FAR)
    calendars.add_extra(cohort, date(2031, 9, 6), time(10), 90, note="Repetition")
    extra = next(row for row in rows(cohort) if row.extra)
    assert (extra.minutes, extra.note) == (90, "Repetition")
    with pytest.raises(NotPossible, match="Cancel an extra session"):
        calendars.move_session(cohort, extra, date(2031, 9, 7), time(10))
    calendars.cancel_session(cohort, extra, "")
    assert len(rows(cohort)) == 16


def test_what_cannot_be_is_told_in_a_sentence(school):
    cohort = plan_class(school.cohort, starts_on=FAR)
    with pytest.raises(NotPossible, match="before the first"):
        calendars.add_holiday(cohort, date(2031, 9, 9), date(2031, 9, 8), "")
    with pytest.raises(NotPossible, match="120 days"):
        calendars.add_holiday(cohort, date(2031, 9, 9), date(2032, 9, 9), "")
    with pytest.raises(NotPossible, match="meets at this time"):
        calendars.add_extra(cohort, date(2031, 9, 2), time(18), 60)
    with pytest.raises(NotPossible, match="over"):
        calendars.add_extra(cohort, date(2020, 9, 2), time(18), 60)
    with pytest.raises(NotPossible, match="over"):
        calendars.move_session(cohort, rows(cohort)[0], date(2020, 9, 2), time(18))


def test_the_past_is_a_record(school):
    cohort = plan_class(school.cohort)
    past = [row for row in rows(cohort) if row.starts_at <= utcnow()]
    assert 4 <= len(past) <= 8
    kept = [(row.id, row.starts_at, row.status) for row in past]
    with pytest.raises(NotPossible, match="has begun"):
        calendars.cancel_session(cohort, past[-1], "")
    slot = db.session.scalars(select(TimeSlot).where(TimeSlot.cohort_id == cohort.id)).first()
    slot.starts = time(19)
    calendars.lay_out_cohort(cohort)
    now = [(row.id, row.starts_at, row.status) for row in rows(cohort) if row.starts_at <= utcnow()]
    assert now == kept
    assert {wall[-5:] for wall in walls(cohort)[len(past) :]} == {"18:00", "19:00"}
    assert len(rows(cohort)) == 16


def test_dates_that_have_passed_stay(school):
    cohort = plan_class(school.cohort)
    before = {key: at for key, at in due(cohort).items() if at <= utcnow()}
    assert before
    calendars.add_extra(cohort, utcnow().date() + timedelta(days=3), time(9), 600)
    after = due(cohort)
    assert {key: after[key] for key in before} == before
    assert all(at > utcnow() for key, at in after.items() if key not in before)


def test_a_session_that_somebody_has_answered_is_cancelled_not_removed(school):
    cohort = plan_class(school.cohort, starts_on=FAR)
    answered, other = rows(cohort)[-1], rows(cohort)[-2]
    db.session.add(AbsenceNotice(session_id=answered.id, user_id=school.ben.id))
    cohort.track.weeks = 7
    calendars.lay_out_cohort(cohort)
    assert db.session.get_one(ClassSession, answered.id).status == SessionStatus.CANCELLED
    assert db.session.get(ClassSession, other.id) is None


def test_a_class_without_a_plan_has_no_calendar(school):
    assert calendars.lay_out_cohort(school.cohort) == calendars.LaidOut(0, 0)
    assert calendars.holidays_of(school.cohort) == {}
    assert rows(school.cohort) == []


def test_classes_that_have_ended_are_no_longer_laid_out(school):
    ended = plan_class(school.beside, starts_on=date(2024, 1, 1))
    running = plan_class(school.cohort, ended.track)
    assert calendars.running_cohorts() == [running]
    assert calendars.running_cohorts(ended.track) == [running]
    assert calendars.lay_out_running() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"kind": ChangeKind.HOLIDAY, "starts": time(9)},
        {"kind": ChangeKind.HOLIDAY, "until_day": date(2031, 8, 1)},
        {"kind": ChangeKind.MOVED, "starts": time(9)},
        {"kind": ChangeKind.EXTRA, "starts": time(9)},
        {"kind": ChangeKind.EXTRA, "starts": time(9), "minutes": 5},
        {"kind": "something", "starts": time(9)},
    ],
)
def test_the_table_refuses_a_change_that_means_nothing(school, change):
    db.session.add(CalendarChange(cohort_id=school.cohort.id, on_day=FAR, **change))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


@pytest.mark.parametrize("slot", [(7, time(9), 60), (0, time(9), 5), (0, time(9), 700)])
def test_the_table_refuses_an_impossible_slot(school, slot):
    weekday, starts, minutes = slot
    db.session.add(TimeSlot(cohort_id=school.cohort.id, weekday=weekday, starts=starts, minutes=minutes))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_regions_are_countries_and_their_parts():
    assert is_region("FR")
    assert is_region("DE-BE")
    assert not is_region("DE-XX")
    assert not is_region("XX")
    assert "BE" in parts_of("DE")
    assert public_holidays("", [2031]) == {}
    assert public_holidays("FR", [2031])[date(2031, 7, 14)]


@pytest.mark.parametrize(
    ("region", "language", "name"),
    [
        ("DE-BE", "uk", "Новий рік"),
        ("DE-BE", "en", "New Year's Day"),
        ("DE-BE", "ar", "Neujahr"),
        ("FR", "fr", "Jour de l'an"),
    ],
)
def test_a_holiday_is_named_in_the_reader_s_language_or_the_country_s_own(region, language, name):
    assert public_holidays(region, [2031], language)[date(2031, 1, 1)] == name
    assert ("FR", "France") in countries("fr")
