"""Adding up who was there: by student, over a month or any other time. Read-only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, func, or_, select

from lms.accounts.models import HERE, Cohort, Enrolment, Role, User
from lms.attendance.models import Attendance, Presence
from lms.core.db import db
from lms.programmes.models import ClassSession, SessionStatus

MOST_PEOPLE = 300


@dataclass(frozen=True, slots=True)
class Summary:
    """One student's classes over some time: minutes held and attended, and how many sessions ended how."""

    held_minutes: int
    minutes: int
    counts: Mapping[Presence, int]
    last_there: datetime | None

    @property
    def sessions(self) -> int:
        """Sessions with a record."""
        return sum(self.counts.values())

    @property
    def missed(self) -> int:
        """Sessions missed without an excuse."""
        return self.counts.get(Presence.ABSENT, 0)

    @property
    def excused(self) -> int:
        """Sessions missed with an excuse."""
        return self.counts.get(Presence.EXCUSED, 0)

    @property
    def attended(self) -> int:
        """Sessions in which she was, in full or in part."""
        return self.sessions - self.missed - self.excused


def summaries(
    cohort_id: int, since: datetime, until: datetime, users: Sequence[int] | None = None
) -> dict[int, Summary]:
    """How the students of a class took part in its sessions that began from `since` to before `until`.

    One query: {user id: Summary}. Who has no record in that time is not in it. Cancelled sessions do not count, and
    neither do sessions that nobody recorded.
    """
    mine = [Attendance.user_id.in_(users)] if users is not None else []
    return _summed(
        [
            ClassSession.cohort_id == cohort_id,
            ClassSession.starts_at >= since,
            ClassSession.starts_at < until,
            *mine,
        ]
    )


def summaries_of(users: Sequence[int], since: datetime, until: datetime) -> dict[int, Summary]:
    """The same for these people, over all their classes."""
    return _summed(
        [Attendance.user_id.in_(users), ClassSession.starts_at >= since, ClassSession.starts_at < until]
    )


def month_bounds(year: int, month: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first moment of a month by a class's clock, and the first after it."""
    first = date(year, month, 1)
    after = date(year + month // 12, month % 12 + 1, 1)
    return datetime.combine(first, time(), zone), datetime.combine(after, time(), zone)


def students_ever(cohort: Cohort, recorded_for: Iterable[int]) -> list[User]:
    """Who is in the class by name, and who has a record without being in it any more."""
    found = db.session.scalars(
        select(User)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(
            Enrolment.cohort_id == cohort.id,
            Enrolment.role == Role.STUDENT,
            or_(Enrolment.status.in_(HERE), User.id.in_(list(recorded_for))),
        )
        .order_by(Enrolment.name_key)
        .limit(MOST_PEOPLE)
    )
    return list(found)


def _summed(where: Sequence[ColumnElement[bool]]) -> dict[int, Summary]:
    kinds = list(Presence)
    found = db.session.execute(
        select(
            Attendance.user_id,
            func.sum(ClassSession.minutes),
            func.sum(Attendance.minutes),
            func.max(case((Attendance.minutes > 0, ClassSession.starts_at))),
            *(func.count().filter(Attendance.status == kind) for kind in kinds),
        )
        .join(ClassSession, ClassSession.id == Attendance.session_id)
        .where(ClassSession.status != SessionStatus.CANCELLED, *where)
        .group_by(Attendance.user_id)
    )
    return {
        user: Summary(
            held, minutes, {kind: count for kind, count in zip(kinds, counts, strict=True) if count}, last
        )
        for user, held, minutes, last, *counts in found
    }
