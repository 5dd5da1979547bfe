"""The exercises mean what they say: by plain pytest the right program passes, and no other does."""

from __future__ import annotations

import pytest

from tests.split import exercises
from tests.split.oracle import Oracle

ACCEPTED = {"passed", "skipped", "xfailed"}


@pytest.mark.slow
@pytest.mark.parametrize("slug", exercises.slugs())
def test_only_the_right_program_passes(slug: str, oracle: Oracle) -> None:
    exercise = exercises.read(slug)
    assert {"right", "stub"} < set(exercise.programs)
    runs = oracle.programs(exercise)
    accepted = {name: set(outcomes.values()) <= ACCEPTED for name, outcomes in runs.items()}
    assert accepted == {name: name == "right" for name in exercise.programs}, runs["right"]


def test_the_oracle_names_each_outcome(oracle: Oracle) -> None:
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
    assert oracle.outcomes(tests, {"solution.py": "def one():\n    return 1\n"}) == {
        "test_solution.py::test_good": "passed",
        "test_solution.py::test_bad": "failed",
        "test_solution.py::test_fixture": "error",
        "test_solution.py::test_skip": "skipped",
        "test_solution.py::test_later": "xfailed",
    }
    assert oracle.outcomes(tests, {"solution.py": "def one(:\n"}) == {"": "error"}


@pytest.mark.parametrize("text", ["import os\nos._exit(0)", "import sys\nsys.stdout = sys.stderr = None"])
def test_one_program_leaves_the_next_alone(text: str, oracle: Oracle) -> None:
    tests = {"test_solution.py": "def test_one():\n    import solution\n    assert solution.ONE == 1\n"}
    assert set(oracle.outcomes(tests, {"solution.py": text}).values()) & {"failed", "error"}
    assert set(oracle.outcomes(tests, {"solution.py": "ONE = 1\n"}).values()) == {"passed"}
