"""Test cells of an nbgrader assignment, written as ordinary tests of an exercise."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext

from lms.authoring.importing.code import NotPython, bound_names, indented, used_names, without_known
from lms.authoring.importing.plan import ImportPlan


@dataclass(slots=True)
class TestCell:
    """A cell with tests, with its points."""

    name: str
    points: int
    shown: str
    whole: str  # with the hidden part; the same as `shown` if there is none


def write_tests(
    cells: Iterable[tuple[str, TestCell]], made: set[str], given: list[str], plan: ImportPlan
) -> str:
    """A file of ordinary tests from test cells, each with where it stood; empty when none can be run.

    `made` are the names that the solution makes, `given` the pieces of code that stand before it. What does not come
    is noted in the plan.
    """
    imports = [line for piece in given for line in _imports_of(piece)]
    imported = bound_names("\n".join(imports))
    functions: list[str] = []
    taken: set[str] = set()
    from_solution: set[str] = set()
    for where, test in cells:
        try:
            names = used_names(test.whole) - bound_names(test.whole) - imported
        except NotPython:
            plan.leave(
                where,
                gettext("Python cannot read the test “%(name)s”, so it does not come.", name=test.name),
            )
            continue
        strange = without_known(names - made)
        if strange:
            why = gettext(
                "The test “%(name)s” uses “%(what)s”, which nothing before it makes. It does not come.",
                name=test.name, what=", ".join(sorted(strange))[:80],
            )  # fmt: skip
            plan.leave(where, why)
            continue
        from_solution |= names & made
        functions += _functions(test, taken)
    if not functions:
        return ""
    head = ["import pytest"] if any("pytest" in function for function in functions) else []
    head += list(dict.fromkeys(imports))
    if from_solution:
        head += ["", f"from solution import {', '.join(sorted(from_solution))}"]
    return "\n".join(head).strip("\n") + "\n\n\n" + "\n\n\n".join(functions) + "\n"


def _functions(test: TestCell, taken: set[str]) -> list[str]:
    """A test for what students see, and one for all of it that is hidden; they share the points."""
    name = "test_" + test.name.replace("-", "_").removeprefix("test_")
    while name in taken:
        name += "_again"
    taken.add(name)
    if test.shown == test.whole:
        return [_function(name, test.shown, test.points, hidden=False)]
    visible = (
        [_function(name, test.shown, max(1, test.points // 2), hidden=False)]
        if _says_something(test.shown)
        else []
    )
    rest = max(1, test.points - (max(1, test.points // 2) if visible else 0))
    taken.add(f"{name}_hidden")
    return [*visible, _function(f"{name}_hidden", test.whole, rest, hidden=True)]


def _function(name: str, body: str, points: int, *, hidden: bool) -> str:
    marks = ["@pytest.mark.hidden"] if hidden else []
    marks += [f"@pytest.mark.points({points})"] if points != 1 else []
    return "\n".join([*marks, f"def {name}():", indented(body)])


def _says_something(code: str) -> bool:
    try:
        return any(not isinstance(node, ast.Pass) for node in ast.parse(code).body)
    except (SyntaxError, ValueError):
        return False


def _imports_of(code: str) -> list[str]:
    return [
        ast.unparse(node) for node in ast.parse(code).body if isinstance(node, ast.Import | ast.ImportFrom)
    ]
