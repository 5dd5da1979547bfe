"""How a class stands: who has done which exercise, in how many attempts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, case, func, select

from lms.accounts.models import HERE, Cohort, Enrolment, Role, User
from lms.catalog.model import Course, Exercise
from lms.catalog.shelf import find_course, known_courses
from lms.core.db import db
from lms.grading.outcome import Outcome
from lms.learning.reviewing import ReviewState, class_review_states
from lms.submissions.models import PENDING, Status, Submission

MOST_SUBMISSIONS = 300
# What a lesson takes whose author has not said it.
USUAL_MINUTES = 60


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
    review: ReviewState | None = None

    @property
    def shown(self) -> str:
        """The state, or once its tests have passed how it stands with the people who read it."""
        return f"review_{self.review}" if self.review and self.state is CellState.PASSED else self.state.value


EMPTY = Cell(CellState.NONE, 0)


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


def all_courses() -> dict[str, Course]:
    """Every course that this site has, by slug."""
    return known_courses()


def courses_of(cohort: Cohort) -> list[Course]:
    """The courses of a class at its versions, in order; one that has left the files is left out."""
    found = (find_course(slug, cohort.version_of(slug)) for slug in cohort.course_slugs)
    return [course for course in found if course is not None]


def minutes_of(courses: Iterable[Course]) -> int:
    """What these courses take in all."""
    return sum(lesson.minutes or USUAL_MINUTES for course in courses for lesson in course.lessons)


def class_grid(cohort: Cohort, courses: Sequence[Course], students: Sequence[User]) -> Grid:
    """The grid of this class's students over its courses' exercises, in two queries.

    What a student handed in within another class of the same programme counts: she brought it along.
    """
    exercises = course_exercises(courses)
    people = [student.id for student in students]
    cells = _cells(cohort, exercises, people)
    rows = (
        Row(student, tuple(cells.get((student.id, exercise.key), EMPTY) for exercise in exercises))
        for student in students
    )
    return Grid(exercises, tuple(rows))


def course_exercises(courses: Iterable[Course]) -> tuple[Exercise, ...]:
    """All exercises of these courses, in teaching order."""
    return tuple(exercise for course in courses for exercise in course.exercises)


def in_programme_of(cohort: Cohort) -> ColumnElement[bool]:
    """The condition that a hand-in was made in this class or another one of its programme."""
    classes = select(Cohort.id).where(Cohort.programme_id == cohort.programme_id)
    return Submission.cohort_id.in_(classes)


def student_counts(cohorts: Sequence[Cohort]) -> dict[int, int]:
    """How many students are in each class now, by the class's id."""
    found = db.session.execute(
        select(Enrolment.cohort_id, func.count())
        .where(
            Enrolment.cohort_id.in_([cohort.id for cohort in cohorts]),
            Enrolment.role == Role.STUDENT,
            Enrolment.status.in_(HERE),
        )
        .group_by(Enrolment.cohort_id)
    )
    return {row[0]: row[1] for row in found}


def work_of(person: User, cohort: Cohort, courses: Sequence[Course]) -> list[tuple[str, list[Submission]]]:
    """What a student handed in within this programme, by exercise in teaching order, the newest first.

    Exercises that are not, or no longer, in the class's courses come last.
    """
    submissions = db.session.scalars(
        select(Submission)
        .where(Submission.user_id == person.id, in_programme_of(cohort))
        .order_by(Submission.received_at.desc(), Submission.id.desc())
        .limit(MOST_SUBMISSIONS)
    )
    by_key: dict[str, list[Submission]] = {}
    for submission in submissions:
        by_key.setdefault(submission.exercise_key, []).append(submission)
    order = {exercise.key: place for place, exercise in enumerate(course_exercises(courses))}
    return sorted(by_key.items(), key=lambda item: (order.get(item[0], len(order)), item[0]))


def _cells(
    cohort: Cohort, exercises: Sequence[Exercise], people: Sequence[int]
) -> dict[tuple[int, str], Cell]:
    reviews = class_review_states(cohort.programme_id, people, exercises)
    keys = [exercise.key for exercise in exercises]
    found = db.session.execute(
        select(
            Submission.user_id,
            Submission.exercise_key,
            func.count(),
            func.sum(case((Submission.outcome == Outcome.PASSED, 1), else_=0)),
            func.sum(case((Submission.status == Status.NEEDS_STAFF, 1), else_=0)),
            func.sum(case((Submission.status.in_(PENDING), 1), else_=0)),
        )
        .where(Submission.user_id.in_(people), Submission.exercise_key.in_(keys), in_programme_of(cohort))
        .group_by(Submission.user_id, Submission.exercise_key)
    )
    return {
        (user_id, key): Cell(
            _state(passed=passed, needs_staff=needs_staff, pending=pending),
            count,
            reviews.get((user_id, key)),
        )
        for user_id, key, count, passed, needs_staff, pending in found
    }


def _state(*, passed: int, needs_staff: int, pending: int) -> CellState:
    if passed:
        return CellState.PASSED
    if needs_staff:
        return CellState.NEEDS_STAFF
    return CellState.WAITING if pending else CellState.TRIED
