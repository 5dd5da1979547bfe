"""Which version of a course a class reads: pins of running classes, and who may move which class."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from flask import current_app
from sqlalchemy import ColumnElement, String, cast, func, or_, select, update

from lms.accounts.access import looked_after_by
from lms.accounts.models import Cohort, User
from lms.authoring.models import CourseVersion
from lms.authoring.shelving import VERSIONS_KEPT
from lms.catalog.services import load_courses
from lms.core.db import changed_rows, db, utcnow

MOST_CLASSES = 100
"""Classes that are offered to be moved at once; the others keep their version."""


def classes_with(slug: str) -> ColumnElement[bool]:
    """The condition that a class takes this course."""
    return or_(
        Cohort.course_slug == slug,
        # A slug holds nothing that a pattern or JSON would write otherwise.
        cast(Cohort.later_courses, String).contains(f'"{slug}"'),
    )


def running_classes(slug: str, today: date | None = None) -> ColumnElement[bool]:
    """The condition that a class takes this course and has begun, or has no first day yet."""
    begun = or_(Cohort.starts_on.is_(None), Cohort.starts_on <= (today or utcnow().date()))
    return classes_with(slug) & begun


def classes_to_move(person: User, slug: str) -> list[Cohort]:
    """The running classes of a course that this person may move to the new version: those she looks after."""
    query = select(Cohort).where(running_classes(slug)).order_by(Cohort.created_at.desc(), Cohort.id.desc())
    if not person.is_admin:
        query = query.where(Cohort.id.in_(looked_after_by(person)))
    return list(db.session.scalars(query.limit(MOST_CLASSES)))


def shipped_version(slug: str) -> str | None:
    """The version of the course of this name that came with the program, if one did."""
    shipped = load_courses(Path(current_app.config["COURSES_DIR"]), reload=current_app.debug).get(slug)
    return shipped.version if shipped is not None else None


def readable_versions(slugs: Sequence[str]) -> dict[str, list[CourseVersion]]:
    """Of each course the newest row of each version that a class may read, the newest first."""
    found = db.session.scalars(
        select(CourseVersion)
        .where(CourseVersion.slug.in_(slugs))
        .order_by(CourseVersion.slug, CourseVersion.number.desc())
    )
    rows: dict[str, dict[str, CourseVersion]] = {}
    for row in found:
        rows.setdefault(row.slug, {}).setdefault(row.version, row)
    return {slug: list(of_course.values())[:VERSIONS_KEPT] for slug, of_course in rows.items()}


def count_running(slug: str) -> int:
    """How many running classes take this course, whoever looks after them."""
    query = select(func.count()).select_from(Cohort).where(running_classes(slug))
    return db.session.scalar(query) or 0


def hold_classes(slug: str, had: str | None, new: str, moving: Sequence[str]) -> None:
    """Running classes stay at the version that they have; those that move read the newest from now on.

    The row of the version is written already, so on SQLite nobody else writes; elsewhere the rows are locked.
    """
    if had is None or had == new:
        return
    wanted = set(moving)
    for cohort in db.session.scalars(
        select(Cohort)
        .where(running_classes(slug))
        .with_for_update()
        .execution_options(populate_existing=True)
    ):
        if cohort.public_id in wanted:
            set_pin(cohort, slug, None)
        elif cohort.version_of(slug) is None:
            set_pin(cohort, slug, had)


def hold_class(cohort: Cohort, slug: str, version: str | None) -> None:
    """Let a class read a version of a course; None: the newest. `cohort` is read anew under a lock."""
    changed_rows(update(Cohort).where(Cohort.id == cohort.id).values(course_slug=Cohort.course_slug))
    db.session.refresh(cohort)
    set_pin(cohort, slug, version)


def set_pin(cohort: Cohort, slug: str, version: str | None) -> None:
    """Note the version in the row."""
    pins = {name: kept for name, kept in cohort.course_pins.items() if name != slug}
    cohort.course_pins = pins if version is None else {**pins, slug: version}
    db.session.flush()
