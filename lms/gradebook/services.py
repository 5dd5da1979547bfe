"""The marks of a class: what each student has passed in each lesson, what came late, what a person still reads.

The best outcome counts. An exercise is late when the first hand-in that passed was received after the lesson was due
for that person. As many queries for one student as for all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import case, func, select, tuple_

from lms.accounts.models import HERE, Cohort, Enrolment, Role, User
from lms.catalog.model import Course, Exercise, Lesson
from lms.core.db import db
from lms.core.text import fold_name
from lms.grading.outcome import Outcome
from lms.learning.models import Extension, LessonDate, QuizAnswer
from lms.learning.reviewing import ReviewState, class_review_states
from lms.programmes.services import in_programme_of
from lms.submissions.models import Submission

PAGE = 25
MOST_STUDENTS = 1000


@dataclass(frozen=True, slots=True)
class Mark:
    """How one exercise stands for one student."""

    tries: int = 0
    passed: bool = False
    late: bool = False
    review: ReviewState | None = None

    @property
    def done(self) -> bool:
        """Whether nothing is left to do: the tests passed, and whoever reads it has approved it."""
        return self.passed and self.review in {None, ReviewState.APPROVED}


UNTOUCHED = Mark()


@dataclass(frozen=True, slots=True)
class LessonMark:
    """How one lesson stands for one student: its exercises in order, and how many of its questions are right."""

    lesson: Lesson
    marks: tuple[Mark, ...]
    quizzes_right: int
    passed: int
    """Exercises whose tests passed."""
    late: int
    """Exercises that passed after the lesson was due."""

    @property
    def to_read(self) -> int:
        """Exercises that wait for a person."""
        return self.reviews(ReviewState.WAITING)

    @property
    def to_improve(self) -> int:
        """Exercises that a person asked to improve."""
        return self.reviews(ReviewState.NEEDS_WORK)

    def reviews(self, state: ReviewState) -> int:
        """Exercises that stand so with the people who read them."""
        return sum(mark.review is state for mark in self.marks)

    @property
    def done(self) -> bool:
        """Whether nothing of the lesson is left."""
        return all(mark.done for mark in self.marks) and self.quizzes_right >= len(self.lesson.quizzes)


@dataclass(frozen=True, slots=True)
class Line:
    """One student's lessons."""

    user: User
    lessons: tuple[LessonMark, ...]

    @property
    def passed(self) -> int:
        """Exercises whose tests passed, in all these lessons."""
        return sum(lesson.passed for lesson in self.lessons)

    @property
    def exercises(self) -> int:
        """Exercises in all these lessons."""
        return sum(len(lesson.marks) for lesson in self.lessons)

    @property
    def late(self) -> int:
        """Exercises that passed late, in all these lessons."""
        return sum(lesson.late for lesson in self.lessons)

    def reviews(self, state: ReviewState) -> int:
        """Exercises that stand so with the people who read them, in all these lessons."""
        return sum(lesson.reviews(state) for lesson in self.lessons)

    @property
    def done(self) -> bool:
        """Whether nothing of these lessons is left."""
        return all(lesson.done for lesson in self.lessons)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which students are shown, and of which lesson; `lesson` is its key, "" for all."""

    lesson: str = ""
    name: str = ""
    only_late: bool = False
    only_open: bool = False


@dataclass(frozen=True, slots=True)
class MarksPage:
    """Students by name, and where the next page begins; `after` is the number of the last one shown."""

    lessons: tuple[Lesson, ...]
    lines: tuple[Line, ...]
    after: str | None


@dataclass
class _Found:
    """What was read for some students."""

    tries: dict[tuple[int, str], tuple[int, datetime | None]] = field(default_factory=dict)
    due: dict[str, datetime] = field(default_factory=dict)
    later: dict[tuple[int, str], datetime] = field(default_factory=dict)
    right: dict[tuple[int, str], int] = field(default_factory=dict)
    reviews: Mapping[tuple[int, str], ReviewState] = field(default_factory=dict)


def marks_page(
    cohort: Cohort, courses: Sequence[Course], wanted: Filter, after: int | None = None
) -> MarksPage:
    """A page of the students who fit, by name; those after the student of that number."""
    lessons = lessons_of(courses, wanted.lesson)
    if not (wanted.only_late or wanted.only_open):
        students = _students(cohort, wanted.name, after, PAGE + 1)
        lines = _lines(cohort, lessons, students[:PAGE])
        return MarksPage(lessons, lines, _next(students))
    # Who is late or not done is known once the marks are: all students are read, in the same few queries.
    everybody = _lines(cohort, lessons, _students(cohort, wanted.name, after, MOST_STUDENTS))
    fit = [
        line
        for line in everybody
        if not (wanted.only_late and not line.late) and not (wanted.only_open and line.done)
    ]
    return MarksPage(lessons, tuple(fit[:PAGE]), _next([line.user for line in fit]))


def all_marks(cohort: Cohort, courses: Sequence[Course]) -> MarksPage:
    """Everybody and every lesson, to take away."""
    lessons = lessons_of(courses, "")
    return MarksPage(lessons, _lines(cohort, lessons, _students(cohort, "", None, MOST_STUDENTS)), None)


def marks_of(cohort: Cohort, courses: Sequence[Course], student: User) -> tuple[LessonMark, ...]:
    """One student's marks in this class, also when she has left it."""
    (line,) = _lines(cohort, lessons_of(courses, ""), [student])
    return line.lessons


