"""People, programmes, classes, and who belongs to which class in which role.

Nothing here says where a person comes from, how old she is, where she lives or what papers she has.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from enum import StrEnum

from flask_security import RoleMixin, UserMixin
from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, UTCDateTime, utcnow

# No 0, O, 1, I or L: a code is read aloud and copied from a wall.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8
LONGEST_NAME = 60


class Role(StrEnum):
    """What a person is in one class."""

    STUDENT = "student"
    INSTRUCTOR = "instructor"
    COORDINATOR = "coordinator"


class Pace(StrEnum):
    """How fast a class goes through its course."""

    STEADY = "steady"  # a class or two a week
    BOOTCAMP = "bootcamp"  # a week of 35 hours


STAFF = frozenset({Role.INSTRUCTOR, Role.COORDINATOR})


def one_of(column: str, values: type[StrEnum]) -> str:
    """The SQL condition that a text column holds one of an enumeration's values."""
    allowed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({allowed})"


def new_public_id() -> str:
    """An address that cannot be guessed or counted through."""
    return secrets.token_urlsafe(12)


def new_join_code() -> str:
    """Eight readable characters, about 40 bits."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


class SiteRole(RoleMixin):  # type: ignore[misc,unused-ignore]  # the library ships partial types
    """A role on the whole site, in the shape Flask-Security asks for; a column of the person, not a table."""

    def __init__(self, name: str) -> None:
        self.name = name


class User(Base, UserMixin):
    """A person. E-mail is optional; `password` is the hash of a passphrase or a PIN."""

    __tablename__ = "user"
    __table_args__ = (CheckConstraint("name <> ''", name="name_given"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=new_public_id)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    email: Mapped[str | None] = mapped_column(String(255), unique=True)  # type: ignore[assignment]  # optional here
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    # A new value ends every session that was opened with the old one.
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True, default=lambda: secrets.token_hex(32))
    language: Mapped[str | None] = mapped_column(String(16))
    is_admin: Mapped[bool] = mapped_column(Boolean, default=False)
    # SHA-256 of the token on the printed card; the token itself is on paper only.
    card_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    # Whether the secret is one that staff made up and that she should replace.
    secret_is_temporary: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    last_sign_in_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    enrolments: Mapped[list[Enrolment]] = relationship(
        back_populates="user", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def roles(self) -> list[SiteRole]:  # type: ignore[override]  # read-only here
        """The site roles, as Flask-Security reads them."""
        return [SiteRole("admin")] if self.is_admin else []

    @property
    def display_name(self) -> str:
        """What she wants to be called."""
        return self.name

    @property
    def is_staff(self) -> bool:
        """Whether she teaches or coordinates any class, or looks after the site."""
        return self.is_admin or any(enrolment.role in STAFF for enrolment in self.enrolments)


class Programme(Base):
    """A school, or one of its offers: the frame that classes belong to."""

    __tablename__ = "programme"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    cohorts: Mapped[list[Cohort]] = relationship(back_populates="programme")


class Cohort(Base):
    """A class: people who take one course together at one pace. People join it by its code."""

    __tablename__ = "cohort"
    __table_args__ = (
        CheckConstraint(one_of("pace", Pace), name="pace_known"),
        CheckConstraint("hours_per_week BETWEEN 1 AND 60", name="hours_plausible"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=new_public_id)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    course_slug: Mapped[str] = mapped_column(String(64))
    pace: Mapped[Pace] = mapped_column(String(16), default=Pace.STEADY)
    hours_per_week: Mapped[int] = mapped_column(default=4)
    join_code: Mapped[str] = mapped_column(String(16), unique=True, default=new_join_code)
    join_open: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    programme: Mapped[Programme] = relationship(back_populates="cohorts")
    enrolments: Mapped[list[Enrolment]] = relationship(back_populates="cohort")


class FormerCode(Base):
    """A code that a class had before. Nobody joins by it; who joined by it can still sign in with it."""

    __tablename__ = "former_code"

    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"), index=True)


class Enrolment(Base):
    """A person in a class. Her name is unique in it (as `fold_name` compares names): she signs in by it."""

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("user_id", "cohort_id"),
        UniqueConstraint("cohort_id", "name_key"),
        CheckConstraint(one_of("role", Role), name="role_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    role: Mapped[Role] = mapped_column(String(16), default=Role.STUDENT)
    name_key: Mapped[str] = mapped_column(String(2 * LONGEST_NAME))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    user: Mapped[User] = relationship(back_populates="enrolments")
    cohort: Mapped[Cohort] = relationship(back_populates="enrolments")


class SignIn(Base):
    """One open session on one device. Deleting the row ends it, whatever cookie someone kept."""

    __tablename__ = "sign_in"

    # SHA-256 of the random value in the session cookie.
    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class Throttle(Base):
    """Failed sign-ins of late, by person or by address. Only a keyed hash of an address is kept."""

    __tablename__ = "throttle"
    __table_args__ = (Index("ix_throttle_last_failure_at", "last_failure_at"),)

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_failure_at: Mapped[datetime] = mapped_column(UTCDateTime)
    blocked_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
