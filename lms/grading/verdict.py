"""What grading a hand-in gives: plain data, stored as JSON and shown by pages and by `passerelle try`.

Nothing here is text of the interface: what a person reads is a Message, a stable code with parameters, whose
sentence is in `lms.grading.messages`. `hint`, `hints` and `name` are the author's words, in the
course's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from lms.grading.outcome import Outcome

FORMAT = 1


class VerdictFormatError(ValueError):
    """A stored verdict is not in the form this version reads."""


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence by its code (see `lms.grading.messages`) and the parameters put into it."""

    code: str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TestResult:
    """One check's result; a hidden one has only index, name, hidden, outcome and hint.

    Not even its duration: a program that sleeps for as long as its hidden input says would tell it so.
    """

    index: int  # 0-based, the check's place in exercise.toml
    name: str
    hidden: bool
    outcome: Outcome
    call: str | None = None  # what was done, as Python: "double(3)"; for a script the step that failed
    expected: str | None = None
    got: str | None = None
    printed: str | None = None
    stdin: str | None = None
    message: Message | None = None
    hint: str | None = None
    duration_ms: int = 0
    traceback: str | None = None  # plain text, the student's own frames
    detail: str | None = None  # what an ordinary test says of its failure; code, not translated
    points: int = 1

    __test__ = False  # not a test class, whatever its name says to pytest


@dataclass(frozen=True, slots=True)
class RuleBreak:
    """A rule that does not hold; `line` is where the construct stands, None when it is missing."""

    construct: str
    line: int | None
    wanted: str  # must | must_not
    file: str = ""


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip of the keyboard seen in the source, such as a quotation mark of the wrong kind."""

    code: str
    line: int
    found: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Verdict:
    outcome: Outcome
    tests: tuple[TestResult, ...] = ()
    rules: tuple[RuleBreak, ...] = ()
    hints: tuple[str, ...] = ()
    printed: str = ""  # what loading the files printed
    traceback: str | None = None
    message: Message | None = None  # why there is no full set of tests, when there is not
    slips: tuple[Slip, ...] = ()
    image: str = ""
    duration_ms: int = 0

    @property
    def points(self) -> tuple[int, int]:
        """Points of the tests that passed, and of all."""
        earned = sum(test.points for test in self.tests if test.outcome is Outcome.PASSED)
        return earned, sum(test.points for test in self.tests)


def verdict_to_json(verdict: Verdict) -> dict[str, object]:
    """A JSON-able object that `verdict_from_json` reads back."""
    return {"format": FORMAT, **asdict(verdict)}


def verdict_from_json(data: Mapping[str, object]) -> Verdict:
    """The verdict of a stored object; raises VerdictFormatError."""
    fields = dict(data)
    if fields.pop("format", None) != FORMAT:
        raise VerdictFormatError("This verdict was written by another version.")
    try:
        fields["tests"] = tuple(result_from_json(item) for item in _objects(fields["tests"]))
        fields["rules"] = tuple(RuleBreak(**item) for item in _objects(fields["rules"]))
        fields["slips"] = tuple(Slip(**item) for item in _objects(fields["slips"]))
        fields["hints"] = tuple(str(hint) for hint in _list(fields["hints"]))
        fields["message"] = _message(fields["message"])
        fields["outcome"] = Outcome(str(fields["outcome"]))
        return Verdict(**fields)  # type: ignore[arg-type]
    except (KeyError, TypeError, ValueError) as error:
        raise VerdictFormatError("This is not a verdict.") from error


def result_to_json(result: TestResult) -> dict[str, object]:
    """One result alone, as it is streamed while the others still run."""
    return asdict(result)


def result_from_json(data: Mapping[str, object]) -> TestResult:
    """Reads back `result_to_json`; raises KeyError, TypeError or ValueError on another shape."""
    fields = dict(data)
    fields["outcome"] = Outcome(str(fields["outcome"]))
    fields["message"] = _message(fields["message"])
    return TestResult(**fields)  # type: ignore[arg-type]


def _list(value: object) -> list[object]:
    if not isinstance(value, list | tuple):
        raise TypeError("a list is needed")
    return list(value)


def _objects(value: object) -> list[dict[str, Any]]:
    items = _list(value)
    if not all(isinstance(item, dict) for item in items):
        raise TypeError("objects are needed")
    return items  # type: ignore[return-value]  # checked in the line above


def _message(value: object) -> Message | None:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise TypeError("a message is an object")
    return Message(code=str(value["code"]), params={str(k): str(v) for k, v in dict(value["params"]).items()})
