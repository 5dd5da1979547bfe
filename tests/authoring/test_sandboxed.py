"""Runs for authors in the real sandbox: a course with checks, with ordinary tests, and with faults."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from lms.authoring import running
from lms.authoring.jobs import AuthorWorker
from lms.authoring.models import AuthorRun, RunStatus
from lms.authoring.services import repository_of
from lms.catalog.shelf import find_exercise
from lms.core.db import db
from lms.grading.service import sandbox_client
from sandbox.client import SandboxClient
from tests.authoring.publications import EXERCISE, Bench

pytestmark = pytest.mark.docker

TESTED = "01-start/triple"
FILES = {
    "exercise.toml": 'title = "Three times"\n\n[[mistakes]]\nsample = "twice"\nhint = "Three, not two."\ncheck = 1\n\n'
    '[[mistakes]]\nsample = "nothing"\nhint = "Use `return`."\ncheck = 1\n',
    "statement.md": "Write `triple`.\n",
    "starter.py": "def triple(n):\n    pass\n",
    "solution.py": "def triple(n):\n    return n * 3\n",
    "wrong/twice.py": "def triple(n):\n    return n * 2\n",
    "wrong/nothing.py": "def triple(n):\n    n * 3\n",
    "tests/test_triple.py": "import unittest\n\nfrom solution import triple\n\n\nclass TestTriple(unittest.TestCase):\n"
    "    def test_small(self):\n        self.assertEqual(triple(2), 6)\n\n"
    "    def test_text(self):\n        self.assertEqual(triple('ab'), 'ababab')\n",
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxClient]:
    """The running service, or one of this module's own; without an engine this fails and says why."""
    with sandbox_client() as client:
        yield client


@pytest.fixture
def tested(bench: Bench) -> Bench:
    """The course with a second exercise, whose tests are ordinary ones and were never recorded."""
    for name, text in FILES.items():
        bench.write(f"{TESTED}/{name}", text)
    lesson = repository_of(bench.course).read(bench.head, "01-start/lesson.md")
    assert lesson is not None
    bench.write("01-start/lesson.md", lesson.decode() + "\n```{exercise} triple\n```\n")
    return bench


def run(bench: Bench, asked: AuthorRun, sandbox: SandboxClient) -> dict[str, Any]:
    """Let it run in the sandbox; the report."""
    assert AuthorWorker(bench.app, sandbox).turn()
    db.session.refresh(asked)
    assert (asked.status, asked.attempts) == (RunStatus.DONE, 1)
    assert asked.report is not None
    return asked.report


def outcomes(report: dict[str, Any]) -> dict[str, dict[str, int]]:
    return {
        f"{one['path']}:{row['what']}": row["outcomes"] for one in report["exercises"] for row in one["rows"]
    }


def test_a_course_is_proven_and_published(tested: Bench, sandbox: SandboxClient) -> None:
    report = run(tested, tested.ask(), sandbox)
    assert (report["faults"], report["recorded"], report["published"]) == ([], [TESTED], 1)
    assert outcomes(report) == {
        f"{EXERCISE}:solution": {"passed": 10},
        f"{EXERCISE}:starter": {"failed": 10},
        f"{EXERCISE}:wrong/adds-two": {"failed": 10},
        f"{EXERCISE}:wrong/prints-instead": {"failed": 10},
        f"{TESTED}:solution": {"passed": 10},
        f"{TESTED}:starter": {"failed": 10},
        f"{TESTED}:wrong/nothing": {"failed": 10},
        f"{TESTED}:wrong/twice": {"failed": 10},
    }
    exercise = find_exercise(f"small/{TESTED}")
    assert exercise is not None
    assert exercise.suite is not None
    assert {test.id.rpartition("::")[2] for test in exercise.suite.tests} == {"test_small", "test_text"}


def test_a_solution_that_depends_on_chance_is_refused(bench: Bench, sandbox: SandboxClient) -> None:
    chance = "import random\n\n\ndef double(n):\n    return n * 2 if random.random() < 0.5 else n\n"
    bench.write(f"{EXERCISE}/solution.py", chance)
    report = run(bench, bench.ask(), sandbox)
    [exercise] = report["exercises"]
    assert report["published"] is None
    assert any("solution" in fault["message"] for fault in exercise["faults"])


def test_a_try_records_tests_and_shows_the_table(tested: Bench, sandbox: SandboxClient) -> None:
    asked = running.ask_try(tested.course, tested.school.ada, tested.head, TESTED)
    db.session.commit()
    report = run(tested, asked, sandbox)
    assert report["recorded"] == [TESTED]
    assert report["commit"] == tested.head
    assert all(row["ok"] for row in report["exercises"][0]["rows"])
    assert repository_of(tested.course).read(tested.head, f"{TESTED}/suite.lock")


def test_tests_that_the_solution_fails_are_told(tested: Bench, sandbox: SandboxClient) -> None:
    tested.write(f"{TESTED}/solution.py", "def triple(n):\n    return n * 4\n")
    asked = running.ask_try(tested.course, tested.school.ada, tested.head, TESTED)
    db.session.commit()
    report = run(tested, asked, sandbox)
    [fault] = report["exercises"][0]["faults"]
    assert "cannot be recorded" in fault["message"]
    assert report["recorded"] == []
