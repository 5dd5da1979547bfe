"""Records, corrections, closed lists, two people at once, and what it adds up to."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from lms.accounts.models import EnrolmentStatus
from lms.attendance import services
from lms.attendance.models import Attendance, AttendanceChange, AttendanceWord, Presence, Word
from lms.attendance.services import Mark
from lms.attendance.summing import month_bounds, summaries, summaries_of
from lms.core.db import db, utcnow
from lms.programmes.models import AbsenceNotice, ClassSession, SessionStatus
from tests.factories import School, make_school, plan_class

PRESENT, LATE, LEFT_EARLY = Presence.PRESENT, Presence.LATE, Presence.LEFT_EARLY
REMOTE, EXCUSED, ABSENT = Presence.REMOTE, Presence.EXCUSED, Presence.ABSENT


@pytest.fixture
def school(app) -> School:
    made = make_school()
    for user in (made.ben, made.dina):
        user.enrolments[0].created_at = utcnow() - timedelta(days=40)
    plan_class(made.cohort)
    return made


@pytest.fixture
def session(school) -> ClassSession:
    """The newest session that has begun."""
    return db.session.scalars(services.past_sessions(school.cohort)).first()


def mark(session, school, *, reason="", now=None, **marks: Mark) -> int:
    by_id = {getattr(school, name).id: one for name, one in marks.items()}
    count = services.mark(session, by_id, school.ada, reason=reason, now=now)
    db.session.commit()
    return count


def record(session, user) -> Attendance | None:
    return db.session.scalar(select(Attendance).filter_by(session_id=session.id, user_id=user.id))


def test_everybody_is_there_unless_she_said_otherwise(school, session):
    db.session.add(AbsenceNotice(session_id=session.id, user_id=school.dina.id))
    db.session.commit()
    presets = {entry.user.name: entry.preset for entry in services.entries_of(session)}
    assert presets == {"Ben": PRESENT, "Dina": EXCUSED}


@pytest.mark.parametrize(
    ("status", "off", "minutes"),
    [
        (PRESENT, 0, 120),
        (REMOTE, 0, 120),
        (LATE, 25, 95),
        (LEFT_EARLY, 119, 1),
        (EXCUSED, 0, 0),
        (ABSENT, 0, 0),
    ],
)
def test_a_record_knows_the_minutes(school, session, status, off, minutes):
    assert mark(session, school, ben=Mark(status, off)) == 1
    kept = record(session, school.ben)
    assert (kept.status, kept.minutes, kept.author_id) == (status, minutes, school.ada.id)
    assert record(session, school.dina) is None, "nobody said anything of her"
    entry = next(entry for entry in services.entries_of(session) if entry.user.id == school.ben.id)
    assert (entry.preset, entry.off(session)) == (status, off)


@pytest.mark.parametrize("off", [0, 120, 500, -3])
def test_impossible_minutes_are_told(school, session, off):
    with pytest.raises(services.CannotMark):
        mark(session, school, ben=Mark(LATE, off))


def test_a_class_that_has_not_begun_or_was_cancelled_has_no_list(school, session):
    with pytest.raises(services.CannotMark):
        mark(session, school, ben=Mark(PRESENT), now=session.starts_at - timedelta(minutes=1))
    session.status = SessionStatus.CANCELLED
    with pytest.raises(services.CannotMark):
        mark(session, school, ben=Mark(PRESENT))
    assert session.id not in {one.id for one in db.session.scalars(services.past_sessions(school.cohort))}


def test_a_correction_is_appended(school, session):
    mark(session, school, ben=Mark(ABSENT), dina=Mark(PRESENT))
    assert mark(session, school, ben=Mark(LATE, 30, version=1), dina=Mark(PRESENT, version=1)) == 1
    [(change, about)] = services.changes_of(session)
    assert about.id == school.ben.id
    assert (change.before_status, change.before_minutes, change.after_status, change.after_minutes) == (
        ABSENT, 0, LATE, 90,
    )  # fmt: skip
    assert change.author_id == school.ada.id
    assert record(session, school.ben).version == 2


def test_a_closed_list_is_corrected_with_a_reason_only(school, session):
    ends = session.starts_at + timedelta(minutes=session.minutes)
    closed = ends + timedelta(days=7, seconds=1)
    mark(session, school, ben=Mark(ABSENT), now=ends + timedelta(days=7))
    assert not services.is_locked(session, ends + timedelta(days=7))
    assert services.is_locked(session, closed)
    with pytest.raises(services.ReasonNeeded):
        mark(session, school, ben=Mark(PRESENT, version=1), reason=" \u202e ", now=closed)
    assert mark(session, school, ben=Mark(ABSENT, version=1), now=closed) == 0, "nothing is changed"
    mark(session, school, ben=Mark(EXCUSED, version=1), reason="Doctor's note", now=closed)
    [(change, _)] = services.changes_of(session)
    assert (change.reason, change.after_status) == ("Doctor's note", EXCUSED)


def test_a_first_record_after_the_list_is_closed_is_kept_with_its_reason(school, session):
    ends = session.starts_at + timedelta(minutes=session.minutes)
    mark(session, school, dina=Mark(PRESENT), reason="Nobody asked for one", now=ends)
    assert services.changes_of(session) == []
    closed = ends + timedelta(days=7, seconds=1)
    with pytest.raises(services.ReasonNeeded):
        mark(session, school, ben=Mark(LATE, 20), now=closed)
    mark(session, school, ben=Mark(LATE, 20), reason="From paper", now=closed)
    mark(session, school, ben=Mark(PRESENT, version=1), reason="Misread", now=closed + timedelta(hours=1))
    later, first = (change for change, _ in services.changes_of(session))
    assert (first.before_status, first.after_status, first.after_minutes) == (None, LATE, 100)
    assert (first.reason, first.author_id) == ("From paper", school.ada.id)
    assert (later.before_status, later.after_status, later.reason) == (LATE, PRESENT, "Misread")


def test_when_a_list_closes_can_be_set(app, school, session):
    app.config["ATTENDANCE_LOCK_DAYS"] = 30
    assert not services.is_locked(session, session.starts_at + timedelta(days=20))


def test_of_two_who_record_at_once_the_second_is_shown_the_first(school, session):
    mark(session, school, ben=Mark(ABSENT))
    with pytest.raises(services.MarkedMeanwhile) as raised:
        mark(session, school, ben=Mark(PRESENT), dina=Mark(PRESENT))
    db.session.rollback()
    assert raised.value.people == {school.ben.id}
    assert record(session, school.dina) is None, "all or nothing"
    mark(session, school, ben=Mark(LATE, 5, version=1))
    with pytest.raises(services.MarkedMeanwhile):
        mark(session, school, ben=Mark(PRESENT, version=1))
    db.session.rollback()
    assert mark(session, school, ben=Mark(LATE, 5, version=1)) == 0, "both say the same"


def test_who_left_stays_on_the_lists_where_she_was(school, session):
    mark(session, school, ben=Mark(PRESENT))
    school.ben.enrolments[0].status = EnrolmentStatus.WITHDRAWN
    school.dina.enrolments[0].status = EnrolmentStatus.WITHDRAWN
    db.session.commit()
    assert [entry.user.name for entry in services.entries_of(session)] == ["Ben"]


def test_who_joined_later_is_not_asked_about_earlier_classes(school, session):
    school.dina.enrolments[0].created_at = session.starts_at + timedelta(days=1)
    db.session.commit()
    assert [entry.user.name for entry in services.entries_of(session)] == ["Ben"]
    assert [one.id for one, _, _ in services.to_confirm(school.dina)] == []


def test_a_student_confirms_or_says_what_is_wrong(school, session):
    asked = [one.id for one, _, _ in services.to_confirm(school.ben)]
    assert session.id in asked
    with pytest.raises(services.CannotMark):
        services.say(session, school.ben, Word.WRONG, "  ")
    with pytest.raises(services.CannotMark):
        services.say(session, school.ben, Word.WAS_THERE, now=session.starts_at - timedelta(minutes=1))
    services.say(session, school.ben, Word.WRONG, "I was there from the beginning.")
    services.say(session, school.ben, Word.WAS_THERE)
    db.session.commit()
    [word] = db.session.scalars(select(AttendanceWord))
    assert (word.word, word.note) == (Word.WAS_THERE, "")
    assert session.id not in [one.id for one, _, _ in services.to_confirm(school.ben)]


def test_who_confirmed_is_asked_again_when_the_record_says_otherwise(school, session):
    def asked() -> bool:
        return session.id in [one.id for one, _, _ in services.to_confirm(school.ben)]

    services.say(session, school.ben, Word.WAS_THERE)
    mark(session, school, ben=Mark(PRESENT))
    assert not asked(), "both say the same"
    mark(session, school, ben=Mark(ABSENT, version=1))
    assert asked(), "she said that she was there"
    services.say(session, school.ben, Word.WRONG, "I was there.")
    assert not asked()
    mark(session, school, ben=Mark(LATE, 10, version=2))
    assert asked(), "is it right now?"
    services.say(session, school.ben, Word.WAS_THERE)
    assert not asked()


def test_a_doubt_ends_when_the_record_is_corrected(school, session):
    def doubts() -> int:
        return services.recorded([session])[0].doubts

    services.say(session, school.ben, Word.WRONG, "The door was locked.")
    assert doubts() == 1, "before anything is recorded"
    mark(session, school, ben=Mark(ABSENT))
    assert doubts() == 0
    services.say(session, school.ben, Word.WRONG, "I was there.")
    mark(session, school, dina=Mark(ABSENT))
    assert doubts() == 1, "the record of somebody else is no answer"
    mark(session, school, ben=Mark(PRESENT, version=1))
    assert doubts() == 0


def test_it_adds_up(school):
    sessions = db.session.scalars(services.past_sessions(school.cohort).limit(3)).all()
    for one, status in zip(sessions, (Mark(LATE, 20), Mark(ABSENT), Mark(EXCUSED)), strict=True):
        mark(one, school, ben=status, reason="The list was on paper.")
    long_ago = utcnow() - timedelta(days=60)
    found = summaries(school.cohort.id, long_ago, utcnow())
    assert set(found) == {school.ben.id}
    his = found[school.ben.id]
    assert (his.held_minutes, his.minutes, his.sessions) == (360, 100, 3)
    assert (his.attended, his.missed, his.excused) == (1, 1, 1)
    assert his.last_there == sessions[0].starts_at
    assert summaries_of([school.ben.id, school.dina.id], long_ago, utcnow()) == found
    assert summaries(school.cohort.id, long_ago, utcnow(), [school.dina.id]) == {}
    assert summaries(school.cohort.id, utcnow(), utcnow() + timedelta(days=1)) == {}
    sessions[1].status = SessionStatus.CANCELLED
    db.session.commit()
    assert summaries(school.cohort.id, long_ago, utcnow())[school.ben.id].missed == 0


def test_a_month_begins_and_ends_by_the_clock_of_the_class():
    berlin = ZoneInfo("Europe/Berlin")
    since, until = month_bounds(2031, 3, berlin)
    assert (since.isoformat(), until.isoformat()) == (
        "2031-03-01T00:00:00+01:00",
        "2031-04-01T00:00:00+02:00",
    )
    assert month_bounds(2031, 12, berlin)[1].isoformat() == "2032-01-01T00:00:00+01:00"


def test_erasing_a_student_takes_her_records(school, session):
    mark(session, school, ben=Mark(ABSENT))
    mark(session, school, ben=Mark(PRESENT, version=1))
    services.say(session, school.ben, Word.WAS_THERE)
    db.session.delete(school.ben)
    db.session.commit()
    for table in (Attendance, AttendanceChange, AttendanceWord):
        assert db.session.scalars(select(table)).all() == []
