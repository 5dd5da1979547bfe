"""Proves by running that an exercise can be published: every file of it does as its author promised."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from lms.catalog.model import Course, Exercise, Fault, Suite
from lms.catalog.suite import RECORD_CURE
from lms.grading.messages import sentence
from lms.grading.outcome import Outcome
from lms.grading.patience import grade_patiently
from lms.grading.record import NotRecorded, record_suite
from lms.grading.verdict import Verdict
from sandbox.client import SandboxClient

REPEAT = 10
"""So many runs of each program must give one verdict before an exercise is published."""

Grade = Callable[[Exercise, Mapping[str, str], SandboxClient], Verdict]


@dataclass(slots=True)
class Row:
    """One program of an exercise, what its author promised of it, and what its runs gave so far."""

    exercise: Exercise
    what: str  # "solution", "starter", "wrong/<sample>"
    files: Mapping[str, str]
    should_pass: bool
    wanted_runs: int
    verdicts: list[Verdict] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def outcomes(self) -> dict[str, int]:
        """How many runs ended how."""
        return dict(Counter(verdict.outcome.value for verdict in self.verdicts))

    @property
    def alike(self) -> bool:
        """Whether all runs so far gave one verdict."""
        return len({_summary(verdict) for verdict in self.verdicts}) <= 1

    @property
    def complete(self) -> bool:
        """Whether every run that is wanted has ended."""
        return len(self.verdicts) >= self.wanted_runs

    def faults(self) -> Iterator[Fault]:
        """What the runs so far show that is not as promised."""
        if not self.verdicts:
            return
        verdict = self.verdicts[0]
        if any(one.outcome is Outcome.OUR_FAULT for one in self.verdicts):
            yield self._fault(f"The {self.what} could not be graded: {_reason(self.verdicts)}", "Try again.")
            return
        if not self.alike:
            yield self._fault(
                f"The {self.what} gives different verdicts in {len(self.verdicts)} runs.",
                "Take chance, time and the order of sets out of the exercise.",
            )
        passed = verdict.outcome is Outcome.PASSED
        if self.should_pass and not passed:
            yield self._fault(
                f"The {self.what} does not pass: {_reason(self.verdicts)}",
                "Correct the solution or the check.",
            )
        elif passed and not self.should_pass:
            yield self._fault(f"The {self.what} passes all checks.", "Add a check that it does not pass.")
        elif not passed:
            yield from self._hint_faults(verdict)

    def _hint_faults(self, verdict: Verdict) -> Iterator[Fault]:
        wanted = {
            mistake.hint for mistake in self.exercise.mistakes if f"wrong/{mistake.sample}" == self.what
        }
        # That every sample has a hint is seen without running.
        if wanted and not wanted & set(verdict.hints):
            yield self._fault(
                f"The sample {self.what} does not show its hint: {_reason([verdict])}",
                "Give the mistake the signs that this sample really shows.",
            )

    def _fault(self, message: str, cure: str) -> Fault:
        return _fault(self.exercise, message, cure)


def dynamic_check(course: Course, client: SandboxClient, *, repeat: int = 1) -> Iterator[Fault]:
    """Every fault that only running can show; `repeat` runs must all give one verdict."""
    for exercise in course.exercises:
        yield from check_exercise(exercise, client, repeat=repeat)


def check_exercise(exercise: Exercise, client: SandboxClient, *, repeat: int = 1) -> Iterator[Fault]:
    """The faults of one exercise."""
    if exercise.suite is not None and (fault := _check_record(exercise, exercise.suite, client)) is not None:
        yield fault
        return
    for row in rows_of(exercise, repeat):
        while not row.complete:
            run_once(row, client)
        yield from row.faults()


def rows_of(exercise: Exercise, repeat: int = REPEAT) -> list[Row]:
    """The programs of an exercise, none of which has run yet."""
    return [
        Row(exercise, "solution", exercise.solution, True, repeat),
        Row(exercise, "starter", exercise.starter, False, repeat),
        *(Row(exercise, f"wrong/{name}", files, False, repeat) for name, files in exercise.wrong.items()),
    ]


def run_once(row: Row, client: SandboxClient, grade: Grade = grade_patiently) -> Verdict:
    """Run a program once more."""
    started = time.monotonic()
    verdict = grade(row.exercise, row.files, client)
    row.verdicts.append(verdict)
    row.seconds += time.monotonic() - started
    return verdict


def _check_record(exercise: Exercise, suite: Suite, client: SandboxClient) -> Fault | None:
    """What a fresh run of the solution says that suite.lock does not."""
    try:
        fresh = record_suite(exercise, client)
    except NotRecorded as error:
        return _fault(
            exercise, f"The tests cannot be recorded: {error}", "Then run `passerelle courses record`."
        )
    if not same_record(fresh, suite):
        return _fault(exercise, "The tests run otherwise than they were recorded.", RECORD_CURE)
    return None


def same_record(fresh: Suite, known: Suite) -> bool:
    """Whether two records of a suite say the same."""
    return (fresh.tests, dict(fresh.surface)) == (known.tests, dict(known.surface))


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
