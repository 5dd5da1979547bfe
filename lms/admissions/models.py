"""Screening rounds: seats, dates, stages, published criteria, and what is gathered from real work.

What people send in stands in `application_models`, ratings in `rating_models`, decisions in `decision_models`.
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
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Cohort, Programme, User, new_public_id, one_of
from lms.core.db import Base, UTCDateTime, utcnow

LONGEST_NAME = 120
LONGEST_ABOUT = 2000
LONGEST_WORDS = 600
LONGEST_NOTE = 500
MOST_SEATS = 500
MOST_WAITING = 500
MOST_TASKS = 10


class RoundStatus(StrEnum):
    """Where a round is: being written, taking applications, being decided, done."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    ENDED = "ended"


class RoundChange(StrEnum):
    """What happened to a round."""

    OPENED = "opened"
    CLOSED = "closed"
    REOPENED = "reopened"
    ENDED = "ended"


class Stage(StrEnum):
    """The steps of a round, in this order; all but the decision may be left out."""

    COURSEWORK = "coursework"
    TASK = "task"
    LANGUAGE = "language"
    INTERVIEW = "interview"
    DECISION = "decision"


class Measure(StrEnum):
    """What may be gathered from a student's work. The list is closed: see `evidence.REFUSED` for what is not on it."""

    SOLVED = "solved"  # exercises that everybody does, solved in the end
    STRETCH = "stretch"  # exercises that one may add, solved in the end
    IMPROVED = "improved"  # exercises that passed, or were approved, after they had not
    ACTIVE_WEEKS = "active_weeks"  # weeks in which she handed something in
    ATTENDANCE = "attendance"  # per cent of the class time that was held
    HELP = "help"  # help asked for and given
    TASKS = "tasks"  # tasks of the screening set solved
    GAIN = "gain"  # what she has learnt since she began


