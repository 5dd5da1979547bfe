"""Lays published courses out on this machine, as the database has them: files first, then the index by one rename.

The database says what is published. A machine that has just been set up, or restored, or whose process died between
two steps, gets what it lacks from here; doing it again changes nothing.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flask import current_app
from sqlalchemy import String, cast, func, select

from lms.accounts.models import Cohort
from lms.authoring.disk import locked
from lms.authoring.models import CourseVersion
from lms.authoring.package import BadPackage, unpack
from lms.catalog.shelf import (
    BadIndex,
    Index,
    Published,
    lay_out_tree,
    published_folder,
    read_index,
    write_index,
)
from lms.core.db import db

VERSIONS_KEPT = 20
"""Versions of a course that a class may go back to; those at which classes are held stay as well."""
PRUNE_AFTER = 3600.0
"""So long after the index has changed nobody reads what it no longer names (seconds)."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    slug: str
    number: int
    version: str
    tree: str


def newest_id() -> int:
    """Changes when something is published anywhere."""
    return db.session.scalar(select(func.max(CourseVersion.id))) or 0


def lay_out_published(*, check: bool = False) -> list[str]:
    """Lay out what this machine lacks, and serve it; the slugs of courses that are served anew.

    With `check` every file that is here is compared with what was published, and laid out again if it differs.
    """
    folder = published_folder(current_app._get_current_object())  # type: ignore[attr-defined]  # the proxy's target
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder):
        known, rows = _known(folder), _wanted()
        index: Index = {}
        mended = False
        for slug in sorted({row.slug for row in rows}):
            of_course = [row for row in rows if row.slug == slug]
            here = [row for row in of_course if _is_here(folder, row, check=check) or _lay_out(folder, row)]
            mended = mended or any(not _is_named(known, row) for row in here)
            if of_course[-1] in here:
                index[slug] = Published(of_course[-1].version, {row.version: row.tree for row in here})
            elif slug in known:
                index[slug] = known[slug]
        changed = [slug for slug in index if _tree(index, slug) != _tree(known, slug)]
        if index != known or mended:
            write_index(folder, index)
        else:
            _prune(folder, index)
    return changed


def _wanted() -> list[_Row]:
    """Of each course the newest row of each version that may be read, the one that is served last."""
    found = db.session.execute(
        select(
            CourseVersion.id,
            CourseVersion.slug,
            CourseVersion.number,
            CourseVersion.version,
            CourseVersion.tree,
        ).order_by(CourseVersion.slug, CourseVersion.number.desc())
    )
    pinned = _pinned()
    rows: dict[str, dict[str, _Row]] = {}
    for one in found:
        row = _Row(*one)
        of_course = rows.setdefault(row.slug, {})
        if row.version not in of_course and (
            len(of_course) < VERSIONS_KEPT or (row.slug, row.version) in pinned
        ):
            of_course[row.version] = row
    return [row for of_course in rows.values() for row in reversed(of_course.values())]


def _pinned() -> set[tuple[str, str]]:
    found = db.session.scalars(select(Cohort.course_pins).where(cast(Cohort.course_pins, String) != "{}"))
    return {(slug, version) for pins in found for slug, version in pins.items()}


def _lay_out(folder: Path, row: _Row) -> bool:
    """Whether the tree is here now."""
    package = db.session.scalar(select(CourseVersion.package).where(CourseVersion.id == row.id)) or b""
    if hashlib.sha256(package).hexdigest() != row.tree:
        logger.warning("course %s, version %s: its package is not what was published", row.slug, row.number)
        return False
    try:
        _, files = unpack(package, only_known=False)
        lay_out_tree(folder, row.tree, row.slug, files)
    except (BadPackage, OSError, ValueError) as error:
        logger.warning("course %s, version %s cannot be laid out: %s", row.slug, row.number, error)
        return False
    return True


def _is_here(folder: Path, row: _Row, *, check: bool) -> bool:
    tree = folder / row.tree
    if not (tree / row.slug).is_dir():
        return False
    if check and not _is_sound(tree / row.slug, row):
        logger.warning("course %s, version %s was damaged; it is laid out again", row.slug, row.number)
        shutil.rmtree(tree)
        return False
    return True


def _is_sound(course: Path, row: _Row) -> bool:
    package = db.session.scalar(select(CourseVersion.package).where(CourseVersion.id == row.id)) or b""
    here = {path.relative_to(course).as_posix(): path for path in course.rglob("*") if path.is_file()}
    try:
        _, files = unpack(package, only_known=False)
        return files == {name: path.read_bytes() for name, path in here.items()}
    except (BadPackage, OSError):
        return False


def _is_named(index: Index, row: _Row) -> bool:
    return row.slug in index and index[row.slug].versions.get(row.version) == row.tree


def _known(folder: Path) -> Index:
    try:
        return read_index(folder)
    except FileNotFoundError:
        return {}
    except (OSError, BadIndex) as error:
        logger.warning("the index of published courses cannot be read (%s); it is written anew", error)
        return {}


def _tree(index: Index, slug: str) -> str | None:
    published = index.get(slug)
    return published.versions[published.current] if published is not None else None


def _prune(folder: Path, index: Index) -> None:
    """Remove trees that the index has not named for a while, and what dead processes have left."""
    named: set[str] = {tree for published in index.values() for tree in published.versions.values()}
    try:
        since = (folder / "index.json").stat().st_mtime
    except FileNotFoundError:
        return
    if time.time() - since < PRUNE_AFTER:
        return
    for entry in _trees(folder):
        if entry.name not in named and time.time() - entry.stat().st_mtime > PRUNE_AFTER:
            shutil.rmtree(entry, ignore_errors=True)


def _trees(folder: Path) -> Sequence[Path]:
    return [entry for entry in folder.iterdir() if entry.is_dir()]
