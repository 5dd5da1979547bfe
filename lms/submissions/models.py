"""Work handed in. The row is the queue: a message elsewhere only says that there is a row to look at."""

from __future__ import annotations

import secrets
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Cohort
from lms.core.db import Base, UTCDateTime
from lms.grading.outcome import Outcome


class Status(StrEnum):
    """Where a submission is on its way to a verdict."""

    RECEIVED = "received"
    QUEUED = "queued"  # was running once; waits to be run again
    RUNNING = "running"
    GRADED = "graded"
    NEEDS_STAFF = "needs_staff"


WAITING = (Status.RECEIVED, Status.QUEUED)
PENDING = (Status.RECEIVED, Status.QUEUED, Status.RUNNING)


def _one_of(column: str, values: type[StrEnum]) -> str:
    allowed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({allowed})"


def new_public_id() -> str:
    """An address that cannot be guessed or counted through."""
    return secrets.token_urlsafe(15)


class Submission(Base):
    """One hand-in of one exercise by one student, pinned to the version she saw."""

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("user_id", "client_key"),
        CheckConstraint(_one_of("status", Status), name="status_known"),
        CheckConstraint(f"outcome IS NULL OR {_one_of('outcome', Outcome)}", name="outcome_known"),
        CheckConstraint("outcome IS NULL OR outcome <> 'our_fault'", name="our_fault_is_no_verdict"),
        CheckConstraint("(status = 'graded') = (outcome IS NOT NULL)", name="graded_has_outcome"),
        CheckConstraint("(status = 'running') = (token IS NOT NULL)", name="running_has_token"),
        CheckConstraint("(token IS NULL) = (lease_until IS NULL)", name="token_has_lease"),
        CheckConstraint("attempts >= 0 AND faults >= 0", name="counts_not_negative"),
        Index(
            "ix_submission_waiting",
            "received_at",
            sqlite_where=text("status IN ('received', 'queued')"),
            postgresql_where=text("status IN ('received', 'queued')"),
        ),
        Index(
            "ix_submission_running",
            "lease_until",
            sqlite_where=text("status = 'running'"),
            postgresql_where=text("status = 'running'"),
        ),
        # Whole classes are read from it alone: the rows themselves are large.
        Index(
            "ix_submission_person_exercise",
            "user_id",
            "exercise_key",
            "received_at",
            "cohort_id",
            "status",
            "outcome",
        ),
        Index("ix_submission_cohort_exercise", "cohort_id", "exercise_key"),
        # Who has passed what is asked for whole classes; the rows themselves are large.
        Index(
            "ix_submission_passed",
            "user_id",
            "exercise_key",
            "cohort_id",
            sqlite_where=text("outcome = 'passed'"),
            postgresql_where=text("outcome = 'passed'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"))
    exercise_key: Mapped[str] = mapped_column(String(255))
    exercise_version: Mapped[str] = mapped_column(ForeignKey("exercise_version.hash"))
    client_key: Mapped[str] = mapped_column(String(64))
    files: Mapped[dict[str, str]] = mapped_column(JSON)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)

    status: Mapped[str] = mapped_column(String(16), default=Status.RECEIVED)
    not_before: Mapped[datetime | None] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    """Runs that were started and not given back: a crash leaves its mark here, our own faults do not."""
    faults: Mapped[int] = mapped_column(default=0)
    """Runs that ended in our fault; they only make the next wait longer."""
    run: Mapped[int] = mapped_column(default=0)
    """Counts every claim, so that test rows of an abandoned run are told apart."""
    token: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None] = mapped_column(UTCDateTime)

    outcome: Mapped[str | None] = mapped_column(String(16))
    verdict: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    image: Mapped[str | None] = mapped_column(String(255))
    graded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    cohort: Mapped[Cohort | None] = relationship()

    @property
    def is_pending(self) -> bool:
        """Whether a verdict is still to come without anybody's help."""
        return self.status in PENDING


class SubmissionTest(Base):
    """One test's result, written as soon as the test ends so that the page can show it."""

    __tablename__ = "submission_test"

    submission_id: Mapped[int] = mapped_column(
        ForeignKey("submission.id", ondelete="CASCADE"), primary_key=True
    )
    run: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    result: Mapped[dict[str, Any]] = mapped_column(JSON)


class LiveSession(Base):
    """The key of a person's live kernel for one lesson; the key never leaves the server."""

    __tablename__ = "live_session"
    __table_args__ = (UniqueConstraint("user_id", "lesson_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    lesson_key: Mapped[str] = mapped_column(String(255))
    session: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime] = mapped_column(UTCDateTime)


class GraderEvent(Base):
    """Counts of what the queue refused or repaired, by name; for the doctor and the tests."""

    __tablename__ = "grader_event"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