class Round(Base):
    """Places of one class, for which people apply in one span of time.

    `seats_given` and `waiting_given` count the seats and the places of the waiting list that are promised or taken.
    They change by conditional updates only (`places.take_seat`, …), and the checks below are the last word: a seat
    cannot be given twice, whoever writes at the same moment.
    """

    __tablename__ = "admission_round"
    __table_args__ = (
        CheckConstraint(one_of("status", RoundStatus), name="status_known"),
        CheckConstraint("name <> ''", name="name_given"),
        CheckConstraint(f"seats BETWEEN 1 AND {MOST_SEATS}", name="seats_plausible"),
        CheckConstraint("seats_given BETWEEN 0 AND seats", name="no_seat_twice"),
        CheckConstraint(f"waiting_size BETWEEN 0 AND {MOST_WAITING}", name="waiting_plausible"),
        CheckConstraint("waiting_given BETWEEN 0 AND waiting_size", name="no_waiting_place_twice"),
        CheckConstraint("closes_at > opens_at", name="closes_after_it_opens"),
        CheckConstraint("answer_days BETWEEN 1 AND 60", name="answer_days_plausible"),
        CheckConstraint("keep_days BETWEEN 30 AND 730", name="keep_days_plausible"),
        CheckConstraint(f"task_count BETWEEN 0 AND {MOST_TASKS}", name="tasks_plausible"),
        CheckConstraint("raters_each BETWEEN 1 AND 3", name="raters_plausible"),
        CheckConstraint("disagreement_bound BETWEEN 1 AND 4", name="bound_plausible"),
        CheckConstraint("(status = 'ended') = (ended_at IS NOT NULL)", name="ended_has_moment"),
        CheckConstraint("version >= 1", name="version_counts"),
        Index("ix_admission_round_programme", "programme_id", "closes_at"),
        Index("ix_admission_round_status", "status", "closes_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=new_public_id)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    status: Mapped[RoundStatus] = mapped_column(String(16), default=RoundStatus.DRAFT)
    version: Mapped[int] = mapped_column(default=1)

    seats: Mapped[int]
    seats_given: Mapped[int] = mapped_column(default=0, server_default="0")
    waiting_size: Mapped[int] = mapped_column(default=0)
    waiting_given: Mapped[int] = mapped_column(default=0, server_default="0")

    opens_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closes_at: Mapped[datetime] = mapped_column(UTCDateTime)
    letters_on: Mapped[date | None]
    """The day by which everybody has a letter; published."""
    answer_days: Mapped[int] = mapped_column(default=10)
    """How many days somebody has to accept an offer."""
    keep_days: Mapped[int] = mapped_column(default=180)
    """How long after the end of the round applications are kept that led to no place."""
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    open_to_partners: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """Whether students of other programmes of the site may apply."""
    languages: Mapped[list[str]] = mapped_column(JSON)
    """The languages in which the round is published; it does not open before each has its texts."""
    working_language: Mapped[str] = mapped_column(String(16))
    """The language in which raters read. What is written in another one is translated for them."""

    courses: Mapped[list[str]] = mapped_column(JSON)
    """The courses whose exercises are gathered as coursework."""
    stretch: Mapped[list[str]] = mapped_column(JSON, default=list)
    """The keys of those of their exercises, or lessons, that one may add; all others everybody does."""
    baseline_lesson: Mapped[str | None] = mapped_column(String(255))
    """The key of the lesson at which it was seen what people knew when they began."""
    task_course: Mapped[str | None] = mapped_column(String(64))
    """The course whose exercises are the pool of screening tasks. Those of one lesson are equally hard."""
    task_count: Mapped[int] = mapped_column(default=0)
    raters_each: Mapped[int] = mapped_column(default=2)
    disagreement_bound: Mapped[int] = mapped_column(default=2)
    """From how many levels of difference on a criterion a third person rates."""
    announced_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When those who may apply were told that they can; None while that is still to do."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    programme: Mapped[Programme] = relationship()
    cohort: Mapped[Cohort] = relationship()
    stages: Mapped[list[RoundStage]] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    texts: Mapped[list[RoundText]] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    criteria: Mapped[list[Criterion]] = relationship(
        order_by="Criterion.position", cascade="all, delete-orphan", passive_deletes=True
    )
    rules: Mapped[list[EvidenceRule]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


class RoundStage(Base):
    """A step of a round, and the days it takes; a stage without a row is left out."""

    __tablename__ = "admission_stage"
    __table_args__ = (
        CheckConstraint(one_of("stage", Stage), name="stage_known"),
        CheckConstraint("(begins_at IS NULL) = (ends_at IS NULL)", name="both_or_none"),
        CheckConstraint("ends_at IS NULL OR ends_at > begins_at", name="ends_after_it_begins"),
    )

    round_id: Mapped[int] = mapped_column(
        ForeignKey("admission_round.id", ondelete="CASCADE"), primary_key=True
    )
    stage: Mapped[Stage] = mapped_column(String(16), primary_key=True)
    begins_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class RoundText(Base):
    """What a round is about, in one language: plain text."""

    __tablename__ = "admission_text"
    __table_args__ = (CheckConstraint("about <> ''", name="about_given"),)

    round_id: Mapped[int] = mapped_column(
        ForeignKey("admission_round.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(String(16), primary_key=True)
    about: Mapped[str] = mapped_column(Text)


class Criterion(Base):
    """What is looked at, in which stage. It is published in words, and it is what raters rate: there is no other."""

    __tablename__ = "admission_criterion"
    __table_args__ = (
        UniqueConstraint("round_id", "position"),
        CheckConstraint(one_of("stage", Stage), name="stage_known"),
        CheckConstraint("position >= 0", name="position_counts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("admission_round.id", ondelete="CASCADE"))
    position: Mapped[int]
    stage: Mapped[Stage] = mapped_column(String(16))

    texts: Mapped[list[CriterionText]] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    levels: Mapped[list[CriterionLevel]] = relationship(
        order_by="CriterionLevel.level", cascade="all, delete-orphan", passive_deletes=True
    )


class CriterionText(Base):
    """A criterion's name and what it means, in one language: plain text."""

    __tablename__ = "admission_criterion_text"
    __table_args__ = (CheckConstraint("name <> '' AND words <> ''", name="text_given"),)

    criterion_id: Mapped[int] = mapped_column(
        ForeignKey("admission_criterion.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    words: Mapped[str] = mapped_column(String(LONGEST_WORDS))


class CriterionLevel(Base):
    """A level of a criterion, from 0, and what somebody on it does: in the round's working language."""

    __tablename__ = "admission_criterion_level"
    __table_args__ = (
        CheckConstraint("level BETWEEN 0 AND 4", name="level_known"),
        CheckConstraint("anchor <> ''", name="anchor_given"),
    )

    criterion_id: Mapped[int] = mapped_column(
        ForeignKey("admission_criterion.id", ondelete="CASCADE"), primary_key=True
    )
    level: Mapped[int] = mapped_column(primary_key=True)
    anchor: Mapped[str] = mapped_column(String(LONGEST_WORDS))


class EvidenceRule(Base):
    """One thing that is gathered from real work. `guide` is what the school hopes for; it decides nothing."""

    __tablename__ = "admission_rule"
    __table_args__ = (
        CheckConstraint(one_of("measure", Measure), name="measure_known"),
        CheckConstraint("guide IS NULL OR guide BETWEEN 1 AND 1000", name="guide_plausible"),
    )

    round_id: Mapped[int] = mapped_column(
        ForeignKey("admission_round.id", ondelete="CASCADE"), primary_key=True
    )
    measure: Mapped[Measure] = mapped_column(String(16), primary_key=True)
    guide: Mapped[int | None]


class RoundEvent(Base):
    """A round opened, closed, opened again or ended: when, by whom and why; never changed afterwards."""

    __tablename__ = "admission_round_event"
    __table_args__ = (
        CheckConstraint(one_of("change", RoundChange), name="change_known"),
        CheckConstraint("change <> 'reopened' OR reason <> ''", name="reopening_has_reason"),
        Index("ix_admission_round_event_round", "round_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("admission_round.id", ondelete="CASCADE"))
    change: Mapped[RoundChange] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(LONGEST_NOTE), default="")
    closes_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """Until when people could apply, as it was said then."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    author: Mapped[User | None] = relationship()
