"""Grades a hand-in by an author's ordinary tests, which run in a container that never holds the hand-in.

The checker's reports say what pytest saw; the run's end says what became of the student's container. Both are
needed for a pass: every recorded test once, each with the outcome that the solution had, and a run that ended.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from lms.catalog.model import Exercise, Suite, SuiteTest
from lms.catalog.suite import modules_of
from lms.grading.answers import NO_VALUE, BadAnswer, Observed, Raised, read_raised
from lms.grading.display import MAX_TEXT, clip
from lms.grading.messages import message
from lms.grading.outcome import Outcome
from lms.grading.phase import ENDS, OurFaultError
from lms.grading.verdict import Message, TestResult
from lms.grading.wire import bridge_request, code_for
from sandbox.client import Session
from sandbox.messages import Answer, Done

MAX_ID = 1_000
MAX_DETAIL = 4_000
MAX_REPORTS = 4_000
_NO_ATTRIBUTE = re.compile(r"module '[\w.]+' has no attribute '(\w+)'|cannot import name '(\w+)'")


@dataclass(frozen=True, slots=True)
class Reported:
    """What pytest saw of one test."""

    id: str
    outcome: str  # passed | failed | error | skipped | xfailed
    cause: str  # none | assert | student | malformed | unbridged | gone
    error: Raised | None
    detail: str
    printed: str
    duration_ms: int


@dataclass
class SuiteRun:
    """What has become known of a bridged run."""

    reports: list[Reported] = field(default_factory=list)
    collected: list[SuiteTest] = field(default_factory=list)
    load_error: Raised | None = None
    surface: dict[str, tuple[str, ...]] = field(default_factory=dict)
    problem: str | None = None
    detail: str = ""
    ended: bool = False
    done: Done | None = None


def run_suite(
    exercise: Exercise, suite: Suite, files: Mapping[str, str], session: Session, *, record: bool = False
) -> Iterator[SuiteRun]:
    """Run the tests on a session's kernel; the run so far after each report, and at last when it has ended.

    With `record` the operators that the program's objects are asked for are noted, not limited. Raises
    OurFaultError when the bridge or a container of ours broke, SandboxError when there is no service.
    """
    channel = secrets.token_hex(16)
    modules = modules_of(exercise.files)
    job = {
        "files": {name: text for name, text in suite.files.items() if name not in suite.data},
        "data": {name: suite.files[name] for name in suite.data},
        "modules": modules,
        "reference": suite.reference,
        "seed": secrets.randbits(48),
        "surface": None if record else {name: list(found) for name, found in suite.surface.items()},
        "hidden": list(suite.hidden),
    }
    code = code_for(bridge_request(files, exercise.files[0], modules), channel)
    reference = None
    if suite.reference:
        reference = code_for(bridge_request(exercise.solution, exercise.files[0], modules), channel)
    run = SuiteRun()
    said = session.bridge(
        json.dumps(job),
        code,
        channel=channel,
        checker=f"{exercise.key}@{exercise.version}",
        reference=reference,
    )
    for count, part in enumerate(said):
        if isinstance(part, Answer) and part.channel == channel and count < MAX_REPORTS:
            _take(run, part.payload)
            yield run
        elif isinstance(part, Done):
            run.done = part
    if run.done is None or run.done.outcome == "our_fault":
        raise OurFaultError(run.done.detail if run.done else "the run has no end")
    if run.done.outcome == "ok" and not run.ended:
        raise OurFaultError("the checker said no last word")
    yield run


def _take(run: SuiteRun, payload: object) -> None:
    """Read one report; the checker is ours, so one that cannot be read is our fault."""
    try:
        if type(payload) is not dict:
            raise BadAnswer("no report")  # noqa: TRY301  (read like the rest of it)
        _READERS[payload["r"]](run, payload)
    except (BadAnswer, KeyError, TypeError, ValueError) as error:
        raise OurFaultError(f"an unreadable report: {error}") from error


def _take_collected(run: SuiteRun, report: Mapping[str, object]) -> None:
    rows = report["tests"]
    if not isinstance(rows, list):
        raise BadAnswer("no list of tests")
    for row in rows:
        points = row["points"]
        run.collected.append(
            SuiteTest(
                id=_text(row["id"], MAX_ID),
                name=_text(row["name"], 200),
                hidden=row["hidden"] is True,
                points=points if type(points) is int and 0 < points <= 1_000 else 1,
                hint=None if row["hint"] is None else _text(row["hint"], 500),
                outcome="passed",
            )
        )


def _take_test(run: SuiteRun, report: Mapping[str, object]) -> None:
    duration = report["duration_ms"]
    run.reports.append(
        Reported(
            id=_text(report["id"], MAX_ID),
            outcome=_text(report["outcome"], 20),
            cause=_text(report["cause"], 20),
            error=_raised(report["error"]),
            detail=clip(_text(report["detail"], 20_000), MAX_DETAIL),
            printed=_text(report["printed"], 60_000),
            duration_ms=duration if type(duration) is int else 0,
        )
    )


def _take_load(run: SuiteRun, report: Mapping[str, object]) -> None:
    run.load_error = _raised(report["error"])


def _take_end(run: SuiteRun, report: Mapping[str, object]) -> None:
    surface, problem = report["surface"], report["problem"]
    if not isinstance(surface, dict):
        raise BadAnswer("no surface")
    run.surface = {_text(name, MAX_ID + 200): tuple(map(str, found)) for name, found in surface.items()}
    run.problem = None if problem is None else _text(problem, 50)
    run.detail = _text(report["detail"], 20_000)
    run.ended = True


def _take_fault(_: SuiteRun, report: Mapping[str, object]) -> None:
    raise OurFaultError(f"the bridge broke: {_text(report['detail'], 20_000)}")


_READERS = {
    "collected": _take_collected,
    "test": _take_test,
    "load": _take_load,
    "end": _take_end,
    "fault": _take_fault,
}


def _text(value: object, limit: int) -> str:
    if type(value) is not str:
        raise BadAnswer("not a text")
    return clip(value, limit)


def _raised(value: object) -> Raised | None:
    """The student side's word on an error; what cannot be read says nothing."""
    try:
        return read_raised(value)
    except BadAnswer:
        return None


