"""Announcements in several languages, each person's messages, and the mails that wait to be sent."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from enum import StrEnum

from sqlalchemy import JSON, Boolean, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Cohort, Programme, User, new_public_id, one_of
from lms.core.db import Base, UTCDateTime, utcnow

FOREVER = datetime(9999, 12, 31, tzinfo=UTC)
"""Not empty, so that a range of an index answers what is still shown."""
LONGEST_TITLE = 120
LONGEST_BODY = 4000
LONGEST_REASON = 200


ANNOUNCEMENT = "announcement"
"""The kind of a message that shows an announcement. Other kinds belong to the features that send them."""


class MailKind(StrEnum):
    """What a mail says."""

    ANNOUNCEMENT = "announcement"
    CONFIRM = "confirm"  # "is this your address?"


class MailStatus(StrEnum):
    """Where one mail stands."""

    WAITING = "waiting"
    SENDING = "sending"  # somebody holds it until `lease_until`
    SENT = "sent"
    DROPPED = "dropped"  # nobody wants it any more: withdrawn, over, or she takes no mail
    GIVEN_UP = "given_up"  # too many attempts, or the server will not have it


_IS_SCHEDULED = text("published_at IS NULL AND withdrawn_at IS NULL")
_OF_PROGRAMME = text("cohort_id IS NULL")
_IS_UNREAD = text("read_at IS NULL")
_IS_OPEN = text("status IN ('waiting', 'sending')")


class Announcement(Base):
    """Something a school tells one class, or all classes of a programme (`cohort_id` is empty then).

    It is published at `publish_at`: by the view that wrote it, or later by the sweep.
    """

    __tablename__ = "announcement"
    __table_args__ = (
        UniqueConstraint("client_key"),
        CheckConstraint("NOT urgent OR urgent_reason <> ''", name="urgent_says_why"),
        CheckConstraint("expires_at IS NULL OR expires_at > publish_at", name="over_after_it_began"),
        CheckConstraint("version >= 1", name="version_counts"),
        Index("ix_announcement_cohort", "cohort_id", "id"),
        Index("ix_announcement_programme", "programme_id", "id"),
        Index("ix_announcement_published", "published_at"),
        Index(
            "ix_announcement_scheduled",
            "publish_at",
            sqlite_where=_IS_SCHEDULED,
            postgresql_where=_IS_SCHEDULED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=new_public_id)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    client_key: Mapped[str] = mapped_column(String(64))
    """Made with the form: the same form sent twice is one announcement."""
    main_language: Mapped[str] = mapped_column(String(16))
    """The version for whoever reads none of the languages it is written in."""
    by_mail: Mapped[bool] = mapped_column(Boolean, default=True)
    urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    urgent_reason: Mapped[str] = mapped_column(String(LONGEST_REASON), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    publish_at: Mapped[datetime] = mapped_column(UTCDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When its words last changed after it was published."""
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)

    texts: Mapped[list[AnnouncementText]] = relationship(
        order_by="AnnouncementText.language", cascade="all, delete-orphan", passive_deletes=True
    )
    cohort: Mapped[Cohort | None] = relationship()
    programme: Mapped[Programme] = relationship()
    author: Mapped[User | None] = relationship()


class AnnouncementText(Base):
    """One language's version of an announcement: its words as they were typed, never HTML."""

    __tablename__ = "announcement_text"
    __table_args__ = (CheckConstraint("title <> '' AND body <> ''", name="something_said"),)

    announcement_id: Mapped[int] = mapped_column(
        ForeignKey("announcement.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(String(16), primary_key=True)
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    body: Mapped[str] = mapped_column(Text)


class Message(Base):
    """One entry of a person's list: an announcement, or a notice that is kept as its kind and what it names.

    `hidden_from` is when it leaves the list: its announcement is over or withdrawn.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("announcement_id", "user_id"),
        CheckConstraint(
            "(kind = 'announcement') = (announcement_id IS NOT NULL)", name="announces_something"
        ),
        Index("ix_message_list", "user_id", "id"),
        Index(
            "ix_message_unread",
            "user_id",
            "hidden_from",
            sqlite_where=_IS_UNREAD,
            postgresql_where=_IS_UNREAD,
        ),
        Index("ix_message_created", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=new_public_id)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(32))
    announcement_id: Mapped[int | None] = mapped_column(ForeignKey("announcement.id", ondelete="CASCADE"))
    params: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    url: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    hidden_from: Mapped[datetime] = mapped_column(UTCDateTime, default=FOREVER)

    announcement: Mapped[Announcement | None] = relationship()


class MailChoice(Base):
    """What a person wants by mail, and when. Without a row she gets none."""

    __tablename__ = "mail_choice"
    __table_args__ = (
        CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="quiet_has_both_ends"),
        CheckConstraint("NOT wanted OR agreed_at IS NOT NULL", name="agreed_at_some_time"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    wanted: Mapped[bool] = mapped_column(Boolean, default=False)
    agreed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    new_email: Mapped[str | None] = mapped_column(String(255))
    """An e-mail that she has given and not confirmed yet."""
    quiet_from: Mapped[time | None]
    quiet_until: Mapped[time | None]


class QuietHours(Base):
    """When a class, or a programme whose classes say nothing else, gets no mail; by the class's own clock."""

    __tablename__ = "quiet_hours"
    __table_args__ = (
        UniqueConstraint("cohort_id"),
        Index(
            "uq_quiet_hours_programme",
            "programme_id",
            unique=True,
            sqlite_where=_OF_PROGRAMME,
            postgresql_where=_OF_PROGRAMME,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"))
    starts: Mapped[time]
    ends: Mapped[time]


class Mail(Base):
    """One mail in the outbox: written with what it tells of, sent later, at least once.

    It holds neither the address nor the words: they are read when it is sent. `message_id` stays the same through
    every attempt, so that a mail program shows a mail that was sent twice once.
    """

    __tablename__ = "outbox_mail"
    __table_args__ = (
        UniqueConstraint("announcement_id", "user_id"),
        CheckConstraint(one_of("kind", MailKind), name="kind_known"),
        CheckConstraint(one_of("status", MailStatus), name="status_known"),
        CheckConstraint("(status = 'sending') = (token IS NOT NULL)", name="held_by_someone"),
        CheckConstraint("token IS NULL OR lease_until IS NOT NULL", name="lease_ends"),
        CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name="sent_at_some_time"),
        Index("ix_outbox_mail_due", "due_at", "id", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
        Index("ix_outbox_mail_user", "user_id"),
        Index("ix_outbox_mail_created", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    kind: Mapped[MailKind] = mapped_column(String(16))
    announcement_id: Mapped[int | None] = mapped_column(ForeignKey("announcement.id", ondelete="CASCADE"))
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    status: Mapped[MailStatus] = mapped_column(String(16), default=MailStatus.WAITING)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    token: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    trouble: Mapped[str] = mapped_column(String(200), default="")
    """Why the last attempt failed, in the mail server's or our own words; never an address."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship()
    announcement: Mapped[Announcement | None] = relationship()


class MessageCount(Base):
    """How many there were of what, by month: what is kept of messages and mails that are erased."""

    __tablename__ = "message_count"

    month: Mapped[date] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(String(48), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
