"""The demonstration classes have a history of who came, which agrees with their work."""

from __future__ import annotations

from sqlalchemy import func, select

from lms.attendance.demo import seed_attendance
from lms.attendance.models import Attendance, Presence
from lms.core.db import db, utcnow
from lms.programmes.demo import seed_demo
from lms.programmes.models import ClassSession


def test_who_came_is_recorded_once_up_to_the_day_before_yesterday(app):
    seed_demo()
    assert seed_attendance() > 200
    assert seed_attendance() == 0
    db.session.commit()
    counts = dict(
        db.session.execute(select(Attendance.status, func.count()).group_by(Attendance.status)).all()
    )
    assert set(counts) == set(Presence)
    assert counts[Presence.PRESENT] > sum(counts.values()) / 2
    newest = db.session.scalar(
        select(func.max(ClassSession.starts_at)).join(Attendance, Attendance.session_id == ClassSession.id)
    )
    assert newest < utcnow()
