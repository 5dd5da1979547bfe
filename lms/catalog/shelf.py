"""The courses of this site: what was published here, laid over what came with the program.

A published course is a folder that never changes, `<folder>/<tree>/<slug>/`, where `tree` is its content address.
`<folder>/index.json` says which trees are served:

    {"<slug>": {"current": "<version>", "versions": {"<version>": "<tree>", …}}, …}

It is replaced by one rename, so a reader sees the old courses or the new ones. Looking whether it has changed is one
`stat`. What cannot be read leaves what was there before, and a line in the log.
"""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
import shutil
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from flask import Flask, current_app

from lms.catalog.markdown import SLUG
from lms.catalog.model import Course, Exercise
from lms.catalog.parse import read_course
from lms.catalog.services import load_courses

INDEX = "index.json"
EXTENSION = "passerelle_shelf"
MOST_HELD = 60
"""Courses at versions that are not the newest and are kept in memory."""
_HASH = re.compile(r"[0-9a-f]{64}")

logger = logging.getLogger(__name__)


class BadIndex(ValueError):
    """index.json is not in its form."""


@dataclass(frozen=True, slots=True)
class Published:
    """One published course: the version that is served, and the tree of each version that classes may be held at."""

    current: str
    versions: Mapping[str, str]


Index = dict[str, Published]
Mark = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class _State:
    mark: Mark | None
    shipped: Mapping[str, Course]
    index: Index = field(default_factory=dict)
    courses: dict[str, Course] = field(default_factory=dict)


class Shelf:
    """The courses of one application; its threads share it."""

    def __init__(self, shipped: Path, published: Path) -> None:
        self._shipped = shipped
        self._folder = published
        self._state: _State | None = None
        self._reading = threading.Lock()
        self._held: OrderedDict[tuple[str, str], Course] = OrderedDict()
        self._told: set[tuple[str, str]] = set()

    def courses(self, *, reload: bool = False) -> dict[str, Course]:
        """Every course as it is now, by slug."""
        return self._now(reload).courses

    def course(self, slug: str, version: str | None = None, *, reload: bool = False) -> Course | None:
        """A course as it is now or, with a version that is still here, as it was then."""
        state = self._now(reload)
        current = state.courses.get(slug)
        published = state.index.get(slug)
        if version is None or (current is not None and current.version == version):
            return current
        shipped = state.shipped.get(slug)
        if published is not None and (tree := published.versions.get(version)) is not None:
            held = self._held_course(slug, tree)
            if held is not None:
                return held
        elif shipped is not None and shipped.version == version:
            return shipped
        if (slug, version) not in self._told:
            self._told.add((slug, version))
            logger.warning("course %s: version %.12s is not here; the newest is shown instead", slug, version)
        return current

    def _now(self, reload: bool) -> _State:
        shipped = load_courses(self._shipped, reload=reload)
        mark, state = _mark_of(self._folder / INDEX), self._state
        if state is not None and state.mark == mark and state.shipped is shipped:
            return state
        # While one thread reads what is new, the others go on with what was.
        if not self._reading.acquire(blocking=state is None):
            return state if state is not None else self._now(reload)
        try:
            if self._state is state:
                self._state = self._read(mark, shipped, state)
            return self._state if self._state is not None else self._now(reload)
        finally:
            self._reading.release()

    def _read(self, mark: Mark | None, shipped: Mapping[str, Course], before: _State | None) -> _State:
        index = before.index if before is not None else {}
        try:
            if mark is not None:
                index = read_index(self._folder)
            elif index:
                logger.warning("published courses: %s is gone; they stay as they were", INDEX)
        except (OSError, BadIndex) as error:
            logger.warning("published courses: %s cannot be read (%s); they stay as they were", INDEX, error)
        courses = dict(shipped)
        for slug, published in index.items():
            course = self._held_course(slug, published.versions[published.current])
            if course is None and before is not None:
                course = before.courses.get(slug)
            if course is not None:
                courses[slug] = course
        return _State(mark, shipped, index, dict(sorted(courses.items())))

    def _held_course(self, slug: str, tree: str) -> Course | None:
        key = (slug, tree)
        course = self._held.get(key)
        if course is None:
            course = read_published(self._folder, slug, tree)
        if course is not None:
            self._held[key] = course
            while len(self._held) > MOST_HELD:
                self._held.popitem(last=False)
        return course


