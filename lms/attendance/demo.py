"""Who came to the demonstration classes so far: made up as their work is, so that both tell the same story."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import insert, select

from lms.accounts.models import Cohort, Enrolment, Programme, Role, User
from lms.attendance.models import Attendance, AttendanceWord, Presence, Word
from lms.attendance.services import past_sessions
from lms.core.db import db, utcnow
from lms.programmes.demo import SLUG
from lms.programmes.demo_classes import BOOTCAMP_CLASS, EVENING_CLASS
from lms.programmes.demo_work import Student, student_of
from lms.programmes.models import ClassSession

LEFT_OPEN = timedelta(days=2)
"""The newest classes are not recorded yet: there is something to do on the first look."""


def seed_attendance() -> int:
    """Record the past sessions of the demonstration classes that have no record; how many rows. The caller commits."""
    count = 0
    cohorts = db.session.scalars(
        select(Cohort)
        .join(Programme)
        .where(Programme.slug == SLUG, Cohort.name.in_((EVENING_CLASS, BOOTCAMP_CLASS)))
    )
    for cohort in cohorts:
        until = utcnow() - LEFT_OPEN
        sessions = [one for one in db.session.scalars(past_sessions(cohort)) if one.starts_at < until]
        ids = [session.id for session in sessions]
        known = db.session.scalar(select(Attendance.id).where(Attendance.session_id.in_(ids)).limit(1))
        if known is None and sessions:
            count += _record(cohort, sessions[::-1])
    return count


def _record(cohort: Cohort, sessions: list[ClassSession]) -> int:
    teacher = db.session.scalar(
        select(Enrolment.user_id).where(Enrolment.cohort_id == cohort.id, Enrolment.role == Role.INSTRUCTOR)
    )
    people = db.session.scalars(
        select(User)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.role == Role.STUDENT)
        .order_by(User.id)
    )
    rows: list[dict[str, object]] = []
    words: list[dict[str, object]] = []
    for user in people:
        who = student_of(cohort, user)
        random = Random(f"attendance:{cohort.name}:{user.name}")  # noqa: S311  (made-up people)
        for place, session in enumerate(sessions):
            gone = place >= round(len(sessions) * who.temper.stops_after)
            status, minutes = _presence(session, who, random, gone=gone)
            ended = session.starts_at + timedelta(minutes=session.minutes)
            rows.append(
                {
                    "session_id": session.id, "user_id": user.id, "status": status, "minutes": minutes,
                    "author_id": teacher, "marked_at": ended, "version": 1,
                }
            )  # fmt: skip
            if minutes and random.random() < 0.7:
                words.append(_word(session, user, ended))
    db.session.execute(insert(Attendance), rows)
    db.session.execute(insert(AttendanceWord), words)
    return len(rows)


def _presence(session: ClassSession, who: Student, random: Random, *, gone: bool) -> tuple[Presence, int]:
    """Who does her work comes more often; some come late, some send word beforehand."""
    if gone or random.random() > 0.55 + 0.42 * who.temper.does:
        return (Presence.EXCUSED if random.random() < 0.4 and not gone else Presence.ABSENT), 0
    chance = random.random()
    if chance < 0.06:
        return Presence.LATE, session.minutes - random.choice((10, 15, 20, 30))
    if chance < 0.08:
        return Presence.LEFT_EARLY, session.minutes - random.choice((20, 30, 45))
    return (Presence.REMOTE if chance < 0.12 else Presence.PRESENT), session.minutes


def _word(session: ClassSession, user: User, ended: datetime) -> dict[str, object]:
    return {
        "session_id": session.id, "user_id": user.id, "word": Word.WAS_THERE, "note": "",
        "said_at": ended + timedelta(hours=1),
    }  # fmt: skip
