"""What cannot cross fails when the tests are recorded, with a message that names the construct and the cure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lms.catalog.model import Exercise
from lms.grading.outcome import Outcome
from lms.grading.record import NotRecorded, record_suite
from lms.grading.runner import grade
from sandbox.client import SandboxClient
from tests.split.exercises import SplitExercise
from tests.split.test_split import as_exercise

pytestmark = [pytest.mark.docker]

PROGRAM = '''
class Point:
    def __init__(self, x):
        self.x = x

    def __repr__(self):
        return f"Point({self.x})"

    def __eq__(self, other):
        return isinstance(other, Point) and self.x == other.x


def double(n):
    """Twice.

    >>> double(2)
    4
    """
    return n * 2


def add_repr(kind):
    kind.__repr__ = lambda self: "an object"
    return kind


class Positive:
    def __get__(self, owner, kind=None):
        return 1


def formula():
    return "1 + " + "2"


def saved():
    import pickle

    return pickle.dumps(Point(1))
'''

IMPORTS = """\
import ast, copy, datetime, doctest, inspect, multiprocessing, pickle, subprocess, sys
import solution
from solution import Point, double
"""

REFUSED = {
    "eval": (
        "assert eval(solution.formula()) == 3",
        "`eval`, `exec`, `compile`", "Compare the text itself",
    ),
    "exec": ("exec(solution.formula())", "`exec`", "`ast.literal_eval`"),
    "eval of a compiled text": ("eval(compile(solution.formula(), 'x', 'eval'))", "`compile`", "`getattr`"),
    "doctest of the module": (
        "assert doctest.testmod(solution).failed == 0",
        "`doctest`", "Write the examples into the test",
    ),
    "doctest of a function": (
        "doctest.run_docstring_examples(double, {'double': double})",
        "`doctest`", "Write the examples into the test",
    ),
    "doctest by hand": (
        "test = doctest.DocTestParser().get_doctest(double.__doc__, {}, 'x', None, 0)\n"
        "    assert doctest.DocTestRunner().run(test).failed == 0",
        "`doctest`", "Write the examples",
    ),
    "pickle of an object": ("pickle.dumps(Point(1))", "cannot be pickled", "Copy it with `copy`"),
    "pickle of the program": ("pickle.loads(solution.saved())", "unpickles", "Let the program load"),
    "a process for the program": (
        "subprocess.run([sys.executable, 'solution.py'])", "as a process", "runpy",
    ),
    "source": ("inspect.getsource(double)", "inspect.getsource", "[rules]"),
    "the file": ("open('solution.py').read()", "opens solution.py", "[rules]"),
    "a class with keywords": ("type('P', (Point,), {}, kind=1)", "keyword arguments", "Derive it without them"),
    "a decorator that changes a class": (
        "solution.add_repr(type('Cat', (), {}))", "sets `__repr__` of a class of the test", "a class of the program",
    ),
    "a descriptor in a class of the test": (
        "type('Cat', (), {'age': solution.Positive()})",
        "`age` of a class of the test is a descriptor", "Derive the class from one of the program",
    ),
    "a module of the test": ("double(sys.modules[__name__])", "A module is given", "plain values"),
    "a frame": ("double(sys._getframe())", "A frame is given", "plain values"),
}  # fmt: skip

ACCEPTED = {
    "eval of what stands in the test": "assert eval(repr(Point(1))) == Point(1)",
    "literals": "assert ast.literal_eval(str(double([1]))) == [1, 1]",
    "pickle of plain values": "assert pickle.loads(pickle.dumps([datetime.date(2024, 1, 2), {'a': 1}]))[1] == {'a': 1}",
    "copies": "assert copy.copy(Point(1)) == Point(1) and copy.deepcopy([Point(2)]) == [Point(2)]",
    "examples of the test": (
        "test = doctest.DocTestParser().get_doctest('>>> double(2)\\n4\\n', {'double': double}, 'x', None, 0)\n"
        "    assert doctest.DocTestRunner().run(test).failed == 0"
    ),
}


def written(bodies: list[str]) -> Exercise:
    """An exercise with one test for each body."""
    tests = "\n".join(f"def test_{place}():\n    {body}\n" for place, body in enumerate(bodies))
    right = {"solution.py": PROGRAM}
    return as_exercise(
        SplitExercise("refused", {"test_solution.py": IMPORTS + tests}, {}, {"right": right, "stub": right})
    )


def test_what_cannot_cross_is_named(sandbox: SandboxClient) -> None:
    with pytest.raises(NotRecorded) as raised:
        record_suite(written([body for body, _, _ in REFUSED.values()]), sandbox)
    said = str(raised.value).splitlines()
    assert len(said) == len(REFUSED), said
    for place, (line, (construct, (_, names, cure))) in enumerate(zip(said, REFUSED.items(), strict=True)):
        assert line.startswith(f"test_solution.py::test_{place}: "), line
        for words in (names, cure, "What crosses"):
            assert words in line, f"{construct}: {line}"


def test_what_looks_alike_is_not_refused(sandbox: SandboxClient) -> None:
    recorded = record_suite(written(list(ACCEPTED.values())), sandbox)
    assert [test.outcome for test in recorded.tests] == ["passed"] * len(ACCEPTED)


@pytest.mark.parametrize(
    "lie", ["__import__('os')._exit(0) or Point(1)", "type('P', (), {'__eq__': lambda *_: True})()"]
)
def test_a_text_of_the_program_is_never_run(sandbox: SandboxClient, lie: str) -> None:
    exercise = written([ACCEPTED["eval of what stands in the test"]])
    exercise = replace(exercise, suite=record_suite(exercise, sandbox))
    hostile = PROGRAM.replace('f"Point({self.x})"', repr(lie))
    verdict = grade(exercise, {"solution.py": hostile}, sandbox)
    assert verdict.outcome is Outcome.FAILED, verdict
    assert "does not stand in it" in (verdict.tests[0].detail or "")
