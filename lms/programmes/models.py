"""A class's week: its time slots, what differs from them, the sessions that come of it, and people's places."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Cohort, Enrolment, EnrolmentStatus, User, new_public_id, one_of
from lms.core.db import Base, UTCDateTime, utcnow

SHORTEST_MINUTES = 15
LONGEST_MINUTES = 600
LONGEST_NOTE = 500


class HalfDay(StrEnum):
    """The part of a day that attendance is signed for; by the class's own clock."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class SessionStatus(StrEnum):
    """Whether a session takes place, and when it was meant to."""

    PLANNED = "planned"
    MOVED = "moved"
    CANCELLED = "cancelled"


class ChangeKind(StrEnum):
    """How a class's calendar differs from its weekly timetable."""

    HOLIDAY = "holiday"  # no class from one day to another
    MOVED = "moved"  # one session at another time
    CANCELLED = "cancelled"  # one session does not take place
    EXTRA = "extra"  # one session more


class Reason(StrEnum):
    """Why a person's place in a class changed. A closed list: it is counted; it asks for nothing intimate."""

    WORK = "work"
    FAMILY = "family"
    HEALTH = "health"
    TIME = "time"
    TOO_HARD = "too_hard"
    TOO_EASY = "too_easy"
    LANGUAGE = "language"
    EQUIPMENT = "equipment"
    AWAY = "away"
    OTHER_COURSE = "other_course"
    NO_CONTACT = "no_contact"
    FINISHED = "finished"
    OTHER = "other"


class TimeSlot(Base):
    """A time of the week at which a class meets, by the class's own clock. Weekday 0 is Monday."""

    __tablename__ = "time_slot"
    __table_args__ = (
        UniqueConstraint("cohort_id", "weekday", "starts"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_known"),
        CheckConstraint(
            f"minutes BETWEEN {SHORTEST_MINUTES} AND {LONGEST_MINUTES}", name="minutes_plausible"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"))
    weekday: Mapped[int]
    starts: Mapped[time]
    minutes: Mapped[int]


class CalendarChange(Base):
    """A way in which a class's calendar differs from its timetable.

    `on_day` (with `starts`, by the class's clock) says which session is moved or cancelled, when an extra one is,
    or the first day of a holiday. `until_day` ends a holiday; `new_*` say where a moved session goes.
    """

    __tablename__ = "calendar_change"
    __table_args__ = (
        UniqueConstraint("cohort_id", "on_day", "starts"),
        CheckConstraint(one_of("kind", ChangeKind), name="kind_known"),
        CheckConstraint("(kind = 'holiday') = (until_day IS NOT NULL)", name="holiday_ends"),
        CheckConstraint("(kind = 'holiday') = (starts IS NULL)", name="session_has_time"),
        CheckConstraint("until_day IS NULL OR until_day >= on_day", name="holiday_forwards"),
        CheckConstraint(
            "(kind = 'moved') = (new_day IS NOT NULL) AND (kind = 'moved') = (new_starts IS NOT NULL)",
            name="moved_somewhere",
        ),
        CheckConstraint("kind <> 'extra' OR minutes IS NOT NULL", name="extra_has_length"),
        CheckConstraint(
            f"minutes IS NULL OR minutes BETWEEN {SHORTEST_MINUTES} AND {LONGEST_MINUTES}",
            name="minutes_plausible",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"))
    kind: Mapped[ChangeKind] = mapped_column(String(16))
    on_day: Mapped[date]
    starts: Mapped[time | None]
    until_day: Mapped[date | None]
    new_day: Mapped[date | None]
    new_starts: Mapped[time | None]
    minutes: Mapped[int | None]
    place: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)


class ClassSession(Base):
    """One meeting of a class: what attendance is taken for.

    `planned_day` and `planned_time` (by the class's clock) say which meeting of the timetable this is; they stay
    when it is moved, so that a calendar laid out anew finds it again with all that hangs on it.
    """

    __tablename__ = "class_session"
    __table_args__ = (
        UniqueConstraint("cohort_id", "planned_day", "planned_time"),
        CheckConstraint(one_of("status", SessionStatus), name="status_known"),
        CheckConstraint(one_of("half_day", HalfDay), name="half_day_known"),
        CheckConstraint(
            f"minutes BETWEEN {SHORTEST_MINUTES} AND {LONGEST_MINUTES}", name="minutes_plausible"
        ),
        Index("ix_class_session_cohort_starts", "cohort_id", "starts_at"),
        Index("ix_class_session_starts", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=new_public_id)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    planned_day: Mapped[date]
    planned_time: Mapped[time]
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    minutes: Mapped[int]
    half_day: Mapped[HalfDay] = mapped_column(String(16))
    # Where it differs from the class's own; empty otherwise.
    place: Mapped[str] = mapped_column(String(200), default="")
    link: Mapped[str] = mapped_column(String(500), default="")
    note: Mapped[str] = mapped_column(String(200), default="")
    status: Mapped[SessionStatus] = mapped_column(String(16), default=SessionStatus.PLANNED)
    extra: Mapped[bool] = mapped_column(Boolean, default=False)
    # Counts each change of time or status: calendar programs need it to believe a newer version.
    revision: Mapped[int] = mapped_column(default=0)

    cohort: Mapped[Cohort] = relationship()


class AbsenceNotice(Base):
    """A student said beforehand that she cannot come. Attendance reads it; she may take it back."""

    __tablename__ = "absence_notice"
    __table_args__ = (UniqueConstraint("session_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("class_session.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    user: Mapped[User] = relationship()


class EnrolmentEvent(Base):
    """One change of a person's place in a class; never changed afterwards. `author` is who decided it."""

    __tablename__ = "enrolment_event"
    __table_args__ = (
        CheckConstraint(one_of("status", EnrolmentStatus), name="status_known"),
        CheckConstraint(f"reason IS NULL OR {one_of('reason', Reason)}", name="reason_known"),
        CheckConstraint("status <> 'moved' OR to_cohort_id IS NOT NULL", name="moved_somewhere"),
        CheckConstraint(
            "status NOT IN ('withdrawn', 'deferred', 'moved') OR reason IS NOT NULL", name="ending_has_reason"
        ),
        Index("ix_enrolment_event_enrolment_at", "enrolment_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"))
    status: Mapped[EnrolmentStatus] = mapped_column(String(16))
    reason: Mapped[Reason | None] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(String(LONGEST_NOTE), default="")
    to_cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    enrolment: Mapped[Enrolment] = relationship()
    to_cohort: Mapped[Cohort | None] = relationship()
    author: Mapped[User | None] = relationship()


class CalendarFeed(Base):
    """A person's link to her calendar. The token itself is made from `nonce` and the site's key, and not kept."""

    __tablename__ = "calendar_feed"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    nonce: Mapped[str] = mapped_column(String(32))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    user: Mapped[User] = relationship()
