"""Reports against the record, from a sandbox that says what the test tells it: only a whole, honest run passes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import pytest

from lms.catalog.model import Check, Step, Suite, SuiteTest
from lms.grading.outcome import Outcome
from lms.grading.phase import MAX_ANSWERS
from lms.grading.runner import grade
from lms.grading.verdict import Verdict
from sandbox.messages import Answer, Done, Downward, RunOutcome
from tests.grading.exercises import call, exercise

Recorded = Literal["passed", "xfailed", "skipped"]
LOADED = {"load": {"error": None, "printed": "", "overflow": False}}
END = {"r": "end", "surface": {}, "problem": None, "detail": "", "calls": 1}


def recorded(name: str, outcome: Recorded = "passed", *, hidden: bool = False) -> SuiteTest:
    return SuiteTest(name, name, hidden, 1, "Try again." if hidden else None, outcome)


TESTS = (
    recorded("a"),
    recorded("b"),
    recorded("away", "skipped"),
    recorded("c", "xfailed"),
    recorded("d", hidden=True),
)
TASK = replace(exercise(), suite=Suite({"test_solution.py": ""}, (), (), reference=False, tests=TESTS))


def report(name: str, outcome: str = "passed", **more: object) -> dict[str, object]:
    return {
        "r": "test", "id": name, "outcome": outcome, "cause": "none", "error": None, "detail": "", "printed": "",
        "duration_ms": 1, **more,
    }  # fmt: skip


WHOLE: list[object] = [
    report("a"), report("b"), report("away", "skipped"), report("c", "xfailed"), report("d"), END,
]  # fmt: skip


@dataclass
class Scripted:
    """A client and a session of it; `answers` are what a request is told, on its own channel unless one is given."""

    answers: list[object]
    end: RunOutcome = "ok"
    channel: str | None = None
    image = "scripted"

    def open(self, **_: object) -> Scripted:
        return self

    def __enter__(self) -> Scripted:
        return self

    def __exit__(self, *_: object) -> None: ...

    def execute(self, code: str, *, channel: str, **_: object) -> Iterator[Downward]:
        del code
        if self.answers and self.answers[0] == LOADED:
            yield Answer(channel, self.answers.pop(0))
            yield Done("r", "ok", "", 1.0, 1)
            return
        yield from self._told(channel)

    def bridge(self, suite: str, code: str, *, channel: str, **_: object) -> Iterator[Downward]:
        del suite, code
        yield from self._told(channel)

    def _told(self, channel: str) -> Iterator[Downward]:
        for answer in self.answers:
            yield Answer(self.channel or channel, answer)
        yield Done("r", self.end, "", 1.0, 1)


def graded(*reports: object, **more: Any) -> Verdict:
    client = Scripted([LOADED, *reports], **more)
    return grade(TASK, {"solution.py": ""}, client)  # type: ignore[arg-type]


def outcomes(verdict: Verdict) -> list[str]:
    return [test.outcome for test in verdict.tests]


def test_a_whole_run_as_recorded_passes() -> None:
    verdict = graded(*WHOLE)
    assert verdict.outcome is Outcome.PASSED
    assert outcomes(verdict) == ["passed"] * 4
    assert [test.name for test in verdict.tests] == ["a", "b", "c", "d"]


@pytest.mark.parametrize("missing", range(5))
def test_a_test_that_was_not_reported_is_never_passed(missing: int) -> None:
    verdict = graded(*WHOLE[:missing], *WHOLE[missing + 1 :])
    assert verdict.outcome is Outcome.FAILED
    assert len(verdict.tests) == 4


@pytest.mark.parametrize(
    "more",
    [report("a"), report("e"), report("e", "skipped"), report("away", "skipped")],
    ids=lambda r: r["id"],
)
def test_a_test_that_was_not_recorded_or_comes_twice_is_never_passed(more: dict[str, object]) -> None:
    assert graded(*WHOLE[:-1], more, END).outcome is Outcome.FAILED
    assert graded(more, *WHOLE).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("place", "outcome"),
    [(0, "skipped"), (0, "xfailed"), (0, "failed"), (0, "error"), (0, "anything"), (3, "passed"), (3, "skipped"),
     (4, "skipped"), (2, "passed"), (2, "failed")],
)  # fmt: skip
def test_an_outcome_other_than_the_solutions_is_never_passed(place: int, outcome: str) -> None:
    changed = list(WHOLE)
    changed[place] = report(TESTS[place].id, outcome)
    verdict = graded(*changed)
    assert verdict.outcome is Outcome.FAILED
    assert outcomes(verdict).count("passed") == (4 if place == 2 else 3)


@pytest.mark.parametrize(
    ("end", "outcome"),
    [("died", "error"), ("time_limit", "time_limit"), ("memory_limit", "memory_limit"), ("error", "failed"),
     ("output_limit", "output_limit"), ("interrupted", "failed"), ("our_fault", "our_fault")],
)  # fmt: skip
def test_a_run_that_ended_otherwise_is_never_passed(end: RunOutcome, outcome: str) -> None:
    verdict = graded(*WHOLE, end=end)
    assert verdict.outcome == outcome
    assert "passed" not in outcomes(verdict)[3:]


def test_a_problem_that_the_checker_names_at_the_end_is_never_passed() -> None:
    verdict = graded(*WHOLE[:-1], {**END, "problem": "malformed"})
    assert verdict.outcome is Outcome.FAILED


def test_a_checker_without_a_last_word_is_our_fault() -> None:
    assert graded(*WHOLE[:-1]).outcome is Outcome.OUR_FAULT


@pytest.mark.parametrize(
    "broken",
    [None, [], "x", {}, {"r": "other"}, {"r": ["test"]}, {"r": "test"}, {**report("a"), "id": 1},
     {**END, "surface": None}, {"r": "collected", "tests": {}}, {"r": "fault", "detail": "x"}],
    ids=repr,
)  # fmt: skip
def test_a_report_that_cannot_be_read_is_our_fault(broken: object) -> None:
    assert graded(broken, *WHOLE).outcome is Outcome.OUR_FAULT


def test_reports_on_another_channel_are_not_heard() -> None:
    assert graded(*WHOLE, channel="another").outcome is Outcome.OUR_FAULT


def test_nothing_of_a_hidden_test_is_told_but_its_hint() -> None:
    secret = {
        "class": "E",
        "mro": [],
        "message": "k7",
        "line": 1,
        "file": "k7",
        "text": "k7",
        "traceback": "k7",
    }
    told = report("d", "failed", detail="k7", printed="k7", error=secret, cause="student")
    verdict = graded(*WHOLE[:4], told, END)
    assert verdict.tests[3].hint == "Try again."
    assert "k7" not in repr(verdict)
    ended = graded(*WHOLE[:4], end="time_limit")
    assert (ended.outcome, ended.tests[3].message) == (Outcome.TIME_LIMIT, None)


# ---- checks as data, by the same sandbox --------------------------------------------------------------

CHECK = exercise(call(0, "double(3)", "6"))


def answer(value: int = 6) -> dict[str, object]:
    result = {
        "value": {"t": "int", "v": format(value, "x")}, "error": None, "problem": None, "name": "", "printed": "",
        "overflow": False,
    }  # fmt: skip
    return {"check": 0, "results": [result]}


def checked(*answers: object, **more: Any) -> Verdict:
    return grade(CHECK, {"solution.py": ""}, Scripted([LOADED, *answers], **more))  # type: ignore[arg-type]


def test_an_answer_on_the_own_channel_passes_and_on_another_does_not() -> None:
    assert checked(answer()).outcome is Outcome.PASSED
    assert checked(answer(), channel="another").outcome is Outcome.FAILED


@pytest.mark.parametrize(
    "end", ["died", "time_limit", "memory_limit", "output_limit", "interrupted", "our_fault"]
)
def test_a_right_answer_before_a_bad_end_is_never_passed(end: RunOutcome) -> None:
    assert checked(answer(), end=end).outcome is not Outcome.PASSED


def test_no_answer_and_two_answers_are_never_passed() -> None:
    assert checked().outcome is Outcome.FAILED
    assert checked(answer(), answer()).outcome is Outcome.FAILED


def test_a_script_with_fewer_results_than_steps_is_never_passed() -> None:
    steps = (Step("call", call="double(3)", returns="6"), Step("call", call="double(3)", returns="6"))
    script = exercise(Check(0, "Twice", "script", steps=steps))
    (one,) = answer()["results"]  # type: ignore[misc]
    for number, outcome in ((0, "failed"), (1, "failed"), (2, "passed"), (3, "failed")):
        told = {"check": 0, "results": [one] * number}
        verdict = grade(script, {"solution.py": ""}, Scripted([LOADED, told]))  # type: ignore[arg-type]
        assert verdict.outcome == outcome


def test_answers_beyond_all_measure_are_not_heard() -> None:
    """The sandbox counts bytes; whoever grades also counts answers."""
    told: list[object] = []
    client = Scripted([LOADED, *[answer() for _ in range(MAX_ANSWERS + 50)]])
    verdict = grade(CHECK, {"solution.py": ""}, client, told.append)  # type: ignore[arg-type]
    assert verdict.outcome is Outcome.FAILED
    assert len(told) == MAX_ANSWERS
