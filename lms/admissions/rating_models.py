"""What raters read and what they say of it. No table here that a rater's page reads holds who the candidate is."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import User, new_public_id, one_of
from lms.admissions.models import LONGEST_WORDS
from lms.core.db import Base, UTCDateTime, utcnow

CODE_LONG = 8


class RatingStatus(StrEnum):
    """Where one person's rating of one candidate stands."""

    ASKED = "asked"
    DONE = "done"
    CONFLICT = "conflict"  # she knows the candidate: somebody else rates
    TAKEN_BACK = "taken_back"  # given to somebody else


class Conflict(StrEnum):
    """Why somebody should not rate somebody. A closed list: nobody has to tell more."""

    TAUGHT = "taught"
    FAMILY = "family"
    FRIEND = "friend"
    WORK = "work"
    RECOGNISED = "recognised"  # she recognised who it is
    OTHER = "other"


class BlindSheet(Base):
    """What raters read of one application, under a random code: no name, no class, no file name, no link.

    It is written from the application by `sheets.prepare`, which takes the candidate's names out of every text.
    `motivation` is in the round's working language: what was written in another language is translated by a person
    first, since the language would say where somebody comes from. `evidence` is a list of {measure, words}.
    """

    __tablename__ = "blind_sheet"
    __table_args__ = (
        UniqueConstraint("round_id", "code"),
        CheckConstraint("version >= 1", name="version_counts"),
    )

    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), primary_key=True
    )
    round_id: Mapped[int] = mapped_column(ForeignKey("admission_round.id"))
    code: Mapped[str] = mapped_column(String(CODE_LONG))
    motivation: Mapped[str] = mapped_column(Text, default="")
    talk_instead: Mapped[bool] = mapped_column(Boolean, default=False)
    hours_per_week: Mapped[int | None]
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    checked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When a person looked that nothing in it says who wrote it; raters see it from then on."""
    version: Mapped[int] = mapped_column(default=1)
    prepared_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    work: Mapped[list[BlindWork]] = relationship(
        order_by="BlindWork.position", cascade="all, delete-orphan", passive_deletes=True
    )


class BlindWork(Base):
    """A program of hers that raters read, with her names taken out."""

    __tablename__ = "blind_work"

    application_id: Mapped[int] = mapped_column(
        ForeignKey("blind_sheet.application_id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    exercise_key: Mapped[str] = mapped_column(String(255))
    text: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(String(16))


class Rater(Base):
    """A person who rates in a round; she begins with the examples, and `calibrated_at` says that she has done them."""

    __tablename__ = "admission_rater"

    round_id: Mapped[int] = mapped_column(
        ForeignKey("admission_round.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    calibrated_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    user: Mapped[User] = relationship()


class Rating(Base):
    """One person rates one candidate. `slot` is 1 or 2, and 3 for who is asked when the two are far apart."""

    __tablename__ = "rating"
    __table_args__ = (
        UniqueConstraint("application_id", "rater_id"),
        CheckConstraint("slot BETWEEN 1 AND 3", name="slot_known"),
        CheckConstraint(one_of("status", RatingStatus), name="status_known"),
        CheckConstraint(f"conflict IS NULL OR {one_of('conflict', Conflict)}", name="conflict_known"),
        CheckConstraint("(status = 'conflict') = (conflict IS NOT NULL)", name="conflict_named"),
        CheckConstraint("(status = 'done') = (done_at IS NOT NULL)", name="done_has_moment"),
        CheckConstraint("version >= 1", name="version_counts"),
        # A slot whose rater has a conflict is free for somebody else.
        Index(
            "uq_rating_one_in_a_slot",
            "application_id",
            "slot",
            unique=True,
            sqlite_where=text("status IN ('asked', 'done')"),
            postgresql_where=text("status IN ('asked', 'done')"),
        ),
        Index("ix_rating_rater", "rater_id", "status"),
        Index("ix_rating_round", "round_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=new_public_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("admission_round.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    rater_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    slot: Mapped[int]
    status: Mapped[RatingStatus] = mapped_column(String(16), default=RatingStatus.ASKED)
    conflict: Mapped[Conflict | None] = mapped_column(String(16))
    version: Mapped[int] = mapped_column(default=1)
    remark: Mapped[str] = mapped_column(String(LONGEST_WORDS), default="")
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    rater: Mapped[User | None] = relationship()
    scores: Mapped[list[Score]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


class Score(Base):
    """The level at which one rater sees a candidate on one criterion, and why."""

    __tablename__ = "rating_score"
    __table_args__ = (
        ForeignKeyConstraint(
            ["criterion_id", "level"],
            ["admission_criterion_level.criterion_id", "admission_criterion_level.level"],
        ),
    )

    rating_id: Mapped[int] = mapped_column(ForeignKey("rating.id", ondelete="CASCADE"), primary_key=True)
    criterion_id: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[int]
    words: Mapped[str] = mapped_column(String(LONGEST_WORDS), default="")


class Disagreement(Base):
    """That two raters were further apart on a criterion than the round's bound; settled by a third or a talk."""

    __tablename__ = "rating_disagreement"
    __table_args__ = (CheckConstraint("apart >= 1", name="apart_counts"),)

    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), primary_key=True
    )
    criterion_id: Mapped[int] = mapped_column(
        ForeignKey("admission_criterion.id", ondelete="CASCADE"), primary_key=True
    )
    apart: Mapped[int]
    noticed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    note: Mapped[str] = mapped_column(String(LONGEST_WORDS), default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))


class CalibrationExample(Base):
    """A made-up application on which raters agree what levels mean before they rate real ones."""

    __tablename__ = "calibration_example"
    __table_args__ = (UniqueConstraint("round_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("admission_round.id", ondelete="CASCADE"))
    position: Mapped[int]
    motivation: Mapped[str] = mapped_column(Text, default="")
    evidence: Mapped[str] = mapped_column(Text, default="")
    work: Mapped[str] = mapped_column(Text, default="")

    levels: Mapped[list[CalibrationLevel]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


class CalibrationLevel(Base):
    """The level that an example is meant to show on a criterion, and why."""

    __tablename__ = "calibration_level"
    __table_args__ = (
        ForeignKeyConstraint(
            ["criterion_id", "level"],
            ["admission_criterion_level.criterion_id", "admission_criterion_level.level"],
            ondelete="CASCADE",
        ),
    )

    example_id: Mapped[int] = mapped_column(
        ForeignKey("calibration_example.id", ondelete="CASCADE"), primary_key=True
    )
    criterion_id: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[int]
    why: Mapped[str] = mapped_column(String(LONGEST_WORDS), default="")


class CalibrationAnswer(Base):
    """The level that a rater saw in an example."""

    __tablename__ = "calibration_answer"
    __table_args__ = (
        ForeignKeyConstraint(
            ["criterion_id", "level"],
            ["admission_criterion_level.criterion_id", "admission_criterion_level.level"],
            ondelete="CASCADE",
        ),
    )

    example_id: Mapped[int] = mapped_column(
        ForeignKey("calibration_example.id", ondelete="CASCADE"), primary_key=True
    )
    criterion_id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    level: Mapped[int]
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
