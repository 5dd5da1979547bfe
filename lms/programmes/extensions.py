"""More time for one student: her own later dates in a class. Nobody else's date moves. Views commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext, ngettext
from sqlalchemy import and_, delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from lms.accounts.models import HERE, Cohort, Enrolment, User
from lms.core.db import db, utcnow
from lms.learning.models import Extension, LessonDate
from lms.programmes.calendars import NotPossible, zone_of

LONGEST_WEEKS = 12
FARTHEST = timedelta(days=366)
MOST_LESSONS = 400


@dataclass(frozen=True, slots=True)
class LessonTime:
    """When a lesson is due for the class and, where somebody gave her more time, for her."""

    key: str
    due_at: datetime
    own: datetime | None
    giver: str | None

    @property
    def later(self) -> datetime | None:
        """Her own date as far as it still is the later one: the class's calendar may have moved past it."""
        return self.own if self.own is not None and self.own > self.due_at else None


def lesson_times(person: User, cohort: Cohort) -> list[LessonTime]:
    """The lessons of a class in teaching order with their dates for this person, in one query."""
    found = db.session.execute(
        select(LessonDate.lesson_key, LessonDate.due_at, Extension.due_at, User.name)
        .outerjoin(
            Extension,
            and_(
                Extension.cohort_id == LessonDate.cohort_id,
                Extension.lesson_key == LessonDate.lesson_key,
                Extension.user_id == person.id,
            ),
        )
        .outerjoin(User, User.id == Extension.author_id)
        .where(LessonDate.cohort_id == cohort.id)
        .order_by(LessonDate.position)
        .limit(MOST_LESSONS)
    )
    return [LessonTime(key, due_at, own, giver) for key, due_at, own, giver in found]


def give_lesson(place: Enrolment, cohort: Cohort, key: str, until: date, author: User) -> None:
    """More time for one lesson. What she had been given for it before is replaced."""
    lesson = db.session.get(LessonDate, (cohort.id, key))
    if lesson is None:
        raise NotPossible(gettext("This lesson has no date in this class any more. Choose another one."))
    _give(place, cohort, [lesson], until, author, shorten=True)


def give_weeks(place: Enrolment, cohort: Cohort, weeks: int, until: date, author: User) -> int:
    """More time for all lessons due in so many weeks from now; a later date of hers stays. Returns how many."""
    now = utcnow()
    lessons = db.session.scalars(
        select(LessonDate)
        .where(
            LessonDate.cohort_id == cohort.id,
            LessonDate.due_at >= start_of_today(zone_of(cohort), now),
            LessonDate.due_at < now + timedelta(weeks=weeks),
        )
        .order_by(LessonDate.due_at, LessonDate.position)
        .limit(MOST_LESSONS)
    ).all()
    if not lessons:
        raise NotPossible(
            ngettext(
                "No lesson is due in the next week.", "No lesson is due in the next %(num)s weeks.", weeks
            )
        )
    _give(place, cohort, lessons, until, author, shorten=False)
    return len(lessons)


def take_back(person: User, cohort: Cohort, key: str) -> None:
    """The class's date counts for her again. Taking it back twice changes nothing."""
    db.session.execute(
        delete(Extension).where(
            Extension.user_id == person.id, Extension.cohort_id == cohort.id, Extension.lesson_key == key
        )
    )


def start_of_today(zone: ZoneInfo, now: datetime) -> datetime:
    """The first moment of the day that it is now by a class's clock."""
    return datetime.combine(now.astimezone(zone).date(), time(), zone)


def _give(
    place: Enrolment,
    cohort: Cohort,
    lessons: Sequence[LessonDate],
    until: date,
    author: User,
    *,
    shorten: bool,
) -> None:
    if place.status not in HERE:
        raise NotPossible(gettext("Only students who are in the class can get more time."))
    due_at = _end_of(until, zone_of(cohort))
    if any(due_at <= lesson.due_at for lesson in lessons):
        raise NotPossible(
            ngettext(
                "The day must be later than the date of the class.",
                "The day must be later than the dates of the class for all %(num)s lessons.",
                len(lessons),
            )
        )
    rows = [
        {"user_id": place.user_id, "cohort_id": cohort.id, "lesson_key": lesson.lesson_key,
         "due_at": due_at, "author_id": author.id, "created_at": utcnow()}
        for lesson in lessons
    ]  # fmt: skip
    _upsert(rows, shorten=shorten)


def _upsert(rows: list[dict[str, Any]], *, shorten: bool) -> None:
    """Two tabs that give at once leave one row: the later form's, or the later date where none is shortened."""
    insert = postgresql_insert if db.engine.dialect.name == "postgresql" else sqlite_insert
    statement = insert(Extension).values(rows)
    given = statement.excluded
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=[Extension.user_id, Extension.cohort_id, Extension.lesson_key],
            set_={"due_at": given.due_at, "author_id": given.author_id, "created_at": given.created_at},
            where=None if shorten else Extension.due_at < given.due_at,
        )
    )


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last minute of a day by the class's clock; days gone by and days far away are no time to work."""
    today = utcnow().astimezone(zone).date()
    if day < today:
        raise NotPossible(gettext("This day is over. Choose today or a later day."))
    if day - today > FARTHEST:
        raise NotPossible(gettext("This day is more than a year away. Choose an earlier one."))
    return datetime.combine(day, time(23, 59), zone)
