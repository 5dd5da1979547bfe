"""What people send in for a round, what was drawn for them, and who has read it.

What a rater reads (`rating_models.BlindSheet`) holds no identity. Needs, and what is asked for the report on fairness,
are tables of their own, so that a query for one thing cannot bring another along.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Cohort, User, new_public_id, one_of
from lms.admissions.models import LONGEST_NAME, LONGEST_NOTE, LONGEST_WORDS, Round, Stage
from lms.core.db import Base, UTCDateTime, utcnow

LONGEST_MOTIVATION = 3000
MOST_HOURS = 80


class ApplicationStatus(StrEnum):
    """Whether an application is being written, counts, or was taken back."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"


class Level(StrEnum):
    """How well somebody speaks a language, from first words to like a native speaker."""

    A1 = "A1"
    A2 = "A2"
    B1 = "B1"
    B2 = "B2"
    C1 = "C1"
    C2 = "C2"


class FairnessQuestion(StrEnum):
    """What is asked for the report on fairness alone; each may be left unanswered. Nothing else may be asked."""

    GENDER = "gender"
    CARE = "care"  # whether she looks after children or others
    LANGUAGE = "language"  # the language she speaks best


class Seen(StrEnum):
    """What somebody read of an application, as the access log says it."""

    APPLICATION = "application"
    NEEDS = "needs"
    BLIND = "blind"  # what raters read: without a name
    DECISION = "decision"
    EXPORT = "export"


class Ending(StrEnum):
    """How an application ended, for counts."""

    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"  # did not go on after a stage
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WAITING = "waiting"
    OTHER = "other"
    LATER = "later"
    UNDECIDED = "undecided"


class Application(Base):
    """One person in one round, and what she wrote. It is saved as she goes; `version` says which tab was quicker."""

    __tablename__ = "application"
    __table_args__ = (
        UniqueConstraint("round_id", "user_id"),
        CheckConstraint(one_of("status", ApplicationStatus), name="status_known"),
        CheckConstraint("status <> 'submitted' OR submitted_at IS NOT NULL", name="submitted_has_moment"),
        CheckConstraint("(status = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_has_moment"),
        CheckConstraint(f"language_level IS NULL OR {one_of('language_level', Level)}", name="level_known"),
        CheckConstraint(
            f"hours_per_week IS NULL OR hours_per_week BETWEEN 0 AND {MOST_HOURS}", name="hours_plausible"
        ),
        CheckConstraint("version >= 1", name="version_counts"),
        Index("ix_application_round_status", "round_id", "status", "id"),
        Index("ix_application_user", "user_id"),
        Index("ix_application_from_cohort", "from_cohort_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=new_public_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("admission_round.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    from_cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    """The class she learnt in when she began to apply."""
    status: Mapped[ApplicationStatus] = mapped_column(String(16), default=ApplicationStatus.DRAFT)
    version: Mapped[int] = mapped_column(default=1)

    motivation: Mapped[str] = mapped_column(Text, default="")
    motivation_language: Mapped[str] = mapped_column(String(16), default="")
    talk_instead: Mapped[bool] = mapped_column(Boolean, default=False)
    """She would rather say it in a talk than write it."""
    hours_per_week: Mapped[int | None]
    availability: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Parts of the week, such as "monday-morning"."""
    language_level: Mapped[Level | None] = mapped_column(String(2))
    """How well she speaks the language of the class, by her own word."""
    task_seed: Mapped[int | None]
    """What her screening tasks were drawn by: the same seed draws the same tasks."""

    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    round: Mapped[Round] = relationship()
    user: Mapped[User] = relationship()
    from_cohort: Mapped[Cohort] = relationship()


class ApplicationNeeds(Base):
    """What somebody needs to take part. For those who can help with it; no rater sees it, and nothing hangs on it."""

    __tablename__ = "application_needs"

    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), primary_key=True
    )
    laptop: Mapped[bool] = mapped_column(Boolean, default=False)
    internet: Mapped[bool] = mapped_column(Boolean, default=False)
    childcare: Mapped[bool] = mapped_column(Boolean, default=False)
    quiet_place: Mapped[bool] = mapped_column(Boolean, default=False)
    other: Mapped[str] = mapped_column(String(LONGEST_NOTE), default="")


class FairnessAnswer(Base):
    """One optional answer for the report on fairness. Nothing but that report reads it."""

    __tablename__ = "application_fairness"
    __table_args__ = (
        CheckConstraint(one_of("question", FairnessQuestion), name="question_known"),
        CheckConstraint("answer <> ''", name="answer_given"),
    )

    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), primary_key=True
    )
    question: Mapped[FairnessQuestion] = mapped_column(String(16), primary_key=True)
    answer: Mapped[str] = mapped_column(String(16))


class ScreeningTask(Base):
    """One exercise that was drawn for one candidate. She hands it in as any other exercise."""

    __tablename__ = "application_task"
    __table_args__ = (
        UniqueConstraint("application_id", "exercise_key"),
        CheckConstraint("position >= 0", name="position_counts"),
    )

    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    exercise_key: Mapped[str] = mapped_column(String(255))


class LanguageCheck(Base):
    """How well somebody speaks the language of the class, as a person heard it; the newest one counts."""

    __tablename__ = "application_language"
    __table_args__ = (
        CheckConstraint(one_of("level", Level), name="level_known"),
        Index("ix_application_language_at", "application_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    level: Mapped[Level] = mapped_column(String(2))
    note: Mapped[str] = mapped_column(String(LONGEST_NOTE), default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    author: Mapped[User | None] = relationship()


class StageResult(Base):
    """That somebody goes on to the next stage, or does not: decided by a person, who says why."""

    __tablename__ = "application_stage"
    __table_args__ = (
        CheckConstraint(one_of("stage", Stage), name="stage_known"),
        CheckConstraint("goes_on OR reason <> ''", name="ending_has_reason"),
    )

    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), primary_key=True
    )
    stage: Mapped[Stage] = mapped_column(String(16), primary_key=True)
    goes_on: Mapped[bool] = mapped_column(Boolean)
    reason: Mapped[str] = mapped_column(String(LONGEST_WORDS), default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)


class ApplicationRead(Base):
    """That somebody read something of an application, once for each day. The candidate may see it."""

    __tablename__ = "application_read"
    __table_args__ = (
        UniqueConstraint("application_id", "reader_id", "seen", "on_day"),
        CheckConstraint(one_of("seen", Seen), name="seen_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    reader_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    seen: Mapped[Seen] = mapped_column(String(16))
    on_day: Mapped[date]

    reader: Mapped[User | None] = relationship()


class AdmissionCount(Base):
    """How many of a round's erased applications ended how, by one answer of one question: all that is kept of them.

    `question` is "all", "track", "childcare" or one of `FairnessQuestion`; `reached` the last stage that she came to.
    """

    __tablename__ = "admission_count"
    __table_args__ = (
        CheckConstraint(one_of("reached", Stage), name="reached_known"),
        CheckConstraint(one_of("ending", Ending), name="ending_known"),
        CheckConstraint("number >= 1", name="number_counts"),
    )

    round_id: Mapped[int] = mapped_column(
        ForeignKey("admission_round.id", ondelete="CASCADE"), primary_key=True
    )
    question: Mapped[str] = mapped_column(String(16), primary_key=True)
    answer: Mapped[str] = mapped_column(String(LONGEST_NAME), primary_key=True)
    reached: Mapped[Stage] = mapped_column(String(16), primary_key=True)
    ending: Mapped[Ending] = mapped_column(String(16), primary_key=True)
    number: Mapped[int]