def lessons_of(courses: Sequence[Course], key: str) -> tuple[Lesson, ...]:
    """The lessons of a class that have something to mark; the one of that key alone, if there is one."""
    marked = tuple(
        lesson for course in courses for lesson in course.lessons if lesson.exercises or lesson.quizzes
    )
    chosen = tuple(lesson for lesson in marked if lesson.key == key)
    return chosen or marked


def _next(students: Sequence[User]) -> str | None:
    return students[PAGE - 1].public_id if len(students) > PAGE else None


def _students(cohort: Cohort, name: str, after: int | None, most: int) -> list[User]:
    query = (
        select(User)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.role == Role.STUDENT, Enrolment.status.in_(HERE))
        .order_by(Enrolment.name_key, User.id)
        .limit(most)
    )
    if folded := fold_name(name):
        query = query.where(Enrolment.name_key.contains(folded, autoescape=True))
    if after is not None:
        place = select(Enrolment.name_key, Enrolment.user_id).where(
            Enrolment.cohort_id == cohort.id, Enrolment.user_id == after
        )
        row = db.session.execute(place).first()
        if row is not None:
            query = query.where(tuple_(Enrolment.name_key, User.id) > tuple_(row[0], row[1]))
    return list(db.session.scalars(query))


def _lines(cohort: Cohort, lessons: Sequence[Lesson], students: Sequence[User]) -> tuple[Line, ...]:
    found = _read(cohort, lessons, [student.id for student in students])
    return tuple(
        Line(student, tuple(_lesson_mark(student.id, lesson, found) for lesson in lessons))
        for student in students
    )


def _lesson_mark(user: int, lesson: Lesson, found: _Found) -> LessonMark:
    dates = [
        date for date in (found.due.get(lesson.key), found.later.get((user, lesson.key))) if date is not None
    ]
    due = max(dates, default=None)
    marks = tuple(_mark(user, exercise, due, found) for exercise in lesson.exercises)
    return LessonMark(
        lesson,
        marks,
        found.right.get((user, lesson.key), 0),
        sum([mark.passed for mark in marks]),
        sum([mark.late for mark in marks]),
    )


def _mark(user: int, exercise: Exercise, due: datetime | None, found: _Found) -> Mark:
    tries, passed_at = found.tries.get((user, exercise.key), (0, None))
    if not tries:
        return UNTOUCHED
    return Mark(
        tries=tries,
        passed=passed_at is not None,
        late=passed_at is not None and due is not None and passed_at > due,
        review=found.reviews.get((user, exercise.key)),
    )


def _read(cohort: Cohort, lessons: Sequence[Lesson], people: Sequence[int]) -> _Found:
    exercises = [exercise for lesson in lessons for exercise in lesson.exercises]
    keys = [lesson.key for lesson in lessons]
    found = _Found(reviews=class_review_states(cohort.programme_id, people, exercises))
    passed_at = func.min(case((Submission.outcome == Outcome.PASSED, Submission.received_at)))
    for user, key, count, first in db.session.execute(
        select(Submission.user_id, Submission.exercise_key, func.count(), passed_at)
        .where(
            Submission.user_id.in_(people),
            Submission.exercise_key.in_([exercise.key for exercise in exercises]),
            in_programme_of(cohort),
        )
        .group_by(Submission.user_id, Submission.exercise_key)
    ):
        found.tries[user, key] = (count, first)
    dates = select(LessonDate.lesson_key, LessonDate.due_at).where(
        LessonDate.cohort_id == cohort.id, LessonDate.lesson_key.in_(keys)
    )
    found.due = {row.lesson_key: row.due_at for row in db.session.execute(dates)}
    later = select(Extension).where(Extension.cohort_id == cohort.id, Extension.user_id.in_(people))
    found.later = {(row.user_id, row.lesson_key): row.due_at for row in db.session.scalars(later)}
    # By question: an answer outlives a question that has left the course.
    questions = [(lesson.key, quiz.id) for lesson in lessons for quiz in lesson.quizzes]
    right = (
        select(QuizAnswer.user_id, QuizAnswer.lesson_key, func.count())
        .where(
            QuizAnswer.user_id.in_(people),
            QuizAnswer.ever_right,
            tuple_(QuizAnswer.lesson_key, QuizAnswer.quiz_id).in_(questions),
        )
        .group_by(QuizAnswer.user_id, QuizAnswer.lesson_key)
    )
    found.right = {(user, key): count for user, key, count in db.session.execute(right)}
    return found
