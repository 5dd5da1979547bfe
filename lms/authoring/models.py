"""Courses that are written here, who may do what with them, what was published, and what waits to be run.

The texts themselves are in git repositories (`lms.authoring.repository`), one for each course.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Programme, User, new_public_id, one_of
from lms.core.db import Base, UTCDateTime, utcnow

LONGEST_SLUG = 64
LONGEST_ADDRESS = 500
IMPORT_KINDS = ("package", "notebook", "nbgrader", "exercism", "folders")
"""What can be imported as a course or into one; translations that were sent wait in the same table."""


class CourseRole(StrEnum):
    """What a person may do in one course; coordinators of its programme and admins may do all of it."""

    AUTHOR = "author"  # writes, tries, publishes
    TRANSLATOR = "translator"  # writes drafts in one language
    REVIEWER = "reviewer"  # also says that a translation in one language is right


class RunKind(StrEnum):
    """What is run in the sandbox for an author."""

    TRY = "try"  # one exercise, to see its table
    PUBLISH = "publish"  # a whole course, which is published when it has no fault


class RunStatus(StrEnum):
    """Where such a run stands. The row is the queue, as for hand-ins."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"  # our fault, three times over; nothing was published


class AuthoredCourse(Base):
    """A course that is written here. Its repository is a folder named by `public_id`."""

    __tablename__ = "authored_course"
    __table_args__ = (CheckConstraint("slug <> ''", name="slug_given"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=new_public_id)
    slug: Mapped[str] = mapped_column(String(LONGEST_SLUG), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    """As the draft says, for lists."""
    # None: a course of the whole site, which admins look after.
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    remote_url: Mapped[str] = mapped_column(String(LONGEST_ADDRESS), default="")
    remote_branch: Mapped[str] = mapped_column(String(100), default="main")
    synced_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sync_fault: Mapped[str] = mapped_column(String(500), default="")

    programme: Mapped[Programme | None] = relationship()
    author: Mapped[User | None] = relationship()


class CoursePerson(Base):
    """What somebody may do in a course. `language` is that of a translator or reviewer, empty for an author."""

    __tablename__ = "course_person"
    __table_args__ = (
        UniqueConstraint("course_id", "user_id", "role", "language"),
        CheckConstraint(one_of("role", CourseRole), name="role_known"),
        CheckConstraint("(role = 'author') = (language = '')", name="language_of_translators"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("authored_course.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    role: Mapped[CourseRole] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(16), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    user: Mapped[User] = relationship()
    course: Mapped[AuthoredCourse] = relationship()


class CourseVersion(Base):
    """A published state of a course, never changed. Its files are kept with it, so that any machine can lay them out.

    `tree` is the SHA-256 of the package: its content address. `version` is the catalogue's, which translations do
    not change: a class that is held at a version still gets its better translations.
    """

    __tablename__ = "course_version"
    __table_args__ = (
        UniqueConstraint("course_id", "number"),
        Index("ix_course_version_slug_published", "slug", "published_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("authored_course.id"))
    slug: Mapped[str] = mapped_column(String(LONGEST_SLUG))
    number: Mapped[int]
    """From 1, as people call it; the greatest is what is served. Of two who publish at once, one gets it."""
    commit: Mapped[str] = mapped_column(String(40))
    tree: Mapped[str] = mapped_column(String(64))
    version: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(String(500), default="")
    package: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    published_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    course: Mapped[AuthoredCourse] = relationship()
    author: Mapped[User | None] = relationship()


class AuthorRun(Base):
    """Something to run for an author. Claimed and written back by conditional updates, as hand-ins are."""

    __tablename__ = "author_run"
    __table_args__ = (
        CheckConstraint(one_of("kind", RunKind), name="kind_known"),
        CheckConstraint(one_of("status", RunStatus), name="status_known"),
        CheckConstraint("(status = 'running') = (token IS NOT NULL)", name="running_has_token"),
        CheckConstraint("(token IS NULL) = (lease_until IS NULL)", name="token_has_lease"),
        Index(
            "ix_author_run_open",
            "created_at",
            sqlite_where=text("status IN ('waiting', 'running')"),
            postgresql_where=text("status IN ('waiting', 'running')"),
        ),
        Index("ix_author_run_course", "course_id", "kind", "path", "id"),
        # A course has at most one publication under way.
        Index(
            "uq_author_run_publication",
            "course_id",
            unique=True,
            sqlite_where=text("kind = 'publish' AND status IN ('waiting', 'running')"),
            postgresql_where=text("kind = 'publish' AND status IN ('waiting', 'running')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=new_public_id)
    course_id: Mapped[int] = mapped_column(ForeignKey("authored_course.id", ondelete="CASCADE"))
    kind: Mapped[RunKind] = mapped_column(String(16))
    commit: Mapped[str] = mapped_column(String(40))
    path: Mapped[str] = mapped_column(String(200), default="")
    """The exercise's folder, "<lesson>/<exercise>"; empty for a whole course."""
    options: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Of a publication: its note, the number its version will have, and the public ids of the classes that move."""
    status: Mapped[RunStatus] = mapped_column(String(16), default=RunStatus.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    token: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    not_before: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """After a fault of ours: when it is tried again."""
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    course: Mapped[AuthoredCourse] = relationship()
    author: Mapped[User | None] = relationship()

    @property
    def is_open(self) -> bool:
        """Whether a result is still to come."""
        return self.status in {RunStatus.WAITING, RunStatus.RUNNING}


class ProvenExercise(Base):
    """An exercise version that did all that its author promised, `repeat` runs alike: it need not be run again."""

    __tablename__ = "proven_exercise"

    version: Mapped[str] = mapped_column(String(64), primary_key=True)
    repeat: Mapped[int]
    image: Mapped[str] = mapped_column(String(255), default="")
    proven_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)


class ExerciseStatistics(Base):
    """What may be shown of how students fare with one version of an exercise; with empty key, with the whole course.

    Counted by the clock. What small groups did is left out before it is written: nothing here is about a person.
    """

    __tablename__ = "exercise_statistics"
    __table_args__ = (
        UniqueConstraint("course_id", "exercise_key", "exercise_version"),
        CheckConstraint("(exercise_key = '') = (exercise_version = '')", name="version_of_an_exercise"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("authored_course.id", ondelete="CASCADE"))
    exercise_key: Mapped[str] = mapped_column(String(255), default="")
    exercise_version: Mapped[str] = mapped_column(String(64), default="")
    shown: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Empty while too few people have handed in; else see `lms.authoring.counting`."""
    counted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    looked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When it was last looked whether enough is new to count again."""


class CourseImport(Base):
    """What somebody has sent to be imported, read already, until she says yes; kept for a day."""

    __tablename__ = "course_import"
    __table_args__ = (Index("ix_course_import_created_at", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=lambda: secrets.token_urlsafe(18))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    filename: Mapped[str] = mapped_column(String(200), default="")
    course_id: Mapped[int | None] = mapped_column(ForeignKey("authored_course.id", ondelete="CASCADE"))
    """The course that it is to go into; None for a new one."""
    package: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    """The files that will come, as a package."""
    report: Mapped[dict[str, Any]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    course: Mapped[AuthoredCourse | None] = relationship()


class TextAuthor(Base):
    """Who wrote a translated text that nobody has reviewed yet: nobody calls her own text right if another can.

    `digest` stands for where the text belongs, its language, its source and itself (`translating.digest_of`).
    """

    __tablename__ = "text_author"
    __table_args__ = (UniqueConstraint("digest", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)


class InterfacePerson(Base):
    """Who translates the interface into a language, or reviews what others translated. Admins need no row."""

    __tablename__ = "interface_person"
    __table_args__ = (
        UniqueConstraint("user_id", "language"),
        CheckConstraint("role IN ('translator', 'reviewer')", name="role_known"),
        CheckConstraint("language <> ''", name="language_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    role: Mapped[CourseRole] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utcnow)

    user: Mapped[User] = relationship()
