"""A class's calendar as rows: laid out from its timetable, and what differs from it.

`lms.programmes.schedule` decides when the class meets; this module keeps the rows of sessions and lesson dates in
step with what it says. Functions flush and raise; views commit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext
from sqlalchemy import Select, delete, func, select
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Cohort, Track
from lms.core.db import db, utcnow
from lms.core.errors import PasserelleError
from lms.learning.models import LessonDate
from lms.programmes import schedule
from lms.programmes.closed_days import public_holidays
from lms.programmes.models import (
    AbsenceNotice,
    CalendarChange,
    ChangeKind,
    ClassSession,
    SessionStatus,
    TimeSlot,
)
from lms.programmes.services import USUAL_MINUTES, courses_of

MOST_CHANGES = 200
LONGEST_HOLIDAY = 120


class NotPossible(PasserelleError):
    """What was asked for cannot stand; the sentence says why."""

    code = "not_possible"
    status = 422


@dataclass(frozen=True, slots=True)
class LaidOut:
    """What came of laying out a calendar: sessions that take place, and those for which no day was left."""

    sessions: int
    without_day: int


def zone_of(cohort: Cohort) -> ZoneInfo:
    """The class's own clock."""
    return ZoneInfo(cohort.time_zone)


def lay_out_cohort(cohort: Cohort) -> LaidOut:
    """Make the rows of sessions and lesson dates say what timetable, changes and courses say now.

    Sessions that have begun stay as they were, whatever the timetable says later: they are a record. One that
    should no longer be, but that somebody has answered, is cancelled rather than removed. Dates that have passed
    stay as well: nobody becomes late, or punctual, afterwards.
    """
    track = cohort.track
    if track is None or cohort.starts_on is None:
        return LaidOut(0, 0)
    calendar = schedule.lay_out(_plan(cohort, cohort.starts_on, track))
    _keep_sessions(cohort, calendar)
    _keep_lesson_dates(cohort)
    return LaidOut(sum(one.takes_place for one in calendar.meetings), calendar.without_day)


def running_cohorts(track: Track | None = None) -> Sequence[Cohort]:
    """The planned classes that have not ended: of one track, or all."""
    ended = (
        select(ClassSession.cohort_id)
        .group_by(ClassSession.cohort_id)
        .having(func.max(ClassSession.starts_at) < utcnow())
    )
    query = select(Cohort).where(
        Cohort.track_id.is_not(None), Cohort.starts_on.is_not(None), Cohort.id.not_in(ended)
    )
    return db.session.scalars(query.where(Cohort.track_id == track.id) if track else query).all()


def lay_out_running() -> int:
    """Lay out every class that has not ended, as after an upgrade of the course files. Returns how many."""
    running = running_cohorts()
    for cohort in running:
        lay_out_cohort(cohort)
    return len(running)


def slots_of(cohort: Cohort) -> list[TimeSlot]:
    """The class's weekly timetable, from Monday on."""
    found = db.session.scalars(
        select(TimeSlot).where(TimeSlot.cohort_id == cohort.id).order_by(TimeSlot.weekday, TimeSlot.starts)
    )
    return list(found)


def sessions_of(cohort: Cohort, *, past: bool = False) -> Select[ClassSession]:
    """The class's sessions to come, the next one first; or those that have begun, the latest first."""
    query = select(ClassSession).where(ClassSession.cohort_id == cohort.id)
    if past:
        return query.where(ClassSession.starts_at <= utcnow()).order_by(
            ClassSession.starts_at.desc(), ClassSession.id.desc()
        )
    return query.where(ClassSession.starts_at > utcnow()).order_by(ClassSession.starts_at, ClassSession.id)


def changes_of(cohort: Cohort) -> list[CalendarChange]:
    """How the class's calendar differs from its timetable, by day."""
    found = db.session.scalars(
        select(CalendarChange)
        .where(CalendarChange.cohort_id == cohort.id)
        .order_by(CalendarChange.on_day, CalendarChange.starts)
        .limit(MOST_CHANGES)
    )
    return list(found)


def holidays_of(cohort: Cohort, language: str = "") -> dict[date, str]:
    """The public holidays in the class's time, with their names in this language where they are known in it."""
    if cohort.starts_on is None or cohort.track is None:
        return {}
    last = _last_day(cohort.starts_on, cohort.track)
    found = public_holidays(cohort.region, range(cohort.starts_on.year, last.year + 1), language)
    return {day: name for day, name in sorted(found.items()) if cohort.starts_on <= day <= last}


