"""Records a suite: runs the author's tests against the solution and notes which there are and how they end."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from pathlib import Path

from lms.catalog.model import Exercise, Suite, SuiteTest
from lms.catalog.suite import LOCK, OUTCOMES, lock_text, suite_hash
from lms.grading.phase import OurFaultError
from lms.grading.suite import Reported, SuiteRun, run_suite
from sandbox.client import SandboxClient, SandboxError

_CURES = {
    "unbridged": "See “What crosses” in docs/course-format.md.",
    "malformed": "Report this: the bridge could not read an answer of the solution.",
}


class NotRecorded(Exception):
    """The solution's run cannot be a record; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One test that the solution does not pass."""

    test: str
    text: str
    cure: str


def record_suite(exercise: Exercise, client: SandboxClient) -> Suite:
    """The exercise's suite with a fresh record; NotRecorded when the solution does not pass its tests."""
    suite = exercise.suite
    if suite is None:
        raise NotRecorded("This exercise has checks, which need no record.")
    last: SuiteRun | None = None
    try:
        with client.open(profile=exercise.kernel, limits="graded") as session:
            last = deque(run_suite(exercise, suite, exercise.solution, session, record=True), maxlen=1)[0]
    except (SandboxError, OurFaultError) as error:
        raise NotRecorded(f"The solution could not be run: {error}") from error
    if last is None or not last.collected:
        raise NotRecorded(f"No test was found. {last.detail if last is not None else ''}".strip())
    if last.done is not None and last.done.outcome != "ok":
        raise NotRecorded(f"The solution's run ended with {last.done.outcome}: {last.done.detail}")
    reports = {report.id: report for report in last.reports}
    problems = [problem for test in last.collected if (problem := _problem(test, reports.get(test.id)))]
    if problems:
        raise NotRecorded("\n".join(f"{found.test}: {found.text} {found.cure}" for found in problems))
    tests = tuple(
        replace(test, outcome=reports[test.id].outcome)  # type: ignore[arg-type]  # one of the three: see above
        for test in last.collected
    )
    recorded = replace(suite, tests=tests, surface=last.surface)
    return replace(recorded, recorded_of=suite_hash(suite, exercise.solution))


def _problem(test: SuiteTest, report: Reported | None) -> Problem | None:
    if report is None:
        return Problem(test.id, "was not run.", "Let no test depend on another.")
    if report.outcome in OUTCOMES:
        return None
    text = report.detail or (report.error.message if report.error is not None else report.outcome)
    return Problem(test.id, text, _CURES.get(report.cause, "Correct the solution or the test."))


def write_lock(exercise: Exercise, suite: Suite, folder: Path) -> bool:
    """Write suite.lock into the exercise's folder; whether it changed."""
    file = folder / LOCK
    text = lock_text(suite, exercise.solution)
    if file.is_file() and file.read_text(encoding="utf-8") == text:
        return False
    file.write_text(text, encoding="utf-8")
    return True
