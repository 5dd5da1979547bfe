"""The exercises mean what they say: by plain pytest the right program passes, and no other does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.split import exercises
from tests.split.oracle import oracle

ACCEPTED = {"passed", "skipped", "xfailed"}


@pytest.mark.slow
@pytest.mark.parametrize("slug", exercises.slugs())
def test_only_the_right_program_passes(slug: str) -> None:
    exercise = exercises.read(slug)
    assert {"right", "stub"} < set(exercise.programs)
    with ThreadPoolExecutor(2) as pool:  # one process a program, two at a time
        runs = {
            name: pool.submit(oracle, {**exercise.tests, **exercise.data}, program)
            for name, program in exercise.programs.items()
        }
    accepted = {name: set(run.result().values()) <= ACCEPTED for name, run in runs.items()}
    assert accepted == {name: name == "right" for name in exercise.programs}, runs["right"].result()


def test_the_oracle_names_each_outcome() -> None:
    tests = {
        "test_solution.py": (
            "import pytest, solution\n"
            "def test_good(): assert solution.one() == 1\n"
            "def test_bad(): assert solution.one() == 2\n"
            "@pytest.fixture\n"
            "def broken(): raise KeyError\n"
            "def test_fixture(broken): pass\n"
            "@pytest.mark.skip\n"
            "def test_skip(): pass\n"
            "@pytest.mark.xfail\n"
            "def test_later(): assert solution.one() == 2\n"
        )
    }
    assert oracle(tests, {"solution.py": "def one():\n    return 1\n"}) == {
        "test_solution.py::test_good": "passed",
        "test_solution.py::test_bad": "failed",
        "test_solution.py::test_fixture": "error",
        "test_solution.py::test_skip": "skipped",
        "test_solution.py::test_later": "xfailed",
    }
    assert oracle(tests, {"solution.py": "def one(:\n"}) == {"": "error"}