def shelf_of(app: Flask) -> Shelf:
    """The application's shelf, made when it is first needed."""
    shelf: Shelf | None = app.extensions.get(EXTENSION)
    if shelf is None:
        shelf = Shelf(Path(app.config["COURSES_DIR"]), published_folder(app))
        shelf = app.extensions.setdefault(EXTENSION, shelf)
    return shelf


def published_folder(app: Flask) -> Path:
    """Where published courses are laid out on this machine."""
    return Path(app.config["INSTANCE_DIR"]) / "courses"


def known_courses() -> dict[str, Course]:
    """Every course of the site as it is now, by slug."""
    return _here().courses(reload=current_app.debug)


def find_course(slug: str, version: str | None = None) -> Course | None:
    """A course as it is now or, for a class that is held at a version, as it was then."""
    return _here().course(slug, version, reload=current_app.debug)


def find_exercise(key: str, version: str | None = None) -> Exercise | None:
    """An exercise by its key "<course>/<lesson>/<slug>", in a version of its course."""
    course_slug, _, rest = key.partition("/")
    lesson_slug, _, slug = rest.partition("/")
    course = find_course(course_slug, version)
    lesson = course.lesson(lesson_slug) if course else None
    return lesson.exercise(slug) if lesson else None


def read_published(folder: Path, slug: str, tree: str) -> Course | None:
    """The course of a tree; None, with a line in the log, when it cannot be read."""
    try:
        source = read_course(folder / tree / slug)
    except OSError as error:
        logger.warning("course %s: tree %.12s cannot be read (%s)", slug, tree, error)
        return None
    if source.course is None:
        faults = "; ".join(map(str, source.faults[:3]))
        logger.warning("course %s: tree %.12s cannot be read: %s", slug, tree, faults)
    return source.course


def read_index(folder: Path) -> Index:
    """What is served; BadIndex when the file is not in its form, OSError when it is not there."""
    try:
        content = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        return {str(slug): _published(slug, entry) for slug, entry in content.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadIndex(str(error)) from error


def write_index(folder: Path, index: Index) -> None:
    """Serve this from now on: one rename."""
    content = {
        slug: {"current": published.current, "versions": dict(published.versions)}
        for slug, published in sorted(index.items())
    }
    new = folder / f".{INDEX}.{secrets.token_hex(8)}"
    with new.open("w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    new.replace(folder / INDEX)
    _sync(folder)


def lay_out_tree(folder: Path, tree: str, slug: str, files: Mapping[str, bytes]) -> None:
    """Write a course's files below their content address. They are all there, or the folder is not."""
    target = folder / tree
    if target.is_dir():
        return
    new = folder / f".{tree}.{secrets.token_hex(8)}"
    for name, content in files.items():
        file = new / slug / _inside(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        file.chmod(0o444)
    try:
        new.rename(target)
    except OSError:
        # Another process laid out the same; its files are the same, byte by byte.
        if not target.is_dir():
            raise
        shutil.rmtree(new)
    _sync(folder)


def _inside(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or not path.parts or ".." in path.parts:
        raise ValueError(f"{name!r} is no file of a course")
    return path


def _published(slug: str, entry: Mapping[str, object]) -> Published:
    current, versions = entry["current"], entry["versions"]
    if not SLUG.fullmatch(slug) or not isinstance(versions, dict) or not isinstance(current, str):
        raise BadIndex(f"the entry of {slug!r} is not in its form")
    for text in (*versions, *versions.values()):
        if not isinstance(text, str) or not _HASH.fullmatch(text):
            raise BadIndex(f"{text!r} is no hash")
    if current not in versions:
        raise BadIndex(f"{slug} has no tree of its current version")
    return Published(current, versions)


def _mark_of(file: Path) -> Mark | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size


def _sync(folder: Path) -> None:
    """What was renamed is on the disk, not only in memory."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _here() -> Shelf:
    return shelf_of(current_app._get_current_object())  # type: ignore[attr-defined]  # the proxy's target
