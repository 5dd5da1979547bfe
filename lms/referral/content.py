"""What a referral says about a person, as JSON and as it is read again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from lms.referral.models import LONGEST_STATEMENT
from lms.referral.strict import count_of, day_of, line_of, rows_of, text_of


@dataclass(frozen=True, slots=True)
class Step:
    """An exercise that she has passed; `read` when a person has read and approved it as well."""

    lesson: str
    title: str
    passed_on: date
    read: bool = False


@dataclass(frozen=True, slots=True)
class CourseSteps:
    """What she has passed of one course, out of how many exercises."""

    course: str
    exercises: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """How many of a course's questions she has answered right, however often she tried."""

    course: str
    right: int
    questions: int


@dataclass(frozen=True, slots=True)
class LessonMarks:
    """What she has passed and answered right in one lesson, of how much; neither tries nor dates."""

    lesson: str
    passed: int
    exercises: int
    right: int
    questions: int


@dataclass(frozen=True, slots=True)
class CourseMarks:
    """The marks of a course as the marks book of one class has them."""

    course: str
    class_name: str
    lessons: tuple[LessonMarks, ...]


@dataclass(frozen=True, slots=True)
class AttendanceSummary:
    """How often she came to a class, and for how long in all."""

    class_name: str
    attended: int
    held: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """A course that she has finished."""

    course: str
    hours: int
    finished_on: date


@dataclass(frozen=True, slots=True)
class Content:
    """What a referral says about a person; each part is there only when she chose it."""

    name: str = ""
    courses: tuple[CourseSteps, ...] = ()
    answers: tuple[Answers, ...] = ()
    marks: tuple[CourseMarks, ...] = ()
    attendance: tuple[AttendanceSummary, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    statement: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing at all."""
        return self == Content()


def write_content(content: Content) -> dict[str, Any]:
    """What it says about her, in JSON; what she did not choose is not there at all."""
    return {"type": "Learner"} | {
        name: _plain(value) for name, value in asdict(content).items() if getattr(content, name)
    }


def read_content(subject: Mapping[str, Any]) -> Content:
    """The same from JSON; Unclear when a part is not what it should be."""
    return Content(
        name=line_of(subject, "name", 60, needed=False),
        courses=rows_of(subject, "courses", _course),
        answers=rows_of(
            subject,
            "answers",
            lambda row: Answers(line_of(row, "course"), count_of(row, "right"), count_of(row, "questions")),
        ),
        marks=rows_of(subject, "marks", _marks),
        attendance=rows_of(
            subject,
            "attendance",
            lambda row: AttendanceSummary(
                line_of(row, "class_name"),
                count_of(row, "attended"),
                count_of(row, "held"),
                count_of(row, "minutes"),
            ),
        ),
        certificates=rows_of(
            subject,
            "certificates",
            lambda row: Certificate(
                line_of(row, "course"), count_of(row, "hours"), day_of(row, "finished_on")
            ),
        ),
        statement=text_of(subject, "statement", LONGEST_STATEMENT),
    )


def _course(row: Mapping[str, Any]) -> CourseSteps:
    return CourseSteps(
        line_of(row, "course"),
        count_of(row, "exercises"),
        rows_of(
            row,
            "steps",
            lambda step: Step(
                line_of(step, "lesson", needed=False),
                line_of(step, "title"),
                day_of(step, "passed_on"),
                step.get("read") is True,
            ),
        ),
    )


def _marks(row: Mapping[str, Any]) -> CourseMarks:
    return CourseMarks(
        line_of(row, "course"),
        line_of(row, "class_name"),
        rows_of(
            row,
            "lessons",
            lambda one: LessonMarks(
                line_of(one, "lesson"),
                count_of(one, "passed"),
                count_of(one, "exercises"),
                count_of(one, "right"),
                count_of(one, "questions"),
            ),
        ),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value
