"""Evidence that a person takes to another school, schools whose signature counts here, and what came from them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

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

from lms.accounts.models import Programme, User, new_public_id, one_of
from lms.core.db import Base, UTCDateTime, utcnow

LONGEST_STATEMENT = 3000
LONGEST_MESSAGE = 500
LONGEST_ADDRESS = 300


class Purpose(StrEnum):
    """What the receiver may use it for. A closed list: who gives it must see what she agrees to."""

    ADMISSION = "admission"  # to apply for a place in a course
    PLACEMENT = "placement"  # to go on in a course that fits better, also a lighter one
    RECOGNITION = "recognition"  # to have finished steps counted


class ReferralStatus(StrEnum):
    """Where a referral stands with the person whose it is."""

    SUGGESTED = "suggested"  # by a coordinator; nothing of hers is in it
    DRAFT = "draft"  # what it will say is laid down and shown to her
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    EXPIRED = "expired"  # its time is over; what it said is erased


class ImportStatus(StrEnum):
    """Where a referral that came in stands. Only a confirmed one is read by staff."""

    WAITING = "waiting"  # for the person whom it is about
    CONFIRMED = "confirmed"
    REFUSED = "refused"  # she said no
    WITHDRAWN = "withdrawn"
    ERASED = "erased"  # its time was over, or nobody confirmed it


WITH_CONTENT = (ImportStatus.WAITING, ImportStatus.CONFIRMED)
_WAS_SIGNED = "status IN ('signed', 'withdrawn', 'expired')"


class ReferralNumber(Base):
    """A place in the published list of what is withdrawn; drawn by lot, so that it says nothing of a person.

    The list counts as withdrawn every number that no signed referral stands behind: also when its person's account
    is erased and the referral with it.
    """

    __tablename__ = "referral_number"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class Referral(Base):
    """Evidence that a person takes along: what she chose, laid down as it will be signed, and then the signed file.

    `content` is what the credential says about her, word for word; she signs the `version` that she has seen.
    """

    __tablename__ = "referral"
    __table_args__ = (
        CheckConstraint(one_of("status", ReferralStatus), name="status_known"),
        CheckConstraint(f"purpose IS NULL OR {one_of('purpose', Purpose)}", name="purpose_known"),
        CheckConstraint(f"({_WAS_SIGNED}) = (jti IS NOT NULL)", name="signed_has_id"),
        CheckConstraint("status <> 'signed' OR token <> ''", name="signed_has_file"),
        CheckConstraint(
            "status IN ('suggested', 'declined') OR (purpose IS NOT NULL AND valid_until IS NOT NULL)",
            name="draft_is_whole",
        ),
        CheckConstraint("(status = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_has_moment"),
        CheckConstraint("page_hash IS NULL OR status = 'signed'", name="only_signed_has_page"),
        CheckConstraint("version >= 1", name="counts_from_one"),
        Index("ix_referral_person", "user_id", "id"),
        Index("ix_referral_status_until", "status", "valid_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=new_public_id)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    """The school that signs."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    """The coordinator who suggested it, if one did."""
    message: Mapped[str] = mapped_column(String(LONGEST_MESSAGE), default="")
    status: Mapped[ReferralStatus] = mapped_column(String(16), default=ReferralStatus.DRAFT)

    receiver: Mapped[str] = mapped_column(String(LONGEST_ADDRESS), default="")
    """The receiving programme's address: what the receiver compares with its own."""
    receiver_name: Mapped[str] = mapped_column(String(120), default="")
    receiver_language: Mapped[str] = mapped_column(String(16), default="en")
    purpose: Mapped[Purpose | None] = mapped_column(String(16))
    valid_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    chosen: Mapped[list[str]] = mapped_column(JSON, default=list)
    statement: Mapped[str] = mapped_column(Text, default="")
    content: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    version: Mapped[int] = mapped_column(default=1)

    jti: Mapped[str | None] = mapped_column(String(64), unique=True)
    status_index: Mapped[int | None] = mapped_column(
        ForeignKey("referral_number.number", ondelete="SET NULL"), unique=True
    )
    token: Mapped[str] = mapped_column(Text, default="")
    signed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    page_nonce: Mapped[str | None] = mapped_column(String(32))
    page_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """The page on which anybody with the code can verify it. The code is made from the nonce and the site's key."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    author: Mapped[User | None] = relationship(foreign_keys=[author_id])
    programme: Mapped[Programme] = relationship()

    @property
    def is_signed(self) -> bool:
        """Whether it is signed and not withdrawn."""
        return self.status == ReferralStatus.SIGNED


class TrustedSchool(Base):
    """Another school whose signature counts in one programme, with its public keys as a coordinator compared them."""

    __tablename__ = "trusted_school"
    __table_args__ = (
        UniqueConstraint("programme_id", "issuer"),
        CheckConstraint("name <> '' AND issuer <> ''", name="named"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=new_public_id)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    issuer: Mapped[str] = mapped_column(String(LONGEST_ADDRESS))
    receiver: Mapped[str] = mapped_column(String(LONGEST_ADDRESS), default="")
    """The address under which its programme receives people from here."""
    name: Mapped[str] = mapped_column(String(120))
    keys: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    online: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """Whether the site may ask the school's own address what is withdrawn."""
    withdrawn_list: Mapped[str] = mapped_column(Text, default="")
    withdrawn_as_of: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)


