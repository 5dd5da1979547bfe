"""People, programmes, tracks, classes, and who belongs to which class in which role.

How a class's calendar is laid out, and how a student's place in it changes, is the business of `lms.programmes`;
what stands here is what signing in, reading and handing in must know as well.

Nothing here says where a person comes from, how old she is, where she lives or what papers she has.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime
from enum import StrEnum

from flask_security import RoleMixin, UserMixin
from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    exists,
    false,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, UTCDateTime, db, utcnow

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


class ProgrammeRole(StrEnum):
    """What a person is in a whole programme."""

    COORDINATOR = "coordinator"


class EnrolmentStatus(StrEnum):
    """Where a person stands in one class."""

    ENROLLED = "enrolled"
    PAUSED = "paused"  # away for a while; her seat is kept
    DEFERRED = "deferred"  # begins again later, in a class that may be known already
    MOVED = "moved"  # goes on in another class
    WITHDRAWN = "withdrawn"
    GRADUATED = "graduated"
    REFERRED = "referred"  # goes on with another school


STAFF = frozenset({Role.INSTRUCTOR, Role.COORDINATOR})
# Who takes a seat of a class and stands on its lists.
HERE = frozenset({EnrolmentStatus.ENROLLED, EnrolmentStatus.PAUSED})


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
        """Whether she teaches or coordinates any class or programme, or looks after the site."""
        if self.is_admin:
            return True
        return bool(db.session.scalar(select(staff_anywhere(literal(self.id)))))


class Programme(Base):
    """A school, or one of its offers: the frame that classes belong to."""

    __tablename__ = "programme"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    cohorts: Mapped[list[Cohort]] = relationship(back_populates="programme", order_by="Cohort.id")
    tracks: Mapped[list[Track]] = relationship(back_populates="programme", order_by="Track.id")


class ProgrammeStaff(Base):
    """A person with a role in a whole programme, whatever class she is in."""

    __tablename__ = "programme_staff"
    __table_args__ = (
        UniqueConstraint("user_id", "programme_id"),
        CheckConstraint(one_of("role", ProgrammeRole), name="role_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    role: Mapped[ProgrammeRole] = mapped_column(String(16), default=ProgrammeRole.COORDINATOR)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    user: Mapped[User] = relationship()


class Track(Base):
    """Courses in an order, and the pace at which classes go through them."""

    __tablename__ = "track"
    __table_args__ = (
        UniqueConstraint("programme_id", "name"),
        CheckConstraint("name <> ''", name="name_given"),
        CheckConstraint(one_of("pace", Pace), name="pace_known"),
        CheckConstraint("hours_per_week BETWEEN 1 AND 60", name="hours_plausible"),
        CheckConstraint("sessions_per_week BETWEEN 1 AND 20", name="sessions_plausible"),
        CheckConstraint("weeks BETWEEN 1 AND 60", name="weeks_plausible"),
        CheckConstraint("buffer_weeks BETWEEN 0 AND 20", name="buffer_plausible"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=new_public_id)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    name: Mapped[str] = mapped_column(String(120))
    pace: Mapped[Pace] = mapped_column(String(16), default=Pace.STEADY)
    # Work of a week, in class and at home.
    hours_per_week: Mapped[int] = mapped_column(default=4)
    sessions_per_week: Mapped[int] = mapped_column(default=2)
    # Weeks of teaching; holidays and cancelled classes are made up for in the buffer weeks after them.
    weeks: Mapped[int] = mapped_column(default=12)
    buffer_weeks: Mapped[int] = mapped_column(default=2)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    programme: Mapped[Programme] = relationship(back_populates="tracks")
    courses: Mapped[list[TrackCourse]] = relationship(
        order_by="TrackCourse.position", cascade="all, delete-orphan", passive_deletes=True
    )


class TrackCourse(Base):
    """One course of a track. `version` is the course's content hash at which the track is held, if it is."""

    __tablename__ = "track_course"
    __table_args__ = (
        UniqueConstraint("track_id", "course_slug"),
        CheckConstraint("position >= 0", name="position_counts"),
    )

    track_id: Mapped[int] = mapped_column(ForeignKey("track.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    course_slug: Mapped[str] = mapped_column(String(64))
    version: Mapped[str | None] = mapped_column(String(64))


class Cohort(Base):
    """A class: people who take the same courses together at one pace. People join it by its code.

    Courses and pace are copied from the track, so that a class keeps what it took when the track changes later.
    A class without a track, a start or time slots is simply not planned yet.
    """

    __tablename__ = "cohort"
    __table_args__ = (
        CheckConstraint(one_of("pace", Pace), name="pace_known"),
        CheckConstraint("hours_per_week BETWEEN 1 AND 60", name="hours_plausible"),
        CheckConstraint("seats IS NULL OR seats BETWEEN 1 AND 1000", name="seats_plausible"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=new_public_id)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    # The first course; the others follow in `later_courses`.
    course_slug: Mapped[str] = mapped_column(String(64))
    later_courses: Mapped[list[str]] = mapped_column(JSON, default=list, server_default=text("'[]'"))
    # The versions at which the class is held, by course; a course that is not named is read as it is now.
    course_pins: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default=text("'{}'"))
    pace: Mapped[Pace] = mapped_column(String(16), default=Pace.STEADY)
    hours_per_week: Mapped[int] = mapped_column(default=4)
    track_id: Mapped[int | None] = mapped_column(ForeignKey("track.id"), index=True)
    starts_on: Mapped[date | None]
    # An IANA name: the class's wall clock, by which its times are kept and shown.
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC", server_default="UTC")
    # Whose public holidays are kept: "DE", or with a part of the country "DE-BE"; empty for none.
    region: Mapped[str] = mapped_column(String(12), default="", server_default="")
    teaching_language: Mapped[str] = mapped_column(String(16), default="en", server_default="en")
    place: Mapped[str] = mapped_column(String(200), default="", server_default="")
    link: Mapped[str] = mapped_column(String(500), default="", server_default="")
    childcare: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    seats: Mapped[int | None]
    join_code: Mapped[str] = mapped_column(String(16), unique=True, default=new_join_code)
    join_open: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    programme: Mapped[Programme] = relationship(back_populates="cohorts")
    track: Mapped[Track | None] = relationship()
    enrolments: Mapped[list[Enrolment]] = relationship(back_populates="cohort")

    @property
    def course_slugs(self) -> tuple[str, ...]:
        """All its courses, in order."""
        return (self.course_slug, *self.later_courses)

    def version_of(self, course_slug: str) -> str | None:
        """The version of a course at which the class is held, if it is."""
        return self.course_pins.get(course_slug)


class FormerCode(Base):
    """A code that a class had before. Nobody joins by it; who joined by it can still sign in with it."""

    __tablename__ = "former_code"

    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"), index=True)


class Enrolment(Base):
    """A person in a class. Her name is unique in it (as `fold_name` compares names): she signs in by it.

    The row stays when she leaves or moves on: it is how she signs in with the code she knows, and how the class
    remembers her. Only who is `HERE` takes a seat.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("user_id", "cohort_id"),
        UniqueConstraint("cohort_id", "name_key"),
        CheckConstraint(one_of("role", Role), name="role_known"),
        CheckConstraint(one_of("status", EnrolmentStatus), name="status_known"),
        Index("ix_enrolment_cohort_standing", "cohort_id", "role", "status", "name_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    role: Mapped[Role] = mapped_column(String(16), default=Role.STUDENT)
    status: Mapped[EnrolmentStatus] = mapped_column(
        String(16), default=EnrolmentStatus.ENROLLED, server_default="enrolled"
    )
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


def staff_anywhere(person: ColumnElement[int]) -> ColumnElement[bool]:
    """The condition that a person teaches or coordinates any class or programme."""
    teaches = exists().where(
        Enrolment.user_id == person,
        Enrolment.role.in_(STAFF),
        Enrolment.status == EnrolmentStatus.ENROLLED,
    )
    return or_(teaches, exists().where(ProgrammeStaff.user_id == person))
