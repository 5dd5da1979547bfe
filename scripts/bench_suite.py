"""What `make bench` measures of ordinary tests: one call over the bridge, and a suite of twenty tests."""

from __future__ import annotations

import json
import shutil
from collections import deque
from pathlib import Path

from lms.catalog.model import Exercise, Place, Rules, Suite
from lms.catalog.parse import read_exercise
from lms.grading.record import record_suite, write_lock
from lms.grading.suite import run_suite
from sandbox.client import SandboxClient

CALLS = 500
LESSON = "first-steps-python/90-measured"
EXERCISE = f"{LESSON}/twenty-tests"
PROGRAM = """class Account:
    def __init__(self, owner, balance=0):
        self.owner, self.balance = owner, balance

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError("the amount must be more than 0")
        self.balance += amount
        return self.balance


def double(number):
    return number * 2
"""
_CALLS = f"""import json
import time

from solution import double


def test_calls():
    took = []
    for number in range({CALLS}):
        begun = time.perf_counter()
        assert double(number) == number * 2
        took.append(round((time.perf_counter() - begun) * 1000, 3))
    print(json.dumps(took))
"""
_TWENTY = """import pytest

from solution import Account, double


@pytest.fixture
def account():
    return Account("Amal", 10)


@pytest.mark.parametrize("number", range(12))
def test_double(number):
    assert double(number) == number * 2


@pytest.mark.parametrize("amount", [1, 2.5, 30, 10**6])
def test_deposit(account, amount):
    assert account.deposit(amount) == 10 + amount
    assert account.balance == 10 + amount


@pytest.mark.parametrize("amount", [0, -1, -0.5])
def test_too_little(account, amount):
    with pytest.raises(ValueError, match="more than 0"):
        account.deposit(amount)


def test_owner(account):
    assert account.owner == "Amal"
"""


def call_times(client: SandboxClient) -> list[float]:
    """Milliseconds of each of CALLS calls from a test to a student's function, warm, as the test itself sees them."""
    suite = Suite({"test_solution.py": _CALLS}, (), (), reference=False)
    exercise = Exercise(
        slug="calls", key="bench/calls", title="Calls", kernel="python", files=("solution.py",),
        starter={}, solution={"solution.py": PROGRAM}, wrong={}, checks=(), rules=Rules(), mistakes=(),
        statement="", version="1", place=Place("", 1), suite=suite,
    )  # fmt: skip
    times: list[float] = []
    for _ in range(2):  # the first run starts the checker
        with client.open(limits="graded") as session:
            last = deque(run_suite(exercise, suite, exercise.solution, session, record=True), maxlen=1)[0]
        if [report.outcome for report in last.reports] != ["passed"]:
            raise AssertionError(f"the calls went wrong: {last}")
        times = json.loads(last.reports[0].printed)
    return times


def courses_with_suite(source: Path, folder: Path, client: SandboxClient) -> Path:
    """A copy of the courses below `folder` that has an exercise with twenty ordinary tests, recorded."""
    courses = folder / "courses"
    shutil.copytree(source, courses)
    lesson, place = courses / LESSON, courses / EXERCISE
    (place / "tests").mkdir(parents=True)
    (lesson / "lesson.md").write_text("# Measured\n\n```{exercise} twenty-tests\n```\n", encoding="utf-8")
    (place / "exercise.toml").write_text('title = "Twenty tests"\n', encoding="utf-8")
    (place / "statement.md").write_text("Write `Account` and `double`.\n", encoding="utf-8")
    (place / "starter.py").write_text("", encoding="utf-8")
    (place / "solution.py").write_text(PROGRAM, encoding="utf-8")
    (place / "tests" / "test_solution.py").write_text(_TWENTY, encoding="utf-8")
    exercise, faults = read_exercise(place)
    if exercise is None:
        raise AssertionError(f"the exercise cannot be read: {faults}")
    suite = record_suite(exercise, client)
    if len(suite.tests) != 20:
        raise AssertionError(f"not twenty tests but {len(suite.tests)}")
    write_lock(exercise, suite, place)
    return courses
