"""Slips of the keyboard: what another layout leaves in a line of code."""

from __future__ import annotations

import pytest

from lms.grading.outcome import Outcome
from lms.grading.runner import grade
from lms.grading.slips import find_slips
from tests.grading.exercises import call, exercise
from tests.grading.local import LocalClient


@pytest.mark.parametrize(
    ("line", "slips"),
    [
        ("print(“hi”)", [("sign", "“", '"'), ("sign", "”", '"')]),
        ("f(1، 2)", [("sign", "،", ",")]),
        ("x = ٣", [("digit", "٣", "3")]),
        ("рrint(1)", [("letter", "рrint", "print")]),
        ("x\u00a0= 1", [("space", "U+00A0", "")]),
        ("print('“привіт”, ٣')  # сор", []),
        ("ім_я = 1", []),
        ("x = 1", []),
    ],
)
def test_slips(line: str, slips: list[tuple[str, str, str]]) -> None:
    assert [(slip.code, slip.found, slip.wanted) for slip in find_slips(f"a = 1\n{line}\n", 2)] == slips


def test_a_line_that_is_not_there() -> None:
    assert find_slips("x", 5) == ()


def test_comments_are_those_of_the_language() -> None:
    assert find_slips("a = 1 # “no”", 1) == ()
    assert find_slips("let a = 1; // “no”", 1, "//") == ()
    assert [slip.found for slip in find_slips("this.#a = “yes`“no”`", 1, "//")] == ["“"]


def test_a_verdict_names_the_slips(local: LocalClient) -> None:
    task = exercise(call(0, "double(3)", "6"))
    verdict = grade(task, {"solution.py": "def double(x):\n    return x * ٢\n"}, local)
    assert verdict.outcome is Outcome.ERROR
    assert [(slip.line, slip.found, slip.wanted) for slip in verdict.slips] == [(2, "٢", "2")]
    verdict = grade(task, {"solution.py": "def double(x):\n    return х * 2\n"}, local)
    assert [(slip.line, slip.found, slip.wanted) for slip in verdict.slips] == [(2, "х", "x")]
