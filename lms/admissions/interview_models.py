"""Talks with candidates: the times that are offered, who is invited, what she picked, and what interviewers heard.

Whoever holds a talk knows who the candidate is. So nobody does both, rate somebody by her code and talk with her, and
no table here is read by a rater's page.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import User, new_public_id, one_of
from lms.admissions.application_models import Application
from lms.admissions.models import LONGEST_NOTE, LONGEST_WORDS, Round
from lms.core.db import Base, UTCDateTime, utcnow

LONGEST_PLACE = 200
LONGEST_LINK = 500
_GENERAL = text("criterion_id IS NULL")


class InterviewStatus(StrEnum):
    """Where a talk stands."""

    INVITED = "invited"  # she has not picked a time
    PLANNED = "planned"
    HELD = "held"
    MISSED = "missed"  # she did not come
    CANCELLED = "cancelled"


class InterviewSlot(Base):
    """A time at which one person of the school can talk with one candidate."""

    __tablename__ = "interview_slot"
    __table_args__ = (
        UniqueConstraint("interviewer_id", "starts_at"),
        CheckConstraint("minutes BETWEEN 5 AND 240", name="minutes_plausible"),
        CheckConstraint("place <> '' OR link <> ''", name="somewhere"),
        Index("ix_interview_slot_round", "round_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=new_public_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("admission_round.id", ondelete="CASCADE"))
    interviewer_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    minutes: Mapped[int]
    place: Mapped[str] = mapped_column(String(LONGEST_PLACE), default="")
    link: Mapped[str] = mapped_column(String(LONGEST_LINK), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    interviewer: Mapped[User | None] = relationship()
    round: Mapped[Round] = relationship()


class Interview(Base):
    """A talk with one candidate. Of two who pick one time at once, the unique `slot_id` lets one have it."""

    __tablename__ = "interview"
    __table_args__ = (
        UniqueConstraint("slot_id"),
        CheckConstraint(one_of("status", InterviewStatus), name="status_known"),
        CheckConstraint(
            "(status IN ('planned', 'held', 'missed')) = (slot_id IS NOT NULL)", name="planned_has_time"
        ),
        CheckConstraint("missed >= 0", name="missed_counts"),
        CheckConstraint("version >= 1", name="version_counts"),
    )

    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), primary_key=True
    )
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("interview_slot.id"))
    status: Mapped[InterviewStatus] = mapped_column(String(16), default=InterviewStatus.INVITED)
    version: Mapped[int] = mapped_column(default=1)
    wish: Mapped[str] = mapped_column(String(LONGEST_NOTE), default="")
    """What would make the talk easier for her, in her words; the school does what it can."""
    language: Mapped[str] = mapped_column(String(16), default="")
    """The language in which she would rather talk; empty when she said nothing."""
    missed: Mapped[int] = mapped_column(default=0)
    """How often a planned talk did not take place because she did not come."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    invited_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    application: Mapped[Application] = relationship()
    slot: Mapped[InterviewSlot | None] = relationship()


class InterviewNote(Base):
    """What one interviewer heard on one criterion, or (without one) in general."""

    __tablename__ = "interview_note"
    __table_args__ = (
        ForeignKeyConstraint(
            ["criterion_id", "level"],
            ["admission_criterion_level.criterion_id", "admission_criterion_level.level"],
        ),
        UniqueConstraint("application_id", "author_id", "criterion_id"),
        CheckConstraint("level IS NULL OR criterion_id IS NOT NULL", name="level_of_a_criterion"),
        CheckConstraint("text <> ''", name="text_given"),
        Index(
            "uq_interview_note_general",
            "application_id",
            "author_id",
            unique=True,
            sqlite_where=_GENERAL,
            postgresql_where=_GENERAL,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    criterion_id: Mapped[int | None]
    level: Mapped[int | None]
    text: Mapped[str] = mapped_column(String(LONGEST_WORDS))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    author: Mapped[User | None] = relationship()