@dataclass(frozen=True, slots=True)
class Decided:
    """A test's result for its place in the list that students see, and what hints may look at."""

    index: int
    result: TestResult
    observed: tuple[Observed, ...]


class SuiteJudge:
    """Turns reports into results, in the recorded order; what does not fit the record never passes."""

    def __init__(self, suite: Suite) -> None:
        self._waiting = list(suite.tests)
        self._shown = {test.id: index for index, test in enumerate(suite.shown)}
        self.honest = True
        """Whether all reports so far were for the tests whose turn it was."""

    def decide(self, reported: Reported) -> Decided | None:
        """The result of one report, or None where students see no such test."""
        test = next((test for test in self._waiting if test.id == reported.id), None)
        if test is None:
            self.honest = False  # a test that the solution's run did not have, or one twice
            return None
        self._waiting.remove(test)
        index = self._shown.get(test.id)
        passed = reported.outcome == test.outcome
        if index is None:
            self.honest = self.honest and passed
            return None
        error = reported.error
        missing = _missing_name(error)
        observed = Observed(
            NO_VALUE, error, "missing" if missing else None, missing or "", reported.printed, overflow=False
        )
        return Decided(index, _result(index, test, reported, missing, passed=passed), (observed,))

    def left(self) -> list[int]:
        """Places of the tests that students see and that were not reported, in running order."""
        return [self._shown[test.id] for test in self._waiting if test.id in self._shown]

    @property
    def complete(self) -> bool:
        """Whether every recorded test was reported."""
        return not self._waiting


def _missing_name(error: Raised | None) -> str | None:
    if error is None or not error.is_a("AttributeError"):
        return None
    found = _NO_ATTRIBUTE.search(error.message)
    return next(filter(None, found.groups())) if found is not None else None


def missing_import(detail: str) -> str | None:
    """The name that the tests could not import from the program, if that is what stopped them."""
    found = _NO_ATTRIBUTE.search(detail)
    return next(filter(None, found.groups())) if found is not None else None


def _result(
    index: int, test: SuiteTest, reported: Reported, missing: str | None, *, passed: bool
) -> TestResult:
    outcome, said = (Outcome.PASSED, None) if passed else _why(reported, missing)
    result = TestResult(
        index=index,
        name=test.name,
        hidden=test.hidden,
        outcome=outcome,
        hint=None if passed else test.hint,
        duration_ms=0 if test.hidden else reported.duration_ms,
        points=test.points,
    )
    if test.hidden:
        return result
    return replace(
        result,
        printed=clip(reported.printed, MAX_TEXT) or None,
        message=said,
        detail=None if passed or missing else reported.detail or None,
        traceback=reported.error.traceback if reported.error is not None and not passed else None,
    )


def _why(reported: Reported, missing: str | None) -> tuple[Outcome, Message]:
    if missing is not None:
        return Outcome.FAILED, message("not_defined", name=missing)
    if reported.cause == "malformed":
        return Outcome.FAILED, message("bad_answer")
    if reported.cause == "student" and reported.error is not None:
        return Outcome.ERROR, message("raised", error=reported.error.class_name)
    return Outcome.FAILED, message("test_failed")


def not_reported(index: int, test: SuiteTest) -> TestResult:
    """The result of a test that was never reached."""
    return TestResult(
        index, test.name, test.hidden, Outcome.FAILED, message=message("not_run"), points=test.points
    )


def end_of(run: SuiteRun) -> tuple[Outcome, Message] | None:
    """What the run's end means for the test it ended in; None when it ended as it should."""
    if run.done is None or (run.done.outcome == "ok" and run.problem is None):
        return None
    if run.problem == "malformed":
        return Outcome.FAILED, message("bad_answer")
    outcome, code = ENDS[run.done.outcome]
    return outcome, message(code)
