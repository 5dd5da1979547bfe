"""Decisions of people about people: the seat or the reason, the letter, the answer, and the second look."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Programme, User, new_public_id, one_of
from lms.admissions.application_models import Application
from lms.admissions.models import LONGEST_NOTE
from lms.core.db import Base, UTCDateTime, utcnow

LONGEST_REASON = 2000
LONGEST_OBJECTION = 3000


class DecisionKind(StrEnum):
    """What a candidate is told."""

    OFFER = "offer"
    WAITING = "waiting"
    OTHER = "other"  # another programme fits better
    LATER = "later"  # come back on a date


class Answer(StrEnum):
    """What became of an offer."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"  # no answer by the date


class ObjectionStatus(StrEnum):
    """Where a second look stands."""

    OPEN = "open"
    UPHELD = "upheld"  # she was right: there is a new decision
    REJECTED = "rejected"  # the decision stays, with a reason
    TAKEN_BACK = "taken_back"


class MoveCause(StrEnum):
    """Why a seat became free for the next on the waiting list."""

    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    MORE_SEATS = "more_seats"
    BY_HAND = "by_hand"


_IS_CURRENT = text("replaced_at IS NULL")
_IS_PROMISED = text("replaced_at IS NULL AND released_at IS NOT NULL AND answer IS NULL AND kind = 'offer'")


class Decision(Base):
    """One decision about one application, by a person, with her reason. The newest counts; older ones stay.

    The candidate sees nothing of it before `released_at`. `holds_seat` says that this row is counted in the round's
    `seats_given`, `waiting_rank` that it is counted in `waiting_given`: whoever sets one of them has first won the
    conditional update of the round (`places`). A lower rank is called earlier.
    """

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("application_id", "number"),
        UniqueConstraint("round_id", "waiting_rank"),
        CheckConstraint(one_of("kind", DecisionKind), name="kind_known"),
        CheckConstraint("reason <> ''", name="reason_given"),
        CheckConstraint("(kind = 'later') = (come_back_on IS NOT NULL)", name="later_has_date"),
        CheckConstraint(
            "kind <> 'other' OR other_programme_id IS NOT NULL OR other_words <> ''", name="other_is_named"
        ),
        CheckConstraint("NOT holds_seat OR kind = 'offer'", name="seat_of_an_offer"),
        CheckConstraint("NOT holds_seat OR replaced_at IS NULL", name="replaced_holds_no_seat"),
        CheckConstraint(
            "NOT holds_seat OR answer IS NULL OR answer = 'accepted'", name="declined_gives_back"
        ),
        CheckConstraint(
            "waiting_rank IS NULL OR (kind = 'waiting' AND replaced_at IS NULL)", name="rank_of_the_waiting"
        ),
        CheckConstraint(f"answer IS NULL OR {one_of('answer', Answer)}", name="answer_known"),
        CheckConstraint(
            "answer IS NULL OR (kind = 'offer' AND released_at IS NOT NULL)", name="offer_answered"
        ),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answer_has_moment"),
        CheckConstraint(
            "kind <> 'offer' OR released_at IS NULL OR respond_by IS NOT NULL", name="offer_has_date"
        ),
        CheckConstraint("number >= 1", name="number_counts"),
        Index(
            "uq_decision_one_current",
            "application_id",
            unique=True,
            sqlite_where=_IS_CURRENT,
            postgresql_where=_IS_CURRENT,
        ),
        Index(
            "ix_decision_respond_by",
            "respond_by",
            sqlite_where=_IS_PROMISED,
            postgresql_where=_IS_PROMISED,
        ),
        Index("ix_decision_round_kind", "round_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=new_public_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("admission_round.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(default=1)
    """Counts the decisions about one application: the second follows an objection or a call from the list."""
    kind: Mapped[DecisionKind] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text)
    reason_language: Mapped[str] = mapped_column(String(16))
    other_programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))
    other_words: Mapped[str] = mapped_column(String(LONGEST_NOTE), default="")
    come_back_on: Mapped[date | None]
    holds_seat: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    waiting_rank: Mapped[int | None]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    released_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    respond_by: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When she was reminded that an offer waits for her answer."""
    answer: Mapped[Answer | None] = mapped_column(String(16))
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    replaced_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    application: Mapped[Application] = relationship()
    other_programme: Mapped[Programme | None] = relationship()
    author: Mapped[User | None] = relationship()


class LetterTemplate(Base):
    """The words of a letter of one kind in one language; a change is a new version, so old letters stay explained."""

    __tablename__ = "letter_template"
    __table_args__ = (
        UniqueConstraint("programme_id", "kind", "language", "version"),
        CheckConstraint(one_of("kind", DecisionKind), name="kind_known"),
        CheckConstraint("text <> ''", name="text_given"),
        CheckConstraint("version >= 1", name="version_counts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    kind: Mapped[DecisionKind] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(16))
    version: Mapped[int] = mapped_column(default=1)
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)


class Letter(Base):
    """The letter of a decision as it was rendered; it is shown when the decision is released."""

    __tablename__ = "letter"

    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id", ondelete="CASCADE"), primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), index=True)
    template: Mapped[str] = mapped_column(String(64))
    """Which template and which version of it: "offer/ar/3"."""
    language: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Objection(Base):
    """A candidate asks for a second look; somebody else than who decided takes it. One for each decision."""

    __tablename__ = "objection"
    __table_args__ = (
        UniqueConstraint("decision_id"),
        CheckConstraint(one_of("status", ObjectionStatus), name="status_known"),
        CheckConstraint("text <> ''", name="text_given"),
        CheckConstraint(
            "(status IN ('upheld', 'rejected')) = (decided_at IS NOT NULL)", name="decided_has_moment"
        ),
        CheckConstraint("decided_at IS NULL OR reason <> ''", name="decided_has_reason"),
        CheckConstraint(
            "decided_by IS NULL OR author_id IS NULL OR decided_by <> author_id", name="by_somebody_else"
        ),
        Index("ix_objection_application", "application_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=new_public_id)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(16), default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    """Who made the decision: copied, so that the table itself refuses a second look by the same person."""
    status: Mapped[ObjectionStatus] = mapped_column(String(16), default=ObjectionStatus.OPEN)
    filed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(Text, default="")


class WaitingMove(Base):
    """That a seat became free and who was called for it; `told_at` is when a coordinator has seen it."""

    __tablename__ = "waiting_move"
    __table_args__ = (
        CheckConstraint(one_of("cause", MoveCause), name="cause_known"),
        Index("ix_waiting_move_round", "round_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("admission_round.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    """Who was called."""
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id", ondelete="CASCADE"))
    """The offer that she got."""
    from_rank: Mapped[int]
    cause: Mapped[MoveCause] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