def add_holiday(cohort: Cohort, first: date, last: date, note: str) -> LaidOut:
    """No class from one day to another; what falls on them is made up for later."""
    if last < first:
        raise NotPossible(gettext("The last day comes before the first."))
    if (last - first).days >= LONGEST_HOLIDAY:
        raise NotPossible(gettext("A holiday can last %(num)s days at most.", num=LONGEST_HOLIDAY))
    return _add_change(
        CalendarChange(cohort_id=cohort.id, kind=ChangeKind.HOLIDAY, on_day=first, until_day=last, note=note),
        cohort,
    )


def add_extra(
    cohort: Cohort, day: date, starts: time, minutes: int, *, place: str = "", note: str = ""
) -> LaidOut:
    """One session beside the timetable."""
    if any((row.planned_day, row.planned_time) == (day, starts) for row in _sessions(cohort)):
        raise NotPossible(gettext("The class meets at this time already."))
    if schedule.moment(day, starts, zone_of(cohort)) < utcnow():
        raise NotPossible(gettext("This time is over. Choose a later one."))
    return _add_change(
        CalendarChange(
            cohort_id=cohort.id, kind=ChangeKind.EXTRA, on_day=day, starts=starts, minutes=minutes,
            place=place, note=note,
        ),
        cohort,
    )  # fmt: skip


def cancel_session(cohort: Cohort, session: ClassSession, note: str) -> LaidOut:
    """This session does not take place; one of the timetable is made up for at the end."""
    _not_begun(session)
    _forget_change(session)
    if session.extra:  # it was there by a change alone
        return lay_out_cohort(cohort)
    return _add_change(_change(session, ChangeKind.CANCELLED, note=note), cohort)


def move_session(
    cohort: Cohort, session: ClassSession, day: date, starts: time, *, place: str = "", note: str = ""
) -> LaidOut:
    """This session takes place at another time; every other one stays where it is."""
    _not_begun(session)
    if session.extra:
        raise NotPossible(gettext("Cancel an extra session, then add it at its new time."))
    if schedule.moment(day, starts, zone_of(cohort)) < utcnow():
        raise NotPossible(gettext("This time is over. Choose a later one."))
    _forget_change(session)
    change = _change(session, ChangeKind.MOVED, note=note)
    change.new_day, change.new_starts, change.place = day, starts, place
    return _add_change(change, cohort)


def restore_session(cohort: Cohort, session: ClassSession) -> LaidOut:
    """The session takes place as the timetable says."""
    _not_begun(session)
    _forget_change(session)
    return lay_out_cohort(cohort)


def remove_change(cohort: Cohort, change: CalendarChange) -> LaidOut:
    """Take a holiday, a move, a cancellation or an extra session back."""
    db.session.delete(change)
    db.session.flush()
    return lay_out_cohort(cohort)


def _add_change(change: CalendarChange, cohort: Cohort) -> LaidOut:
    if len(changes_of(cohort)) >= MOST_CHANGES:
        raise NotPossible(gettext("This calendar has too many changes. Take old ones out first."))
    try:
        with db.session.begin_nested():
            db.session.add(change)
    except IntegrityError as error:
        raise NotPossible(gettext("There is a change for this day and time already.")) from error
    return lay_out_cohort(cohort)


def _change(session: ClassSession, kind: ChangeKind, note: str) -> CalendarChange:
    return CalendarChange(
        cohort_id=session.cohort_id,
        kind=kind,
        on_day=session.planned_day,
        starts=session.planned_time,
        note=note,
    )


def _forget_change(session: ClassSession) -> None:
    db.session.execute(
        delete(CalendarChange).where(
            CalendarChange.cohort_id == session.cohort_id,
            CalendarChange.on_day == session.planned_day,
            CalendarChange.starts == session.planned_time,
        )
    )


def _not_begun(session: ClassSession) -> None:
    if session.starts_at <= utcnow():
        raise NotPossible(gettext("This session has begun. Its time can no longer be changed."))


