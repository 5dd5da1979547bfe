"""Exercise versions: what an exercise was when somebody handed in work for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, UTCDateTime, utcnow


class ExerciseVersion(Base):
    """One version of one exercise, by the SHA-256 of its content; never changed, never deleted."""

    __tablename__ = "exercise_version"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    course: Mapped[str] = mapped_column(String(100))
    lesson: Mapped[str] = mapped_column(String(100))
    slug: Mapped[str] = mapped_column(String(100))
    content: Mapped[dict[str, Any]]
    first_seen_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
