"""What a school knows of a person's learning, cut into parts that she can choose one by one.

Only what was done in this programme's classes: that is what its school can sign for. Neither tries nor times of
day are in it: they say nothing about what somebody can do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import func, select

from lms.accounts.models import Cohort, Enrolment, Programme, Role, User
from lms.attendance.summing import summaries
from lms.catalog.model import Course
from lms.core.db import db, utcnow
from lms.gradebook.services import marks_of
from lms.grading.outcome import Outcome
from lms.learning.models import QuizAnswer
from lms.learning.services import course_progress
from lms.programmes.services import courses_of
from lms.referral.content import (
    Answers,
    AttendanceSummary,
    Certificate,
    Content,
    CourseMarks,
    CourseSteps,
    LessonMarks,
    Step,
)
from lms.reviews.models import ReviewStatus
from lms.reviews.services import states_of
from lms.submissions.models import Submission

MOST_CLASSES = 20
LONG_BEFORE = timedelta(days=3650)
"""A class that was entered late has sessions from before its row."""


class Part(StrEnum):
    """What kind of evidence a part is."""

    NAME = "name"
    STEPS = "steps"
    ANSWERS = "answers"
    MARKS = "marks"
    ATTENDANCE = "attendance"
    CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that she may take along or leave; `content` holds nothing else."""

    key: str
    part: Part
    about: str
    """The course or class that it is about; her name for the name."""
    content: Content


def pieces_of(person: User, programme: Programme) -> list[Piece]:
    """Everything that there is to take along from this programme."""
    classes = classes_of(person, programme)
    courses = _courses(classes)
    done = _passed(person, classes)
    found = [Piece(Part.NAME.value, Part.NAME, person.name, Content(name=person.name))]
    found += _steps(person, courses, done)
    found += _answers(person, courses)
    found += _marks(person, classes)
    found += _certificates(person, courses, done)
    found += _attendance(person, classes)
    return found


def put_together(pieces: Iterable[Piece], chosen: Sequence[str], statement: str) -> Content:
    """What she chose, as it will be signed."""
    content = Content(statement=statement)
    for piece in pieces:
        if piece.key in chosen:
            part = piece.content
            content = replace(
                content,
                name=content.name or part.name,
                courses=content.courses + part.courses,
                answers=content.answers + part.answers,
                marks=content.marks + part.marks,
                attendance=content.attendance + part.attendance,
                certificates=content.certificates + part.certificates,
            )
    return content


def programmes_of(person: User) -> list[Programme]:
    """The programmes that she learns or has learnt in: these can sign for her."""
    found = db.session.scalars(
        select(Programme)
        .where(
            Programme.id.in_(
                select(Cohort.programme_id)
                .join(Enrolment, Enrolment.cohort_id == Cohort.id)
                .where(Enrolment.user_id == person.id, Enrolment.role == Role.STUDENT)
            )
        )
        .order_by(Programme.name)
        .limit(MOST_CLASSES)
    )
    return list(found)


def classes_of(person: User, programme: Programme) -> list[Cohort]:
    """The classes of this programme in which she learns or has learnt, the newest last."""
    found = db.session.scalars(
        select(Cohort)
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .where(
            Enrolment.user_id == person.id,
            Enrolment.role == Role.STUDENT,
            Cohort.programme_id == programme.id,
        )
        .order_by(Enrolment.created_at, Enrolment.id)
        .limit(MOST_CLASSES)
    )
    return list(found)


def _courses(classes: Sequence[Cohort]) -> list[Course]:
    """Each at the version of the newest class that takes it."""
    return list({course.slug: course for cohort in classes for course in courses_of(cohort)}.values())


