"""What tests of runs and publications share: a course that is written here, and a bench without a sandbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from flask import Flask

from lms.accounts.models import User
from lms.authoring import running
from lms.authoring.jobs import AuthorWorker
from lms.authoring.models import AuthoredCourse, AuthorRun
from lms.authoring.publishing import current_version
from lms.authoring.services import commit_files, repository_of, start_course
from lms.catalog.model import Exercise
from lms.core.db import db
from lms.grading.outcome import Outcome
from lms.grading.verdict import Message, TestResult, Verdict
from sandbox.client import SandboxClient, SandboxUnavailable
from sandbox.messages import HealthReport
from tests.catalog.builder import CourseBuilder
from tests.catalog.published import files_of
from tests.factories import School

EXERCISE = "01-start/double"


class Sandbox:
    """A sandbox that says how it is, and runs nothing."""

    def __init__(self, *, away: bool = False) -> None:
        self.away = away

    def health(self) -> HealthReport:
        if self.away:
            raise SandboxUnavailable("away")
        return HealthReport(True, True, "ok", (), 1, 0, 0, {})


def as_promised(exercise: Exercise, files: Mapping[str, str], _client: SandboxClient) -> Verdict:
    """A way to grade: the solution passes, the rest fails, each wrong sample with its hint."""
    hints = {mistake.sample: mistake.hint for mistake in exercise.mistakes}
    passed = dict(files) == dict(exercise.solution)
    shown = next(
        (hints[name] for name, wrong in exercise.wrong.items() if wrong == files and name in hints), None
    )
    outcome = Outcome.PASSED if passed else Outcome.FAILED
    tests = tuple(TestResult(check.index, check.name, check.hidden, outcome) for check in exercise.checks)
    return Verdict(outcome, tests, hints=(shown,) if shown else (), image="sha256:test")


def our_fault(_exercise: Exercise, _files: Mapping[str, str], _client: SandboxClient) -> Verdict:
    return Verdict(Outcome.OUR_FAULT, message=Message("sandbox_fault", {}))


class Bench:
    """One course and its author, with a worker that is turned by hand."""

    def __init__(self, app: Flask, school: School, folder: Path) -> None:
        self.app = app
        self.school = school
        self.builder = CourseBuilder(folder)
        self.sandbox = Sandbox()
        self.grade: Callable[..., Verdict] = as_promised
        self.course: AuthoredCourse = start_course(
            school.ada, slug="small", files=files_of(self.builder.path), message="Begin"
        )
        self.course.programme = school.cohort.programme
        for cohort in (school.cohort, school.beside):
            cohort.course_slug = "small"
        db.session.commit()

    @property
    def head(self) -> str:
        return repository_of(self.course).head()

    def write(self, path: str, text: str | None, person: User | None = None) -> str:
        """Commit one file of the draft."""
        content = text.encode() if text is not None else None
        made = commit_files(
            self.course, person or self.school.ada, {path: content}, self.head, f"Change {path}"
        )
        db.session.commit()
        return made.id

    def title(self, title: str) -> str:
        """Give the course another title."""
        text = repository_of(self.course).read(self.head, "course.toml")
        assert text is not None
        lines = text.decode().split("\n")
        lines[1] = f'title = "{title}"'
        return self.write("course.toml", "\n".join(lines))

    def ask(self, note: str = "", moving: tuple[str, ...] = ()) -> AuthorRun:
        """Ask for a publication of the draft."""
        before = current_version(self.course.id)
        number = (before.number if before is not None else 0) + 1
        run = running.ask_publication(
            self.course, self.school.ada, self.head, number=number, note=note, moving=moving
        )
        db.session.commit()
        return run

    def worker(self) -> AuthorWorker:
        return AuthorWorker(self.app, self.sandbox, self.grade)  # type: ignore[arg-type]

    def turn(self) -> bool:
        """Let a worker run what is next."""
        return self.worker().turn()

    def publish(self, **options: object) -> AuthorRun:
        """Ask for a publication and let it run."""
        run = self.ask(**options)  # type: ignore[arg-type]
        assert self.turn()
        db.session.refresh(run)
        return run
