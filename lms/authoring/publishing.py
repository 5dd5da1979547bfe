"""Publishing a course: what is new, what is at fault, and the steps to a new version.

The steps, each of which may be the last one before a power cut: the draft goes into `main`; the version, the classes'
pins and the end of the run are written in one transaction; files are laid out; the index is switched. Until the
transaction ends nothing is published; after it, whoever lays out next finishes the rest.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from lms.accounts.models import User
from lms.authoring.holding import hold_classes, shipped_version
from lms.authoring.models import AuthoredCourse, CourseVersion, ProvenExercise
from lms.authoring.package import pack
from lms.authoring.repository import MAIN, Conflict, Repository
from lms.authoring.services import lay_out
from lms.authoring.trying import (
    Bench,
    ExerciseReport,
    Job,
    Report,
    keep_made,
    path_of,
    record,
    record_fault,
    run_exercise,
)
from lms.catalog.check import static_check
from lms.catalog.check_translations import EXTRACT, translation_faults
from lms.catalog.extract import extract
from lms.catalog.model import Course, Exercise, Fault
from lms.catalog.parse import read_course
from lms.catalog.source import CourseSource
from lms.catalog.suite import LOCK, RECORD_CURE, suite_hash
from lms.core.db import db
from lms.grading.dynamic import REPEAT
from lms.grading.record import NotRecorded


class Overtaken(Exception):
    """Somebody else has published this course since."""


class OwnChanges(Exception):
    """What is published holds changes that the draft lacks."""


@dataclass(frozen=True, slots=True)
class News:
    """What a publication of a commit would bring."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    to_run: tuple[Exercise, ...]
    proven: int

    @property
    def any(self) -> bool:
        return bool(self.added or self.changed or self.removed)


# What the page shows before anything runs.


def current_version(course_id: int) -> CourseVersion | None:
    """The version that is published now."""
    return db.session.scalar(
        select(CourseVersion)
        .where(CourseVersion.course_id == course_id)
        .order_by(CourseVersion.number.desc())
        .limit(1)
    )


def next_number(course_id: int) -> int:
    """The number that the next version will have."""
    newest = select(func.max(CourseVersion.number)).where(CourseVersion.course_id == course_id)
    return (db.session.scalar(newest) or 0) + 1


def versions_of(course: AuthoredCourse) -> Select[CourseVersion]:
    """What was published, the newest first. A query, to be paged."""
    return (
        select(CourseVersion)
        .where(CourseVersion.course_id == course.id)
        .options(joinedload(CourseVersion.author))
        .order_by(CourseVersion.number.desc())
    )


def news_of(
    repository: Repository, commit: str, current: CourseVersion | None, course: Course | None
) -> News:
    """What differs from the published version, by file, and which exercises are to be run."""
    before = repository.listing(current.commit) if current is not None else {}
    after = repository.listing(commit)
    unproven = _unproven(course.exercises) if course is not None else []
    many = len(list(course.exercises)) if course is not None else 0
    return News(
        added=tuple(sorted(after.keys() - before.keys())),
        changed=tuple(sorted(path for path in after.keys() & before.keys() if after[path] != before[path])),
        removed=tuple(sorted(before.keys() - after.keys())),
        to_run=tuple(unproven),
        proven=many - len(unproven),
    )


@lru_cache(maxsize=64)
def _static_faults(folder: Path) -> tuple[Fault, ...]:
    """Of a commit, which never changes: its folder is named by it."""
    return tuple(static_check(folder))


def faults_before(source: CourseSource) -> list[Fault]:
    """The faults that stand in the way of a publication, but for what the run itself mends.

    It records tests and lists texts to translate. What cannot be judged before the tests are recorded is left to it.
    """
    unrecorded = {
        f"{path_of(exercise)}/exercise.toml"
        for exercise in (source.course.exercises if source.course is not None else ())
        if exercise.suite is not None and not exercise.suite.tests
    }
    return [
        fault
        for fault in _static_faults(source.path)
        if fault.cure not in {RECORD_CURE, EXTRACT} and fault.path not in unrecorded
    ]


# The run.


def examine(job: Job, report: Report, bench: Bench) -> Course | None:
    """Check and run a whole commit; the course if nothing is at fault. `report` says what is."""
    source = read_course(lay_out(job.repository, report.commit, job.slug))
    report.faults = [fault for fault in source.faults if fault.cure != RECORD_CURE]
    if report.faults or source.course is None:
        return None
    waiting = _unproven(source.course.exercises)
    db.session.rollback()
    to_run = {exercise.version for exercise in waiting}
    report.exercises = [_reported(one, proven=one.version not in to_run) for one in source.course.exercises]
    bench.tell()
    if not _make_files(job, report, source, waiting, bench):
        return None
    folder = lay_out(job.repository, report.commit, job.slug)
    report.faults = list(_static_faults(folder))
    course = source.course if folder == source.path else read_course(folder).course
    if report.faults or course is None:
        return None
    to_run = {exercise.version for exercise in _unproven(course.exercises)}
    db.session.rollback()
    for exercise, told in zip(course.exercises, report.exercises, strict=True):
        if exercise.version in to_run:
            image = run_exercise(exercise, told, bench)
            if not told.faults:
                _prove(exercise, image)
                bench.tell(now=True)
    return course if report.clean else None


