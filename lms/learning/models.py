"""A student's way: drafts, quiz answers, the lessons she has opened, and when lessons are due in her class."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, UTCDateTime, utcnow


class Draft(Base):
    """The files of one exercise as she last left them; the version says whether another tab was quicker."""

    __tablename__ = "draft"
    __table_args__ = (
        UniqueConstraint("user_id", "exercise_key"),
        CheckConstraint("version >= 1", name="version_counts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    exercise_key: Mapped[str] = mapped_column(String(255))
    files: Mapped[dict[str, str]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)


class QuizAnswer(Base):
    """Her latest answer to one question, and how often she has answered it."""

    __tablename__ = "quiz_answer"
    __table_args__ = (
        UniqueConstraint("user_id", "lesson_key", "quiz_id"),
        CheckConstraint("tries >= 1", name="tries_count"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    lesson_key: Mapped[str] = mapped_column(String(255))
    quiz_id: Mapped[str] = mapped_column(String(120))
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    right: Mapped[bool]
    ever_right: Mapped[bool]
    tries: Mapped[int] = mapped_column(default=1)
    answered_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)


class LessonVisit(Base):
    """That she has opened a lesson, and when she was last there: "continue where you stopped"."""

    __tablename__ = "lesson_visit"
    __table_args__ = (
        UniqueConstraint("user_id", "lesson_key"),
        Index("ix_lesson_visit_user_last", "user_id", "last_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    lesson_key: Mapped[str] = mapped_column(String(255))
    first_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    last_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)


class LessonDate(Base):
    """When a lesson opens and falls due in a class. The calendar of the class writes it; see `lms.programmes`."""

    __tablename__ = "lesson_date"
    __table_args__ = (
        CheckConstraint("due_at > opens_at", name="due_after_it_opens"),
        CheckConstraint("position >= 0", name="position_counts"),
        Index("ix_lesson_date_cohort_due", "cohort_id", "due_at"),
    )

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"), primary_key=True)
    lesson_key: Mapped[str] = mapped_column(String(255), primary_key=True)
    position: Mapped[int]
    opens_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Extension(Base):
    """A later date for one person and one lesson; nobody else's date moves."""

    __tablename__ = "extension"
    __table_args__ = (UniqueConstraint("user_id", "cohort_id", "lesson_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"), index=True)
    lesson_key: Mapped[str] = mapped_column(String(255))
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
