"""Work that waits for a person to read it, what she wrote about it, and remarks that are used again."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Cohort, User, new_public_id, one_of
from lms.core.db import Base, UTCDateTime, utcnow
from lms.submissions.models import Submission

LONGEST_COMMENT = 2000
LONGEST_SUMMARY = 4000
LONGEST_REMARK = 500
LONGEST_REASON = 1000


class ReviewStatus(StrEnum):
    """Where one attempt stands with the people who read it."""

    WAITING = "waiting"
    APPROVED = "approved"
    NEEDS_WORK = "needs_work"
    REPLACED = "replaced"  # a newer attempt of hers took its place in the queue


DECIDED = (ReviewStatus.APPROVED, ReviewStatus.NEEDS_WORK)
_IS_WAITING = text("status = 'waiting'")
_IS_CLAIMED = text("claimed_by IS NOT NULL")


class Review(Base):
    """One attempt that a person is to read. A student has at most one waiting for each exercise.

    A claim is `claimed_by` until `claimed_until`; it is taken and given back by conditional updates only.
    """

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("submission_id"),
        CheckConstraint(one_of("status", ReviewStatus), name="status_known"),
        CheckConstraint(
            "(status IN ('approved', 'needs_work')) = (decided_at IS NOT NULL)", name="decided_has_moment"
        ),
        CheckConstraint("(decided_at IS NULL) = (waited_seconds IS NULL)", name="decided_has_wait"),
        CheckConstraint("decided_by IS NULL OR decided_at IS NOT NULL", name="decider_decided"),
        # Not the other way round as well: the claim of a person who is erased loses its name first.
        CheckConstraint("claimed_by IS NULL OR claimed_until IS NOT NULL", name="claim_ends"),
        CheckConstraint("status = 'waiting' OR claimed_by IS NULL", name="only_waiting_is_claimed"),
        CheckConstraint("version >= 1 AND attempt >= 1", name="counts_from_one"),
        CheckConstraint("waited_seconds IS NULL OR waited_seconds >= 0", name="wait_not_negative"),
        Index(
            "uq_review_one_waiting",
            "user_id",
            "exercise_key",
            unique=True,
            sqlite_where=_IS_WAITING,
            postgresql_where=_IS_WAITING,
        ),
        Index(
            "ix_review_queue",
            "cohort_id",
            "waiting_since",
            "id",
            sqlite_where=_IS_WAITING,
            postgresql_where=_IS_WAITING,
        ),
        Index(
            "ix_review_oldest",
            "waiting_since",
            "id",
            sqlite_where=_IS_WAITING,
            postgresql_where=_IS_WAITING,
        ),
        Index("ix_review_claimed", "claimed_by", sqlite_where=_IS_CLAIMED, postgresql_where=_IS_CLAIMED),
        Index("ix_review_turnaround", "cohort_id", "decided_at"),
        Index("ix_review_person_exercise", "user_id", "exercise_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=new_public_id)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    exercise_key: Mapped[str] = mapped_column(String(255))
    attempt: Mapped[int]
    """The attempt's number as the student counts it."""
    status: Mapped[ReviewStatus] = mapped_column(String(16), default=ReviewStatus.WAITING)
    waiting_since: Mapped[datetime] = mapped_column(UTCDateTime)
    """Handing in again while it waits does not cost her her place in the queue."""

    claimed_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    claimed_until: Mapped[datetime | None] = mapped_column(UTCDateTime)

    version: Mapped[int] = mapped_column(default=1)
    saved_key: Mapped[str | None] = mapped_column(String(64))
    """The client key of the last form that was kept: the same form sent twice is kept once."""
    met: Mapped[list[int]] = mapped_column(JSON, default=list)
    """Which of the exercise's criteria are met, by their place from 0."""
    summary: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    waited_seconds: Mapped[int | None]
    seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    submission: Mapped[Submission] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    cohort: Mapped[Cohort] = relationship()
    holder: Mapped[User | None] = relationship(foreign_keys=[claimed_by])
    decider: Mapped[User | None] = relationship(foreign_keys=[decided_by])

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has decided on it yet."""
        return self.status == ReviewStatus.WAITING

    @property
    def is_decided(self) -> bool:
        """Whether a person has said what she thinks of it."""
        return self.status in DECIDED


class ReviewComment(Base):
    """Something a person wrote about one line, one file or the whole of an attempt; plain text, never markup.

    The student sees it from `published_at` on: when the review is decided.
    """

    __tablename__ = "review_comment"
    __table_args__ = (
        UniqueConstraint("review_id", "client_key"),
        CheckConstraint("text <> ''", name="text_given"),
        CheckConstraint("line IS NULL OR (line >= 1 AND file IS NOT NULL)", name="line_of_a_file"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    file: Mapped[str | None] = mapped_column(String(120))
    line: Mapped[int | None]
    text: Mapped[str] = mapped_column(Text)
    client_key: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    review: Mapped[Review] = relationship()
    author: Mapped[User | None] = relationship()


class TakenBack(Base):
    """A decision that was taken back: what it was, who took it back, when and why. Rows are added, never changed.

    Comments that were published with the decision stay with the review as they are: she has read them.
    """

    __tablename__ = "review_taken_back"
    __table_args__ = (
        # A decision is taken back once, however often the button is pressed.
        UniqueConstraint("review_id", "version"),
        CheckConstraint("decision IN ('approved', 'needs_work')", name="decision_known"),
        CheckConstraint("reason <> ''", name="reason_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id", ondelete="CASCADE"))
    version: Mapped[int]
    """The review's version with this decision."""
    decision: Mapped[ReviewStatus] = mapped_column(String(16))
    met: Mapped[list[int]] = mapped_column(JSON)
    summary: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime)
    waited_seconds: Mapped[int]
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    taken_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(Text)

    decider: Mapped[User | None] = relationship(foreign_keys=[decided_by])
    taker: Mapped[User | None] = relationship(foreign_keys=[taken_by])


class Remark(Base):
    """A sentence that reviewers use again: one person's own, or shared in a programme."""

    __tablename__ = "review_remark"
    __table_args__ = (
        UniqueConstraint("user_id", "text"),
        UniqueConstraint("programme_id", "text"),
        CheckConstraint("(user_id IS NULL) <> (programme_id IS NULL)", name="one_owner"),
        CheckConstraint("text <> ''", name="text_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(String(LONGEST_REMARK))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
