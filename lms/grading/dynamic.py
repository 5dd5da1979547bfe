"""Proves by running that an exercise can be published: every file of it does as its author promised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lms.catalog.model import Course, Exercise, Fault, Suite
from lms.catalog.suite import RECORD_CURE
from lms.grading.messages import sentence
from lms.grading.outcome import Outcome
from lms.grading.patience import grade_patiently
from lms.grading.record import NotRecorded, record_suite
from lms.grading.verdict import Verdict
from sandbox.client import SandboxClient


def dynamic_check(course: Course, client: SandboxClient, *, repeat: int = 1) -> Iterator[Fault]:
    """Every fault that only running can show; `repeat` runs must all give one verdict."""
    for exercise in course.exercises:
        yield from check_exercise(exercise, client, repeat=repeat)


def check_exercise(exercise: Exercise, client: SandboxClient, *, repeat: int = 1) -> Iterator[Fault]:
    """The faults of one exercise."""
    if exercise.suite is not None and (fault := _check_record(exercise, exercise.suite, client)) is not None:
        yield fault
        return
    yield from _check_files(exercise, "solution", exercise.solution, client, repeat, should_pass=True)
    yield from _check_files(exercise, "starter", exercise.starter, client, repeat, should_pass=False)
    for sample, files in exercise.wrong.items():
        yield from _check_files(exercise, f"wrong/{sample}", files, client, repeat, should_pass=False)
        yield from _check_hint(exercise, sample, files, client)


def _check_record(exercise: Exercise, suite: Suite, client: SandboxClient) -> Fault | None:
    """What a fresh run of the solution says that suite.lock does not."""
    try:
        fresh = record_suite(exercise, client)
    except NotRecorded as error:
        return _fault(
            exercise, f"The tests cannot be recorded: {error}", "Then run `passerelle courses record`."
        )
    if (fresh.tests, dict(fresh.surface)) != (suite.tests, dict(suite.surface)):
        return _fault(exercise, "The tests run otherwise than they were recorded.", RECORD_CURE)
    return None


def _check_files(
    exercise: Exercise,
    what: str,
    files: Mapping[str, str],
    client: SandboxClient,
    repeat: int,
    *,
    should_pass: bool,
) -> Iterator[Fault]:
    verdicts = [grade_patiently(exercise, files, client) for _ in range(repeat)]
    if any(verdict.outcome is Outcome.OUR_FAULT for verdict in verdicts):
        yield _fault(exercise, f"The {what} could not be graded: {_reason(verdicts)}", "Try again.")
        return
    if len({_summary(verdict) for verdict in verdicts}) > 1:
        yield _fault(
            exercise,
            f"The {what} gives different verdicts in {repeat} runs.",
            "Take chance, time and the order of sets out of the exercise.",
        )
    passed = verdicts[0].outcome is Outcome.PASSED
    if should_pass and not passed:
        yield _fault(
            exercise, f"The {what} does not pass: {_reason(verdicts)}", "Correct the solution or the check."
        )
    elif passed and not should_pass:
        yield _fault(exercise, f"The {what} passes all checks.", "Add a check that it does not pass.")


def _check_hint(
    exercise: Exercise, sample: str, files: Mapping[str, str], client: SandboxClient
) -> Iterator[Fault]:
    wanted = [mistake.hint for mistake in exercise.mistakes if mistake.sample == sample]
    if not wanted:
        return  # that every sample has a hint is seen without running
    verdict = grade_patiently(exercise, files, client)
    if verdict.outcome is not Outcome.PASSED and not set(wanted) & set(verdict.hints):
        yield _fault(
            exercise,
            f"The sample wrong/{sample} does not show its hint: {_reason([verdict])}",
            "Give the mistake the signs that this sample really shows.",
        )


def _summary(verdict: Verdict) -> tuple[object, ...]:
    return (
        verdict.outcome,
        verdict.hints,
        tuple((test.outcome, test.got, test.detail) for test in verdict.tests),
    )


def _reason(verdicts: list[Verdict]) -> str:
    """What kept the first verdict from passing, in a line."""
    verdict = verdicts[0]
    if verdict.message is not None:
        return f"{verdict.outcome}: {sentence(verdict.message)}"
    for broken in verdict.rules:
        return f"{verdict.outcome}: {broken.wanted} {broken.construct}."
    for test in verdict.tests:
        if test.outcome is not Outcome.PASSED:
            if test.detail is not None:
                return f"{test.outcome} in test {test.index + 1} ({test.name}). {test.detail}"
            got = f" Expected {test.expected}, got {test.got}." if test.expected is not None else ""
            return f"{test.outcome} in check {test.index + 1} ({test.name}).{got}"
    return f"{verdict.outcome}."


def _fault(exercise: Exercise, message: str, cure: str) -> Fault:
    return Fault(exercise.place.path, exercise.place.line, message, cure)