def _passed(person: User, classes: Sequence[Cohort]) -> dict[str, date]:
    """The exercises that she has passed in this programme, each with the day of the first time."""
    programmes = {cohort.programme_id for cohort in classes}
    of_programme = select(Cohort.id).where(Cohort.programme_id.in_(programmes))
    found = db.session.execute(
        select(Submission.exercise_key, func.min(Submission.received_at))
        .where(
            Submission.user_id == person.id,
            Submission.outcome == Outcome.PASSED,
            Submission.cohort_id.in_(of_programme),
        )
        .group_by(Submission.exercise_key)
    )
    days = {key: at.date() for key, at in found}
    read = states_of(person.id, list(days))
    # What a person was to read and has not approved is not passed.
    return {
        key: day for key, day in days.items() if read.get(key, ReviewStatus.APPROVED) == ReviewStatus.APPROVED
    }


def _steps(person: User, courses: Sequence[Course], done: dict[str, date]) -> list[Piece]:
    read = states_of(person.id, list(done))
    found = []
    for course in courses:
        steps = tuple(
            Step(lesson.title, exercise.title, done[exercise.key], exercise.key in read)
            for lesson in course.lessons
            for exercise in lesson.exercises
            if exercise.key in done
        )
        if steps:
            content = Content(courses=(CourseSteps(course.title, len(list(course.exercises)), steps),))
            found.append(Piece(f"{Part.STEPS}:{course.slug}", Part.STEPS, course.title, content))
    return found


def _answers(person: User, courses: Sequence[Course]) -> list[Piece]:
    """How many questions she has answered right; a question that has left its course does not count."""
    right = select(QuizAnswer.lesson_key, QuizAnswer.quiz_id).where(
        QuizAnswer.user_id == person.id, QuizAnswer.ever_right
    )
    known = {(lesson, quiz) for lesson, quiz in db.session.execute(right)}
    found = []
    for course in courses:
        asked = [(lesson.key, quiz.id) for lesson in course.lessons for quiz in lesson.quizzes]
        count = sum(question in known for question in asked)
        if count:
            content = Content(answers=(Answers(course.title, count, len(asked)),))
            found.append(Piece(f"{Part.ANSWERS}:{course.slug}", Part.ANSWERS, course.title, content))
    return found


def _marks(person: User, classes: Sequence[Cohort]) -> list[Piece]:
    """What the marks book of each class says, course by course: done and right, never late and never tried."""
    found = []
    for cohort in classes:
        for course in courses_of(cohort):
            lessons = tuple(
                LessonMarks(
                    mark.lesson.title,
                    mark.passed,
                    len(mark.marks),
                    mark.quizzes_right,
                    len(mark.lesson.quizzes),
                )
                for mark in marks_of(cohort, [course], person)
                if mark.passed or mark.quizzes_right
            )
            if lessons:
                content = Content(marks=(CourseMarks(course.title, cohort.name, lessons),))
                key = f"{Part.MARKS}:{cohort.public_id}:{course.slug}"
                found.append(Piece(key, Part.MARKS, course.title, content))
    return found


def _attendance(person: User, classes: Sequence[Cohort]) -> list[Piece]:
    """How often she came, class by class, where somebody kept a record."""
    found = []
    for cohort in classes:
        summary = summaries(cohort.id, cohort.created_at - LONG_BEFORE, utcnow(), [person.id]).get(person.id)
        if summary is not None:
            said = AttendanceSummary(cohort.name, summary.attended, summary.sessions, summary.minutes)
            content = Content(attendance=(said,))
            found.append(
                Piece(f"{Part.ATTENDANCE}:{cohort.public_id}", Part.ATTENDANCE, cohort.name, content)
            )
    return found


def _certificates(person: User, courses: Sequence[Course], done: dict[str, date]) -> list[Piece]:
    """Courses in which nothing is left to do."""
    found = []
    for progress in course_progress(person.id, courses):
        course = progress.course
        days = [done[exercise.key] for exercise in course.exercises if exercise.key in done]
        if progress.next is None and days and len(days) == len(list(course.exercises)):
            certificate = Certificate(course.title, round(course.hours), max(days))
            content = Content(certificates=(certificate,))
            found.append(Piece(f"{Part.CERTIFICATE}:{course.slug}", Part.CERTIFICATE, course.title, content))
    return found
