"""Split grading agrees with plain pytest: the same test files, the same programs, two containers or one process."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from lms.catalog.model import Exercise, Place, Rules, Suite
from lms.grading.outcome import Outcome
from lms.grading.record import record_suite
from lms.grading.runner import grade
from lms.grading.verdict import Verdict
from sandbox.client import SandboxClient
from tests.split import exercises
from tests.split.exercises import SplitExercise
from tests.split.oracle import Oracle

pytestmark = [pytest.mark.docker]

ACCEPTED = {"passed", "skipped", "xfailed"}
TEN_TIMES = ("identity", "argument_aliasing", "very_large_values")
RUNS = int(os.environ.get("PASSERELLE_SPLIT_RUNS", "1"))


def as_exercise(split: SplitExercise) -> Exercise:
    """An exercise of the catalogue with these tests, not yet recorded."""
    names = {name for program in split.programs.values() for name in program if name.endswith(".py")}
    files = tuple(sorted(names, key=lambda name: (name != "solution.py", name)))
    return Exercise(
        slug=split.slug, key=f"split/{split.slug}", title=split.slug, kernel="python", files=files,
        starter=split.programs["stub"], solution=split.programs["right"], wrong={}, checks=(), rules=Rules(),
        mistakes=(), statement="", version="1", place=Place("", 1),
        suite=Suite({**split.tests, **split.data}, tuple(split.data), (), reference=False),
    )  # fmt: skip


def summary(verdict: Verdict) -> tuple[object, ...]:
    return (verdict.outcome, tuple((test.name, test.outcome) for test in verdict.tests))


@pytest.mark.slow
@pytest.mark.parametrize("slug", exercises.slugs())
def test_two_containers_say_what_one_process_says(slug: str, sandbox: SandboxClient, oracle: Oracle) -> None:
    split = exercises.read(slug)
    exercise = as_exercise(split)
    with ThreadPoolExecutor(3) as pool:  # plain pytest, and two hand-ins at a time
        running = pool.submit(oracle.programs, split)
        recorded = record_suite(exercise, sandbox)
        exercise = replace(exercise, suite=recorded)
        runs = max(RUNS, 10 if slug in TEN_TIMES else 1)
        verdicts = {
            name: [
                pool.submit(grade, exercise, {**dict.fromkeys(exercise.files, ""), **program}, sandbox)
                for _ in range(runs)
            ]
            for name, program in split.programs.items()
        }
        plain = running.result()
    assert [test.id for test in recorded.tests] == list(plain["right"])
    for name in split.programs:
        said = {summary(run.result()) for run in verdicts[name]}
        assert len(said) == 1, f"{name}: {said}"
        verdict, expected = verdicts[name][0].result(), plain[name]
        whole = set(expected.values()) <= ACCEPTED
        assert whole == (name == "right"), f"plain pytest on {name}: {expected}"
        assert (verdict.outcome is Outcome.PASSED) == whole, f"{name}: {verdict}"
        assert verdict.outcome is not Outcome.OUR_FAULT, f"{name}: {verdict}"
        if "" not in expected and verdict.message is None:
            shown = [test for test in recorded.tests if test.outcome != "skipped"]
            for test, result in zip(shown, verdict.tests, strict=True):
                assert (result.outcome is Outcome.PASSED) == (expected[test.id] in ACCEPTED), (
                    f"{name}, {test.id}: plain {expected[test.id]}, bridged {result}"
                )
