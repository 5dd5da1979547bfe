"""What a student leaves behind on her way: drafts, quiz answers and the lessons she has opened."""

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
