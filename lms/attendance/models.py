"""Who was in which class: what the instructor recorded, what the student says of it, and every correction."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import User, one_of
from lms.core.db import Base, UTCDateTime, utcnow
from lms.programmes.models import LONGEST_MINUTES, ClassSession

LONGEST_REASON = 300


class Presence(StrEnum):
    """How somebody took part in one session."""

    PRESENT = "present"
    LATE = "late"
    LEFT_EARLY = "left_early"
    REMOTE = "remote"
    EXCUSED = "excused"
    ABSENT = "absent"


HERE_IN_PART = frozenset({Presence.LATE, Presence.LEFT_EARLY})
HERE_IN_FULL = frozenset({Presence.PRESENT, Presence.REMOTE})


class Word(StrEnum):
    """What a student says of one session."""

    WAS_THERE = "was_there"
    WRONG = "wrong"  # the record is not right


class Attendance(Base):
    """The record of one student in one session. `minutes` are those she was there; for who was not, 0."""

    __tablename__ = "attendance"
    __table_args__ = (
        UniqueConstraint("session_id", "user_id"),
        CheckConstraint(one_of("status", Presence), name="status_known"),
        CheckConstraint(f"minutes BETWEEN 0 AND {LONGEST_MINUTES}", name="minutes_plausible"),
        CheckConstraint("status NOT IN ('excused', 'absent') OR minutes = 0", name="absent_has_no_minutes"),
        CheckConstraint("version >= 1", name="version_counts"),
        # What a month, a board or an application asks for of one person is in the index itself.
        Index("ix_attendance_user_session", "user_id", "session_id", "status", "minutes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("class_session.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    status: Mapped[Presence] = mapped_column(String(16))
    minutes: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    marked_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    session: Mapped[ClassSession] = relationship()


class AttendanceChange(Base):
    """One correction of a record: what stood there, what stands there now, who did it and why. Never changed.

    A first record counts as one if it is written after its list is closed; before it stood nothing.
    """

    __tablename__ = "attendance_change"
    __table_args__ = (
        CheckConstraint(one_of("before_status", Presence), name="before_known"),
        CheckConstraint(one_of("after_status", Presence), name="after_known"),
        Index("ix_attendance_change_record", "attendance_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attendance_id: Mapped[int] = mapped_column(ForeignKey("attendance.id", ondelete="CASCADE"))
    before_status: Mapped[Presence | None] = mapped_column(String(16))
    before_minutes: Mapped[int]
    after_status: Mapped[Presence] = mapped_column(String(16))
    after_minutes: Mapped[int]
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON), default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    author: Mapped[User | None] = relationship()
    record: Mapped[Attendance] = relationship()


class AttendanceWord(Base):
    """The student's own word on one session: she was there, or what is recorded is wrong. The newest counts."""

    __tablename__ = "attendance_word"
    __table_args__ = (
        CheckConstraint(one_of("word", Word), name="word_known"),
        CheckConstraint("word <> 'wrong' OR note <> ''", name="wrong_says_why"),
        Index("ix_attendance_word_user", "user_id", "session_id"),
    )

    session_id: Mapped[int] = mapped_column(ForeignKey("class_session.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    word: Mapped[Word] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(String(LONGEST_REASON), default="")
    said_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
