"""What a programme counts, how each student stood when it was last counted, and talks with students."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Cohort, Enrolment, User, new_public_id, one_of
from lms.core.db import Base, UTCDateTime, utcnow

LONGEST_CONTACT = 600
LONGEST_STEP = 200
KEPT_DAYS = 90
LONGEST_KEPT_DAYS = 365
MOST_WEIGHT = 5
MOST_POINTS = 50
MOST_LIMIT = 100


class Way(StrEnum):
    """How staff spoke with a student, or tried to."""

    CALL = "call"
    MESSAGE = "message"
    EMAIL = "email"
    VIDEO = "video"
    IN_PERSON = "in_person"
    OTHER = "other"


class BoardRules(Base):
    """What a programme counts on its board. A programme without a row goes by the defaults of `standing.Rules`.

    Each sign has a weight, and two limits: from the first it counts once, from the second twice.
    """

    __tablename__ = "board_rules"
    __table_args__ = (
        CheckConstraint(
            " AND ".join(
                f"{sign}_weight BETWEEN 0 AND {MOST_WEIGHT}"
                for sign in ("absent", "overdue", "quiet", "answer", "unread")
            ),
            name="weights_bounded",
        ),
        CheckConstraint(
            " AND ".join(
                f"{sign}_from BETWEEN 1 AND {MOST_LIMIT} AND {sign}_much > {sign}_from"
                f" AND {sign}_much <= {MOST_LIMIT}"
                for sign in ("absent", "overdue", "quiet", "answer", "unread")
            ),
            name="limits_in_order",
        ),
        CheckConstraint(
            f"behind_points BETWEEN 1 AND {MOST_POINTS} AND risk_points > behind_points"
            f" AND risk_points <= {MOST_POINTS}",
            name="points_in_order",
        ),
        CheckConstraint("version >= 1", name="version_counts"),
    )

    programme_id: Mapped[int] = mapped_column(
        ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(default=1)
    absent_weight: Mapped[int]
    absent_from: Mapped[int]  # per cent of the last weeks' classes missed without an excuse
    absent_much: Mapped[int]
    overdue_weight: Mapped[int]
    overdue_from: Mapped[int]  # per cent of the tasks that were due and are not done
    overdue_much: Mapped[int]
    quiet_weight: Mapped[int]
    quiet_from: Mapped[int]  # days without a sign of her
    quiet_much: Mapped[int]
    answer_weight: Mapped[int]
    answer_from: Mapped[int]  # days since a reviewer asked her to change something
    answer_much: Mapped[int]
    unread_weight: Mapped[int]
    unread_from: Mapped[int]  # days for which her work has waited for a reviewer
    unread_much: Mapped[int]
    behind_points: Mapped[int]
    risk_points: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)


class BoardClass(Base):
    """When a class was last counted for the board of its programme."""

    __tablename__ = "board_class"
    __table_args__ = (Index("ix_board_class_counted", "counted_at"),)

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"), primary_key=True)
    counted_at: Mapped[datetime] = mapped_column(UTCDateTime)


class BoardRow(Base):
    """How a student stood when her class was last counted; it is written over, and no history is kept of it.

    `level` is the place of her standing in `standing.LEVELS`. `signs` are the numbers it was worked out from.
    `contacted_on` is when somebody last reached her, `step_on` the first day for which something is agreed; both are
    copied from the talks kept about her, so that a list can be ordered by them.
    """

    __tablename__ = "board_row"
    __table_args__ = (
        CheckConstraint("level BETWEEN 0 AND 2", name="level_known"),
        CheckConstraint("points >= 0", name="points_not_negative"),
        Index("ix_board_row_programme", "programme_id", "level", "points"),
        Index("ix_board_row_class", "cohort_id", "level"),
    )

    enrolment_id: Mapped[int] = mapped_column(
        ForeignKey("enrolment.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"))
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    level: Mapped[int]
    points: Mapped[int]
    signs: Mapped[dict[str, Any]] = mapped_column(JSON)
    contacted_on: Mapped[date | None]
    step_on: Mapped[date | None]
    counted_at: Mapped[datetime] = mapped_column(UTCDateTime)

    enrolment: Mapped[Enrolment] = relationship()
    user: Mapped[User] = relationship()
    cohort: Mapped[Cohort] = relationship()


class Contact(Base):
    """One talk of staff with a student, or a try: what was said in short, and what comes next.

    The row goes on `delete_after`, whatever it says. The student may read it.
    """

    __tablename__ = "contact"
    __table_args__ = (
        UniqueConstraint("user_id", "client_key"),
        CheckConstraint(one_of("way", Way), name="way_known"),
        CheckConstraint("next_on IS NULL OR next_step <> ''", name="day_has_step"),
        CheckConstraint("done_at IS NULL OR next_step <> ''", name="done_has_step"),
        CheckConstraint("delete_after > on_day", name="deleted_after_it_was"),
        Index("ix_contact_person_day", "user_id", "on_day"),
        Index("ix_contact_delete_after", "delete_after"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=new_public_id)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    on_day: Mapped[date]
    way: Mapped[Way] = mapped_column(String(16))
    reached: Mapped[bool] = mapped_column(Boolean, default=True)
    note: Mapped[str] = mapped_column(String(LONGEST_CONTACT), default="")
    next_step: Mapped[str] = mapped_column(String(LONGEST_STEP), default="")
    next_on: Mapped[date | None]
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    delete_after: Mapped[date] = mapped_column(default=lambda: utcnow().date() + timedelta(days=KEPT_DAYS))
    client_key: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    author: Mapped[User | None] = relationship(foreign_keys=[author_id])
    cohort: Mapped[Cohort] = relationship()


class ContactRead(Base):
    """That somebody has read what is kept about talks with a student, and on which day. The student sees it."""

    __tablename__ = "contact_read"
    __table_args__ = (
        UniqueConstraint("user_id", "reader_id", "on_day"),
        Index("ix_contact_read_day", "on_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    reader_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    on_day: Mapped[date]

    reader: Mapped[User | None] = relationship(foreign_keys=[reader_id])
