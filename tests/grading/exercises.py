"""Exercises made in code, for tests of the grader."""

from __future__ import annotations

from collections.abc import Sequence

from lms.catalog.model import Check, Exercise, Mistake, Place, Rules


def exercise(
    *checks: Check,
    rules: Rules | None = None,
    mistakes: Sequence[Mistake] = (),
    files: tuple[str, ...] = ("solution.py",),
    kernel: str = "python",
) -> Exercise:
    """An exercise with these checks; their indexes must be their places."""
    return Exercise(
        slug="double",
        key="demo/01-demo/double",
        title="Double a number",
        kernel=kernel,
        files=files,
        starter={},
        solution={},
        wrong={},
        checks=checks,
        rules=rules or Rules(),
        mistakes=tuple(mistakes),
        statement="",
        version="0" * 64,
        place=Place("01-demo/double/exercise.toml", 1),
    )


def call(index: int, code: str, returns: str | None = None, **more: object) -> Check:
    """A check of kind `call`."""
    more.setdefault("name", code)
    return Check(index=index, kind="call", call=code, returns=returns, **more)  # type: ignore[arg-type]


def program(index: int, stdin: str, stdout: str, **more: object) -> Check:
    """A check of kind `program`."""
    return Check(index=index, name=f"program {index}", kind="program", stdin=stdin, stdout=stdout, **more)  # type: ignore[arg-type]