class SchoolTrust(Base):
    """Who compared which keys of a school, and when."""

    __tablename__ = "school_trust"

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("trusted_school.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    key_ids: Mapped[list[str]] = mapped_column(JSON, default=list)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    user: Mapped[User] = relationship()


class ReferralImport(Base):
    """A referral that came in. `user_id` is the person whom it is about, from when she showed herself."""

    __tablename__ = "referral_import"
    __table_args__ = (
        CheckConstraint(one_of("status", ImportStatus), name="status_known"),
        CheckConstraint(one_of("purpose", Purpose), name="purpose_known"),
        CheckConstraint("status <> 'confirmed' OR user_id IS NOT NULL", name="confirmed_by_somebody"),
        CheckConstraint("(status IN ('waiting', 'confirmed')) = (token <> '')", name="ended_is_empty"),
        CheckConstraint("claim_hash IS NULL OR status = 'waiting'", name="only_waiting_has_code"),
        Index("ix_referral_import_programme", "programme_id", "id"),
        Index("ix_referral_import_person", "user_id", "id"),
        Index("ix_referral_import_school", "school_id", "status"),
        Index("ix_referral_import_referral", "referral_id"),
        Index("ix_referral_import_erase", "status", "erase_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=new_public_id)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("trusted_school.id", ondelete="SET NULL"))
    referral_id: Mapped[int | None] = mapped_column(ForeignKey("referral.id", ondelete="SET NULL"))
    """The referral itself, where it comes from a programme of this site."""
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    """Who brought it in."""
    issuer: Mapped[str] = mapped_column(String(LONGEST_ADDRESS))
    issuer_name: Mapped[str] = mapped_column(String(120))
    purpose: Mapped[Purpose] = mapped_column(String(16))
    status: Mapped[ImportStatus] = mapped_column(String(16), default=ImportStatus.WAITING)
    token: Mapped[str] = mapped_column(Text)
    content: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    status_index: Mapped[int]
    claim_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Of the code on paper by which the person finds it."""
    valid_until: Mapped[datetime] = mapped_column(UTCDateTime)
    imported_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    erase_at: Mapped[datetime] = mapped_column(UTCDateTime)

    programme: Mapped[Programme] = relationship()
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])
    author: Mapped[User | None] = relationship(foreign_keys=[author_id])
    school: Mapped[TrustedSchool | None] = relationship()


class ReferralReading(Base):
    """Somebody of the school read a referral that came in; the person whom it is about sees this."""

    __tablename__ = "referral_reading"
    __table_args__ = (Index("ix_referral_reading_import", "import_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("referral_import.id", ondelete="CASCADE"))
    reader_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    reader: Mapped[User | None] = relationship()


class ReferralUse(Base):
    """That a referral has been brought in once. Only a hash: it outlives what was erased, and says nothing of it."""

    __tablename__ = "referral_use"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    used_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
