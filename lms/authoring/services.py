"""Courses that are written here: begun, changed, and read as their drafts are."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from flask import current_app
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Programme, User, new_public_id
from lms.authoring.models import AuthoredCourse, CoursePerson, CourseRole
from lms.authoring.repository import Author, Commit, Files, Repository
from lms.authoring.translating import with_extracted
from lms.catalog.model import Course
from lms.catalog.parse import ReadExercise, Remember, read_course
from lms.catalog.source import CourseSource
from lms.core.db import db, utcnow
from lms.core.kept import Kept

DRAFTS_KEPT = 20
"""So many states of a course stay laid out at least; older ones go when nobody has used them for an hour."""
DRAFTS_IN_USE = 3600.0
LONGEST_TITLE = 200

# A commit never changes, and its folder is named by it; so what was read of it can be kept.
_sources = Kept(64)
_exercises = Kept(2000)


class SlugTaken(Exception):
    """Another course, written here or shipped, has this short name already."""


def repository_of(course: AuthoredCourse) -> Repository:
    """The repository that holds the course's files; whoever changes their texts changes the PO files with them."""
    return Repository.open(_repositories() / course.public_id, partial(with_extracted, slug=course.slug))


def author_of(person: User) -> Author:
    """Under what a person's commits go: her name and the public id of her account, nothing else."""
    return Author(person.name, person.public_id)


def start_course(
    person: User,
    *,
    slug: str,
    files: Files,
    message: str,
    programme: Programme | None = None,
    shipped: bool = False,
) -> AuthoredCourse:
    """A new course with these files as its first commit; who starts it is its author.

    `shipped`: the short name may be that of a shipped course, whose place the new one takes once it is published.
    Raises `SlugTaken`. The repository is made before the caller commits the row: a row always has its repository.
    """
    if slug_taken(slug, shipped=shipped):
        raise SlugTaken(slug)
    course = AuthoredCourse(
        public_id=new_public_id(),
        slug=slug,
        title=title_in(files.get("course.toml")) or slug,
        programme=programme,
        author=person,
    )
    course_person = CoursePerson(course=course, user=person, role=CourseRole.AUTHOR)
    try:
        with db.session.begin_nested():
            db.session.add_all([course, course_person])
    except IntegrityError:
        raise SlugTaken(slug) from None
    Repository.create(_repositories() / course.public_id, files, author_of(person), message)
    return course


def slug_taken(slug: str, *, shipped: bool = False) -> bool:
    """Whether a course written here has this short name, or (unless `shipped` ones may) one that is shipped."""
    if db.session.scalar(select(AuthoredCourse.id).where(AuthoredCourse.slug == slug)) is not None:
        return True
    return not shipped and (Path(current_app.config["COURSES_DIR"]) / slug / "course.toml").is_file()


def programme_choices(programmes: Sequence[Programme], *, whole_site: bool) -> list[tuple[str, str]]:
    """Where a course may belong, as a form offers it; the whole site is for admins."""
    choices = [(programme.slug, programme.name) for programme in programmes]
    return [*choices, ("", gettext("No programme: for the whole site"))] if whole_site else choices


def commit_files(
    course: AuthoredCourse, person: User, changes: Mapping[str, bytes | None], base: str, message: str
) -> Commit:
    """Commit a person's changes of the draft, made from the commit `base`; or `Conflict`, and nothing is changed."""
    repository = repository_of(course)
    made = repository.commit(changes, base=base, author=author_of(person), message=message)
    note_change(course, repository)
    return made


def note_change(course: AuthoredCourse, repository: Repository) -> None:
    """Keep what lists show of a course as its draft has it."""
    course.title = title_in(repository.read(repository.head(), "course.toml")) or course.title
    course.changed_at = utcnow()
    db.session.flush()


def title_in(course_toml: bytes | None) -> str:
    """The title that a course.toml gives; empty if it cannot be read."""
    try:
        title = tomllib.loads((course_toml or b"").decode()).get("title")
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return ""
    return title.strip()[:LONGEST_TITLE] if isinstance(title, str) else ""


def draft_source(course: AuthoredCourse, commit: str | None = None) -> CourseSource:
    """The draft, or a commit of it, as the catalogue reads a course's folder: with its faults."""
    repository = repository_of(course)
    commit = commit or repository.head()
    folder = lay_out(repository, commit, course.slug)
    return _sources.get(folder, lambda: read_course(folder, _exercises_of(repository, commit, folder)))


def draft_course(course: AuthoredCourse, commit: str | None = None) -> Course | None:
    """The draft, or a commit of it, as a course; None if it has faults that leave no course."""
    return draft_source(course, commit).course


def lay_out(repository: Repository, commit: str, slug: str) -> Path:
    """The folder in which the files of a commit are; made whole or not at all, by whoever comes first."""
    folder = current_app.config["INSTANCE_DIR"] / "drafts" / repository.path.name
    target = Path(folder) / commit
    if not (target / slug).is_dir():
        _write_out(repository.files(commit), target, slug)
        _tidy(target.parent)
    else:
        os.utime(target)
    return target / slug


def _write_out(files: Files, target: Path, slug: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=".making-", dir=target.parent))
    try:
        for path, content in files.items():
            file = making / slug / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        (making / slug).mkdir(exist_ok=True)
        making.rename(target)
    except FileExistsError:
        shutil.rmtree(making, ignore_errors=True)
    except OSError:
        shutil.rmtree(making, ignore_errors=True)
        if not (target / slug).is_dir():  # else somebody else was quicker
            raise


def _tidy(folder: Path) -> None:
    """Remove the states that were longest not used, and what dead processes have left."""
    ages = sorted(((entry.stat().st_mtime, entry) for entry in folder.iterdir()), reverse=True)
    for used_at, entry in ages[DRAFTS_KEPT:]:
        if time.time() - used_at > DRAFTS_IN_USE:
            shutil.rmtree(entry, ignore_errors=True)


def _exercises_of(repository: Repository, commit: str, folder: Path) -> Remember:
    """Exercises that were read in another state of a course already are what they were if their files are."""
    contents: dict[str, list[tuple[str, str]]] = {}
    for path, blob_id in repository.listing(commit).items():
        parts = path.split("/", 2)
        if len(parts) == 3:
            contents.setdefault(f"{parts[0]}/{parts[1]}", []).append((parts[2], blob_id))

    def remember(path: str, read: Callable[[], ReadExercise]) -> ReadExercise:
        return _exercises.get((folder.name, path, tuple(contents[path])), read)

    return remember


def _repositories() -> Path:
    return Path(current_app.config["REPOSITORIES_DIR"])
