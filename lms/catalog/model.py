"""What a course is once it is read from its files: plain frozen values, no database and no request.

Texts that are translated (titles, statements, names, hints, options) are kept as Markdown in the
course's source language; `lms.catalog.services` translates and renders them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Literal

CheckKind = Literal["call", "program", "script", "variable"]
Compare = Literal["lines", "exact", "contains", "numbers"]
StepKind = Literal["new", "call", "get"]
QuizKind = Literal["single", "multiple", "short", "order"]
Level = Literal["beginner", "intermediate", "advanced"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a course: a path relative to the course folder and a line from 1."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a course's files, with the cure in words an author can follow."""

    path: str
    line: int
    message: str
    cure: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message} {self.cure}"


class State(StrEnum):
    """How far a translation of one text can be trusted."""

    SOURCE = "source"
    REVIEWED = "reviewed"
    DRAFT = "draft"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Translated:
    """A text as shown, the language it is really in, and the state of that translation."""

    text: str
    lang: str
    state: State


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a `script` check; `name` is the name given by `as`, `on` the name it acts on."""

    do: StepKind
    call: str | None = None
    name: str | None = None
    on: str | None = None
    attribute: str | None = None
    returns: str | None = None
    raises: str | None = None
    prints: str | None = None
    equals: str | None = None
    tolerance: float | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One test of an exercise, as data. Values are Python literals kept as text (see `literals`)."""

    index: int  # from 0, in the order of the file
    name: str
    kind: CheckKind
    hidden: bool = False
    hint: str | None = None
    call: str | None = None
    returns: str | None = None
    raises: str | None = None
    prints: str | None = None
    tolerance: float | None = None
    stdin: str = ""
    stdout: str | None = None
    compare: Compare = "lines"
    variable: str | None = None
    equals: str | None = None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """Constructs a solution must or must not use; pedagogy, never security."""

    must_use: tuple[str, ...] = ()
    must_not_use: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mistake:
    """The author's hint for a common mistake and the signs, all of which must hold, that show it."""

    sample: str
    hint: str
    value: str | None = None  # a literal: the value got back
    error: str | None = None  # the exception's class name
    printed: str | None = None  # text contained in what was printed
    rule: str | None = None  # a rule that was broken
    missing: str | None = None  # a name that is not defined
    check: int | None = None  # from 1, as the author counts: this check failed
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class SuiteTest:
    """One test of a suite as the solution's run recorded it."""

    id: str  # pytest's: "test_solution.py::TestDouble::test_zero[0]"
    name: str
    hidden: bool
    points: int
    hint: str | None
    outcome: Literal["passed", "xfailed", "skipped"]


@dataclass(frozen=True, slots=True)
class Suite:
    """Ordinary unittest and pytest files, and what a run of the solution recorded of them (suite.lock)."""

    files: Mapping[str, str]  # by path in tests/
    data: tuple[str, ...]  # those of them that the student's program may read
    hidden: tuple[str, ...]  # patterns of test ids
    reference: bool
    tests: tuple[SuiteTest, ...] = ()  # in running order: visible ones first
    surface: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Operators told plain values of the tests', by class, that the solution's objects were asked for."""
    recorded_of: str = ""
    """What the record belongs to: see `lms.catalog.suite.suite_hash`."""

    @property
    def shown(self) -> tuple[SuiteTest, ...]:
        """The tests that students see as such: all but those that skip themselves."""
        return tuple(test for test in self.tests if test.outcome != "skipped")


@dataclass(frozen=True, slots=True)
class AskedReview:
    """That a person is to read the work when its tests have passed, and what she looks at."""

    criteria: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise; `key` is "<course>/<lesson>/<slug>" and `version` the SHA-256 of its content."""

    slug: str
    key: str
    title: str
    kernel: str
    files: tuple[str, ...]
    starter: Mapping[str, str]
    solution: Mapping[str, str]
    wrong: Mapping[str, Mapping[str, str]]
    checks: tuple[Check, ...]
    rules: Rules
    mistakes: tuple[Mistake, ...]
    statement: str
    version: str
    place: Place
    suite: Suite | None = None  # instead of checks
    review: AskedReview | None = None

    @property
    def test_count(self) -> int:
        """How many tests a student sees."""
        return len(self.checks) if self.suite is None else len(self.suite.shown)

    @property
    def visible_checks(self) -> tuple[Check, ...]:
        """The checks whose values a student may see."""
        return tuple(check for check in self.checks if not check.hidden)


@dataclass(frozen=True, slots=True)
class CodeCell:
    """A cell that runs in the page; the id is unique in its lesson."""

    id: str
    code: str
    language: str = "python"
    line: int = 1


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a quiz; for `short` an accepted (or known wrong) answer."""

    text: str
    right: bool
    feedback: str | None = None


@dataclass(frozen=True, slots=True)
class Quiz:
    """One question. `lines` are the right order of an `order` quiz; the other kinds have options."""

    id: str
    kind: QuizKind
    question: str
    options: tuple[Option, ...] = ()
    lines: tuple[str, ...] = ()
    explanation: str | None = None
    line: int = 1
    language: str = "python"
    """Of the lines."""


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of the glossary."""

    id: str
    term: str
    definition: str
    line: int = 1


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill the course teaches, named by its address in ESCO."""

    uri: str
    label: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson; `source` is its Markdown, from which cells, quizzes and exercise places were read."""

    slug: str
    key: str  # "<course>/<lesson>"
    title: str
    minutes: int | None
    source: str
    cells: tuple[CodeCell, ...]
    quizzes: tuple[Quiz, ...]
    exercises: tuple[Exercise, ...]  # in the order they are placed
    version: str

    def exercise(self, slug: str) -> Exercise | None:
        """The exercise of that name, if this lesson has it."""
        return next((exercise for exercise in self.exercises if exercise.slug == slug), None)

    def quiz(self, quiz_id: str) -> Quiz | None:
        """The quiz of that id, if this lesson has it."""
        return next((quiz for quiz in self.quizzes if quiz.id == quiz_id), None)

    def cell(self, cell_id: str) -> CodeCell | None:
        """The live cell of that id, if this lesson has it."""
        return next((cell for cell in self.cells if cell.id == cell_id), None)


@dataclass(frozen=True, slots=True)
class Course:
    """A whole course; `version` is the SHA-256 of everything a student could notice, translations aside."""

    slug: str
    title: str
    summary: str
    level: Level
    language: str
    languages: tuple[str, ...]
    hours: int | float
    skills: tuple[Skill, ...]
    licence: str
    authors: tuple[str, ...]
    lessons: tuple[Lesson, ...]
    glossary: Mapping[str, Term]
    version: str
    path: Path
    images: Mapping[str, str] = field(default_factory=dict)  # path relative to the course → SHA-256

    def lesson(self, slug: str) -> Lesson | None:
        """The lesson of that name, if the course has it."""
        return next((lesson for lesson in self.lessons if lesson.slug == slug), None)

    @property
    def exercises(self) -> Iterator[Exercise]:
        """Every exercise, lesson by lesson."""
        return (exercise for lesson in self.lessons for exercise in lesson.exercises)
