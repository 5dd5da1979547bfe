"""How a class stands: who has done which exercise, in how many attempts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import case, func, select

from lms.accounts.models import Cohort, Enrolment, Role, User
from lms.catalog.model import Course, Exercise
from lms.core.db import db
from lms.grading.outcome import Outcome
from lms.submissions.models import PENDING, Status, Submission

MOST_SUBMISSIONS = 300


class CellState(StrEnum):
    """How one student stands with one exercise."""

    NONE = "none"
    TRIED = "tried"
    WAITING = "waiting"
    NEEDS_STAFF = "needs_staff"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Cell:
    """One student and one exercise."""

    state: CellState
    attempts: int


@dataclass(frozen=True, slots=True)
class Row:
    """One student's line; the cells are in the order of the grid's exercises."""

    person: User
    cells: tuple[Cell, ...]

    @property
    def passed(self) -> int:
        """How many exercises she has passed."""
        return sum(cell.state is CellState.PASSED for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Grid:
    """Class × exercise."""

    exercises: tuple[Exercise, ...]
    rows: tuple[Row, ...]


EMPTY = Cell(CellState.NONE, 0)


def class_grid(cohort: Cohort, course: Course | None, students: Sequence[User]) -> Grid:
    """The grid of this class's students over its course's exercises, in one query."""
    exercises = course_exercises(course) if course else ()
    cells = _cells(cohort, [exercise.key for exercise in exercises])
    rows = (
        Row(student, tuple(cells.get((student.id, exercise.key), EMPTY) for exercise in exercises))
        for student in students
    )
    return Grid(exercises, tuple(rows))


def course_exercises(course: Course) -> tuple[Exercise, ...]:
    """All exercises of a course, in teaching order."""
    return tuple(course.exercises)


def student_counts(cohorts: Sequence[Cohort]) -> dict[int, int]:
    """How many students each class has, by the class's id."""
    found = db.session.execute(
        select(Enrolment.cohort_id, func.count())
        .where(Enrolment.cohort_id.in_([cohort.id for cohort in cohorts]), Enrolment.role == Role.STUDENT)
        .group_by(Enrolment.cohort_id)
    )
    return {row[0]: row[1] for row in found}


def work_of(person: User, cohort: Cohort, course: Course | None) -> list[tuple[str, list[Submission]]]:
    """What a student handed in within this class, by exercise in teaching order, the newest first.

    Exercises that have left the course come last.
    """
    submissions = db.session.scalars(
        select(Submission)
        .where(Submission.user_id == person.id, Submission.cohort_id == cohort.id)
        .order_by(Submission.received_at.desc(), Submission.id.desc())
        .limit(MOST_SUBMISSIONS)
    )
    by_key: dict[str, list[Submission]] = {}
    for submission in submissions:
        by_key.setdefault(submission.exercise_key, []).append(submission)
    order = {exercise.key: place for place, exercise in enumerate(course_exercises(course) if course else ())}
    return sorted(by_key.items(), key=lambda item: (order.get(item[0], len(order)), item[0]))


def _cells(cohort: Cohort, keys: Sequence[str]) -> dict[tuple[int, str], Cell]:
    found = db.session.execute(
        select(
            Submission.user_id,
            Submission.exercise_key,
            func.count(),
            func.sum(case((Submission.outcome == Outcome.PASSED, 1), else_=0)),
            func.sum(case((Submission.status == Status.NEEDS_STAFF, 1), else_=0)),
            func.sum(case((Submission.status.in_(PENDING), 1), else_=0)),
        )
        .where(Submission.cohort_id == cohort.id, Submission.exercise_key.in_(keys))
        .group_by(Submission.user_id, Submission.exercise_key)
    )
    return {
        (user_id, key): Cell(_state(passed=passed, needs_staff=needs_staff, pending=pending), count)
        for user_id, key, count, passed, needs_staff, pending in found
    }


def _state(*, passed: int, needs_staff: int, pending: int) -> CellState:
    if passed:
        return CellState.PASSED
    if needs_staff:
        return CellState.NEEDS_STAFF
    return CellState.WAITING if pending else CellState.TRIED
