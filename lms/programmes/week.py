"""A student's week: her next classes, what opens and falls due, what she said about coming. Read-only but for that.

Times are moments in UTC together with the zone of the class, by whose clock they are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext
from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import contains_eager

from lms.accounts.models import Cohort, Enrolment, EnrolmentStatus, Role, User
from lms.core.db import db, utcnow
from lms.learning.models import Extension, LessonDate
from lms.programmes.calendars import NotPossible, zone_of
from lms.programmes.models import AbsenceNotice, ClassSession, SessionStatus

AHEAD = timedelta(days=8)
OVERDUE = timedelta(days=21)
MOST_SESSIONS = 30
MOST_LESSONS = 60


@dataclass(frozen=True, slots=True)
class Meeting:
    """One session as a person sees it; `absent` when she has said that she cannot come."""

    session: ClassSession
    cohort: Cohort
    zone: ZoneInfo
    absent: bool

    @property
    def starts(self) -> datetime:
        """When it begins, by the class's clock."""
        return self.session.starts_at.astimezone(self.zone)

    @property
    def ends(self) -> datetime:
        """When it ends, by the class's clock."""
        return (self.session.starts_at + timedelta(minutes=self.session.minutes)).astimezone(self.zone)

    @property
    def place(self) -> str:
        """Where: the session's own place, else the class's."""
        return self.session.place or self.cohort.place

    @property
    def link(self) -> str:
        """The address of an online class: the session's own, else the class's."""
        return self.session.link or self.cohort.link

    @property
    def cancelled(self) -> bool:
        """Whether it does not take place."""
        return self.session.status == SessionStatus.CANCELLED

    @property
    def moved(self) -> bool:
        """Whether it takes place at another time than planned."""
        return self.session.status == SessionStatus.MOVED


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson's dates for one person: `extended` when the due date is her own."""

    key: str
    cohort_id: int
    opens_at: datetime
    due_at: datetime
    zone: ZoneInfo
    extended: bool


def classes_of(user: User) -> list[Cohort]:
    """The classes that she learns in now and that have a calendar."""
    found = db.session.scalars(
        select(Cohort)
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .where(_learns(user), Cohort.starts_on.is_not(None))
        .order_by(Cohort.id)
    )
    return list(found)


def coming_sessions(user: User, now: datetime | None = None, until: datetime | None = None) -> list[Meeting]:
    """Her sessions that have not ended yet, cancelled ones among them, the next one first."""
    now = now or utcnow()
    return _sessions(user, now - timedelta(hours=10), until or now + AHEAD, MOST_SESSIONS, not_over=now)


def next_session(user: User, now: datetime | None = None) -> Meeting | None:
    """The next session that takes place, however far away."""
    now = now or utcnow()
    far = _sessions(user, now, now + timedelta(days=400), 1, not_over=now, taking_place=True)
    return far[0] if far else None


def all_sessions(user: User, now: datetime | None = None) -> list[Meeting]:
    """What a calendar program should know: from four weeks ago to the end."""
    now = now or utcnow()
    return _sessions(user, now - timedelta(weeks=4), now + timedelta(days=400), 400)


def lesson_dates(user: User, now: datetime | None = None) -> list[Lesson]:
    """The lessons that are open, or open within a week, in the classes she learns in; the first due first.

    Lessons that were due long ago are left out: the gradebook keeps them.
    """
    now = now or utcnow()
    due = func.coalesce(Extension.due_at, LessonDate.due_at)
    found = db.session.execute(
        select(LessonDate, Extension.due_at, Cohort)
        .join(Cohort, Cohort.id == LessonDate.cohort_id)
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .outerjoin(
            Extension,
            and_(
                Extension.cohort_id == LessonDate.cohort_id,
                Extension.lesson_key == LessonDate.lesson_key,
                Extension.user_id == user.id,
            ),
        )
        .where(_learns(user), LessonDate.opens_at < now + AHEAD, due > now - OVERDUE)
        .order_by(due, LessonDate.position)
        .limit(MOST_LESSONS)
    )
    return [
        Lesson(row.lesson_key, cohort.id, row.opens_at, max(row.due_at, later or row.due_at), zone_of(cohort),
               later is not None and later > row.due_at)
        for row, later, cohort in found
    ]  # fmt: skip


def say_absent(user: User, session: ClassSession) -> None:
    """She cannot come. Saying it twice changes nothing."""
    _not_over(session)
    try:
        with db.session.begin_nested():
            db.session.add(AbsenceNotice(session_id=session.id, user_id=user.id))
    except IntegrityError:  # the same tap twice
        return


def say_present(user: User, session: ClassSession) -> None:
    """She can come after all."""
    _not_over(session)
    notice = db.session.scalar(
        select(AbsenceNotice).where(AbsenceNotice.session_id == session.id, AbsenceNotice.user_id == user.id)
    )
    if notice is not None:
        db.session.delete(notice)
        db.session.flush()


def absent_people(session: ClassSession) -> list[User]:
    """Who has said that she cannot come to this session, by name. Attendance begins from it."""
    found = db.session.scalars(
        select(User)
        .join(AbsenceNotice, AbsenceNotice.user_id == User.id)
        .where(AbsenceNotice.session_id == session.id)
        .order_by(User.name)
    )
    return list(found)


def absences(sessions: Sequence[ClassSession]) -> dict[int, int]:
    """How many people have said that they cannot come, by the session's id."""
    found = db.session.execute(
        select(AbsenceNotice.session_id, func.count())
        .where(AbsenceNotice.session_id.in_([session.id for session in sessions]))
        .group_by(AbsenceNotice.session_id)
    )
    return {row[0]: row[1] for row in found}


def _learns(user: User) -> ColumnElement[bool]:
    return and_(
        Enrolment.user_id == user.id,
        Enrolment.role == Role.STUDENT,
        Enrolment.status == EnrolmentStatus.ENROLLED,
    )


def _belongs(user: User) -> ColumnElement[bool]:
    """Her sessions: of the classes she learns in, and of those she teaches."""
    return and_(
        Enrolment.user_id == user.id,
        Enrolment.role.in_([Role.STUDENT, Role.INSTRUCTOR]),
        Enrolment.status == EnrolmentStatus.ENROLLED,
    )


def _sessions(
    user: User,
    first: datetime,
    until: datetime,
    most: int,
    *,
    not_over: datetime | None = None,
    taking_place: bool = False,
) -> list[Meeting]:
    query = (
        select(ClassSession, AbsenceNotice.id)
        .join(ClassSession.cohort)
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .outerjoin(
            AbsenceNotice,
            and_(AbsenceNotice.session_id == ClassSession.id, AbsenceNotice.user_id == user.id),
        )
        .options(contains_eager(ClassSession.cohort))
        .where(_belongs(user), ClassSession.starts_at >= first, ClassSession.starts_at < until)
        .order_by(ClassSession.starts_at, ClassSession.id)
    )
    if taking_place:
        query = query.where(ClassSession.status != SessionStatus.CANCELLED)
    found = [
        Meeting(session, session.cohort, zone_of(session.cohort), notice is not None)
        for session, notice in db.session.execute(query.limit(most))
    ]
    return [one for one in found if not_over is None or one.ends > not_over]


def _not_over(session: ClassSession) -> None:
    if session.starts_at + timedelta(minutes=session.minutes) < utcnow():
        raise NotPossible(gettext("This class is over."))