def _plan(cohort: Cohort, starts_on: date, track: Track) -> schedule.Plan:
    closed = set(holidays_of(cohort))
    moved: dict[schedule.Planned, schedule.Move] = {}
    cancelled: dict[schedule.Planned, str] = {}
    extra: list[schedule.Extra] = []
    for change in changes_of(cohort):
        match change:
            case CalendarChange(kind=ChangeKind.HOLIDAY, until_day=date() as last):
                closed.update(_days(change.on_day, last))
            case CalendarChange(kind=ChangeKind.CANCELLED, starts=time() as starts):
                cancelled[change.on_day, starts] = change.note
            case CalendarChange(
                kind=ChangeKind.MOVED, starts=time() as starts, new_day=date() as day, new_starts=time() as to
            ):
                moved[change.on_day, starts] = schedule.Move(
                    day, to, change.minutes, change.place, change.note
                )
            case CalendarChange(kind=ChangeKind.EXTRA, starts=time() as starts, minutes=int() as minutes):
                extra.append(schedule.Extra(change.on_day, starts, minutes, change.place, change.note))
    return schedule.Plan(
        starts_on=starts_on,
        weeks=track.weeks,
        buffer_weeks=track.buffer_weeks,
        slots=tuple(schedule.Slot(slot.weekday, slot.starts, slot.minutes) for slot in slots_of(cohort)),
        closed=closed,
        moved=moved,
        cancelled=cancelled,
        extra=tuple(extra),
    )


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _last_day(starts_on: date, track: Track) -> date:
    return schedule.Plan(starts_on, track.weeks, track.buffer_weeks, ()).last_day


def _sessions(cohort: Cohort) -> list[ClassSession]:
    found = db.session.scalars(
        select(ClassSession)
        .where(ClassSession.cohort_id == cohort.id)
        .order_by(ClassSession.starts_at, ClassSession.id)
    )
    return list(found)


def _keep_sessions(cohort: Cohort, calendar: schedule.Calendar) -> None:
    now = utcnow()
    zone = zone_of(cohort)
    rows = {(row.planned_day, row.planned_time): row for row in _sessions(cohort)}
    # A class that is entered when it is under way gets the sessions it has had. Later the past is not rewritten.
    has_past = any(row.starts_at <= now for row in rows.values())
    for meeting in calendar.meetings:
        row = rows.pop(meeting.planned, None)
        starts_at = schedule.moment(meeting.day, meeting.starts, zone)
        if row is None:
            if starts_at > now or not has_past:
                day, at = meeting.planned
                row = ClassSession(cohort_id=cohort.id, planned_day=day, planned_time=at, revision=-1)
                db.session.add(row)
                _update(row, meeting, starts_at)
        elif row.starts_at > now:
            _update(row, meeting, starts_at)
    _drop([row for row in rows.values() if row.starts_at > now])
    db.session.flush()


def _update(row: ClassSession, meeting: schedule.Meeting, starts_at: datetime) -> None:
    values = {
        "starts_at": starts_at,
        "minutes": meeting.minutes,
        "half_day": schedule.half_day(meeting.starts),
        "status": meeting.status,
        "extra": meeting.extra,
        "place": meeting.place,
        "note": meeting.note,
    }
    if any(getattr(row, name) != value for name, value in values.items()):
        row.revision += 1
        for name, value in values.items():
            setattr(row, name, value)


def _drop(rows: Sequence[ClassSession]) -> None:
    """Remove sessions that are no longer planned; cancel those that somebody has answered."""
    answered = set(
        db.session.scalars(
            select(AbsenceNotice.session_id).where(AbsenceNotice.session_id.in_([row.id for row in rows]))
        )
    )
    for row in rows:
        if row.id not in answered:
            db.session.delete(row)
        elif row.status != SessionStatus.CANCELLED:
            row.status = SessionStatus.CANCELLED
            row.revision += 1


def _keep_lesson_dates(cohort: Cohort) -> None:
    now = utcnow()
    zone = zone_of(cohort)
    work = [
        schedule.Work(lesson.key, lesson.minutes or USUAL_MINUTES)
        for course in courses_of(cohort)
        for lesson in course.lessons
    ]
    meetings = [_as_meeting(row, zone) for row in _sessions(cohort)]
    dates = schedule.date_lessons(work, schedule.Calendar(tuple(meetings), 0), zone) if work else []
    rows = {
        row.lesson_key: row
        for row in db.session.scalars(select(LessonDate).where(LessonDate.cohort_id == cohort.id))
    }
    for position, one in enumerate(dates):
        row = rows.pop(one.key, None)
        if row is None:
            row = LessonDate(
                cohort_id=cohort.id, lesson_key=one.key, opens_at=one.opens_at, due_at=one.due_at
            )
            db.session.add(row)
        row.position = position
        if row.due_at > now:
            if row.opens_at > now:
                row.opens_at = one.opens_at
            if one.due_at > now:
                row.due_at = one.due_at
    for row in rows.values():
        db.session.delete(row)
    db.session.flush()


def _as_meeting(row: ClassSession, zone: ZoneInfo) -> schedule.Meeting:
    local = row.starts_at.astimezone(zone)
    return schedule.Meeting(
        (row.planned_day, row.planned_time), local.date(), local.time(), row.minutes, row.status
    )
