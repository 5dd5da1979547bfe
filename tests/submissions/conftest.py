"""A school with one exercise to hand in, and a sandbox that does what a test says (faults only)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.app import create_app
from lms.catalog.model import Exercise
from lms.catalog.services import load_courses, remember_version
from lms.core.db import db
from lms.grading.outcome import Outcome
from lms.grading.verdict import TestResult, Verdict
from lms.submissions import leases
from lms.submissions.jobs import GraderHandle, start_grader
from lms.submissions.models import Status, Submission
from lms.submissions.services import receive_submission
from sandbox.client import SandboxUnavailable
from sandbox.messages import HealthReport
from tests.factories import COURSE, School, csrf_token, make_school, sign_in

CODE = "print('hello')\n"


def verdict(outcome: Outcome = Outcome.PASSED, tests: tuple[TestResult, ...] = ()) -> Verdict:
    """A verdict as the grading core gives it."""
    return Verdict(outcome=outcome, tests=tests, image="sha256:test")


def result(index: int, outcome: Outcome = Outcome.PASSED, **more: object) -> TestResult:
    """One test's result."""
    fields = {"index": index, "name": f"Test {index}", "hidden": False, "outcome": outcome, **more}
    return TestResult(**fields)  # type: ignore[arg-type]


class AwaySandbox:
    """A sandbox that nobody can reach, or, with `healthy`, one that says it is well."""

    def __init__(self, *, healthy: bool = False) -> None:
        self.healthy = healthy

    def health(self) -> HealthReport:
        if not self.healthy:
            raise SandboxUnavailable("away")
        return HealthReport(True, True, "ok", (), 1, 0, 0, {})


@dataclass(frozen=True)
class Place:
    """A school, an exercise of its course, and Ben, who is signed in."""

    school: School
    exercise: Exercise
    client: FlaskClient
    token: str

    @property
    def url(self) -> str:
        return f"/courses/{self.exercise.key}/submissions"

    def hand_in(self, code: str = CODE, key: str = "client-key-1", **headers: str) -> TestResponse:
        """Send it as the page's script does."""
        return self.client.post(
            self.url,
            data={"code": code, "client_key": key},
            headers={"Accept": "application/json", "X-CSRFToken": self.token, **headers},
        )


@pytest.fixture
def file_settings(settings: dict[str, object], tmp_path: Path) -> dict[str, object]:
    """A database that threads can share: SQLite in a file, unless the suite runs on PostgreSQL."""
    if settings["SQLALCHEMY_DATABASE_URI"] == "sqlite://":
        return {**settings, "SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path / 'test.db'}"}
    return settings


@pytest.fixture
def threaded_app(file_settings: dict[str, object]) -> Iterator[Flask]:
    """An application whose database several threads use."""
    application = create_app(file_settings)
    with application.app_context():
        db.drop_all()
        db.create_all()
        yield application
        db.session.remove()
        db.drop_all()
        db.engine.dispose()


def make_place(app: Flask) -> Place:
    school = make_school()
    course = load_courses(app.config["COURSES_DIR"])[COURSE]
    exercise = course.lessons[0].exercises[0]
    remember_version(exercise)
    db.session.commit()
    client = app.test_client()
    sign_in(client, school.ben)
    return Place(school, exercise, client, csrf_token(client, "/me"))


@pytest.fixture
def place(app: Flask) -> Place:
    return make_place(app)


@pytest.fixture
def threaded_place(threaded_app: Flask) -> Place:
    return make_place(threaded_app)


@pytest.fixture
def exercise(app: Flask) -> Exercise:
    course = load_courses(app.config["COURSES_DIR"])[COURSE]
    found = course.lessons[0].exercises[0]
    remember_version(found)
    db.session.commit()
    return found


def make_submission(
    user_id: int, exercise: Exercise, key: str = "client-key-1", **more: object
) -> Submission:
    """A hand-in, committed."""
    submission, _ = receive_submission(
        user_id=user_id,
        cohort_id=more.pop("cohort_id", None),  # type: ignore[arg-type]
        exercise_key=exercise.key,
        exercise_version=exercise.version,
        wanted=exercise.files,
        files=dict.fromkeys(exercise.files, CODE),
        client_key=key,
        **more,  # type: ignore[arg-type]
    )
    db.session.commit()
    return submission


def grade_row(
    submission: Submission, outcome: Outcome = Outcome.FAILED, tests: tuple[TestResult, ...] = ()
) -> None:
    """Claim and finish the next row, which must be this one."""
    lease = leases.claim()
    if lease is None or lease.submission_id != submission.id:
        raise AssertionError("another row was next")
    leases.finish(lease, verdict(outcome, tests))
    db.session.commit()


@contextmanager
def grader(
    app: Flask, grade: Callable[..., Verdict], *, threads: int = 2, healthy: bool = False
) -> Iterator[GraderHandle]:
    """A running grader with this way to grade."""
    handle = start_grader(app, threads, AwaySandbox(healthy=healthy), grade)  # type: ignore[arg-type]
    try:
        yield handle
    finally:
        handle.stop(seconds=0.5)


def wait_for(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Poll until it holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("it did not come about in time")
        db.session.rollback()
        time.sleep(0.02)


def status_of(submission_id: int) -> str:
    """The row's status as it is now."""
    db.session.rollback()
    return Status(db.session.get_one(Submission, submission_id).status)


OnTest = Callable[[TestResult], None] | None


def passes(exercise: Exercise, files: Mapping[str, str], client: object, on_test: OnTest = None) -> Verdict:
    """A way to grade: everything passes, at once."""
    tests = tuple(result(index) for index in range(3))
    for test in tests:
        if on_test:
            on_test(test)
    return verdict(Outcome.PASSED, tests)