def _reported(exercise: Exercise, *, proven: bool) -> ExerciseReport:
    return ExerciseReport(path_of(exercise), exercise.title, "proven" if proven else "waiting", brief=True)


def _make_files(
    job: Job, report: Report, source: CourseSource, waiting: Sequence[Exercise], bench: Bench
) -> bool:
    """Record the tests of exercises that are to run, and bring the lists of texts to translate up to date.

    Whether all is well and the commit of the report holds them.
    """
    made: dict[str, bytes] = {}
    reports = {told.path: told for told in report.exercises}
    for exercise in waiting:
        told = reports[path_of(exercise)]
        try:
            _, text = record(exercise, bench)
        except NotRecorded as error:
            told.faults.append(record_fault(exercise, error))
            told.state = "done"
            bench.tell()
            continue
        if text is not None:
            made[f"{told.path}/{LOCK}"] = text.encode()
            report.recorded.append(told.path)
    if made or _behind(source):
        made |= _extracted(source.path, made)
    if made and not keep_made(job, report, made):
        report.code = "moved_on"
    return report.clean


def _behind(source: CourseSource) -> list[str]:
    """The PO files that do not list the texts that the course has."""
    return sorted({fault.path for fault in translation_faults(source) if fault.cure == EXTRACT})


def _extracted(folder: Path, made: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of translations that lack texts of the course, or hold some that it no longer has, with them."""
    with tempfile.TemporaryDirectory(prefix="extract-") as place:
        copy = Path(place) / folder.name
        shutil.copytree(folder, copy)
        for name, content in made.items():
            (copy / name).write_bytes(content)
        source = read_course(copy)
        behind = _behind(source)
        for path in behind:
            extract(source, Path(path).stem)
        return {path: (copy / path).read_bytes() for path in behind}


def needs_record(exercise: Exercise) -> bool:
    """Whether an exercise has ordinary tests whose record is missing or of another state."""
    suite = exercise.suite
    return suite is not None and (
        not suite.tests or suite.recorded_of != suite_hash(suite, exercise.solution)
    )


def _unproven(exercises: Iterable[Exercise]) -> list[Exercise]:
    """Those that are to be run."""
    all_of_them = list(exercises)
    proven = set(
        db.session.scalars(
            select(ProvenExercise.version).where(
                ProvenExercise.version.in_([exercise.version for exercise in all_of_them]),
                ProvenExercise.repeat >= REPEAT,
            )
        )
    )
    return [one for one in all_of_them if one.version not in proven or needs_record(one)]


def _prove(exercise: Exercise, image: str) -> None:
    """Remember that an exercise does what it promises; two may say so at once."""
    try:
        with db.session.begin_nested():
            db.session.merge(ProvenExercise(version=exercise.version, repeat=REPEAT, image=image))
    except IntegrityError:
        return


# The steps of a publication.


def merge_draft(job: Job, commit: str, note: str) -> None:
    """First step: what was examined goes into `main`. Again changes nothing."""
    message = note or "Publish the course"
    try:
        merged = job.repository.merge(commit, MAIN, author=job.author, message=message)
    except Conflict as error:
        raise OwnChanges from error
    if job.repository.listing(merged.id) != job.repository.listing(commit):
        raise OwnChanges


def add_version(
    job: Job, commit: str, course: Course, *, number: int, note: str, moving: Sequence[str]
) -> CourseVersion:
    """Second step, one transaction with the end of the run: the version's row with its package, and the pins."""
    package = pack(job.slug, job.repository.files(commit))
    return _add(
        CourseVersion(
            course_id=job.course_id,
            slug=job.slug,
            number=number,
            commit=commit,
            tree=hashlib.sha256(package).hexdigest(),
            version=course.version,
            note=note,
            package=package,
            author_id=job.author_id,
        ),
        moving,
    )


def publish_again(old: CourseVersion, person: User, *, number: int, moving: Sequence[str]) -> CourseVersion:
    """Publish an older version once more, as a new number; it was run when it was published first."""
    return _add(
        CourseVersion(
            course_id=old.course_id,
            slug=old.slug,
            number=number,
            commit=old.commit,
            tree=old.tree,
            version=old.version,
            note=old.note,
            package=old.package,
            author_id=person.id,
        ),
        moving,
    )


def _add(version: CourseVersion, moving: Sequence[str]) -> CourseVersion:
    before = current_version(version.course_id)
    if (before.number if before is not None else 0) + 1 != version.number:
        raise Overtaken
    try:
        with db.session.begin_nested():
            db.session.add(version)
    except IntegrityError as error:
        raise Overtaken from error
    had = before.version if before is not None else shipped_version(version.slug)
    hold_classes(version.slug, had, version.version, moving)
    return version
