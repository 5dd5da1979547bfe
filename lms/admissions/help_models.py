"""Help that somebody asked for and gave in class, as whoever teaches noted it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import User, one_of
from lms.core.db import Base, UTCDateTime, utcnow


class HelpKind(StrEnum):
    """Which way the help went."""

    ASKED = "asked"
    GIVEN = "given"


class HelpNote(Base):
    """That somebody asked for help, or helped somebody, on this day in this class: at most one of each a day."""

    __tablename__ = "help_note"
    __table_args__ = (
        CheckConstraint(one_of("kind", HelpKind), name="kind_known"),
        Index("ix_help_note_cohort_day", "cohort_id", "on_day"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), primary_key=True)
    on_day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[HelpKind] = mapped_column(String(16), primary_key=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    author: Mapped[User | None] = relationship(foreign_keys=[author_id])
