"""Whose work is whose. Absent and not hers to see give the same answer."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.accounts.access import cohorts_of, current_person, is_staff_in, looked_after_by
from lms.accounts.models import HERE, Cohort, Enrolment, Role, User
from lms.catalog.model import Course, Exercise, Lesson
from lms.catalog.shelf import find_course
from lms.core.db import db, utcnow
from lms.core.errors import NotFound
from lms.submissions.lending import LoanOver, lending
from lms.submissions.models import Submission


def access_lesson(course_slug: str, lesson_slug: str) -> tuple[Course, Lesson, int | None]:
    """A lesson of a course of hers, and the class she takes it with; an admin may be in none."""
    person = current_person()
    cohort = next((mine for mine in cohorts_of(person) if course_slug in mine.course_slugs), None)
    held_at = cohort.version_of(course_slug) if cohort is not None and not person.is_admin else None
    course = find_course(course_slug, held_at)
    lesson = course.lesson(lesson_slug) if course is not None else None
    if course is None or lesson is None or (cohort is None and not person.is_admin):
        raise NotFound
    return course, lesson, cohort.id if cohort is not None else None


def access_exercise(course_slug: str, lesson_slug: str, slug: str) -> tuple[Course, Exercise, int | None]:
    """An exercise of a course of hers, or one that is lent to her, and the class she hands it in with."""
    try:
        course, lesson, cohort_id = access_lesson(course_slug, lesson_slug)
    except NotFound:
        return _access_loan(course_slug, lesson_slug, slug)
    exercise = lesson.exercise(slug)
    if exercise is None:
        raise NotFound
    return course, exercise, cohort_id


def access_submission(public_id: str) -> Submission:
    """Her own hand-in, or one made in a class she is staff of."""
    person = current_person()
    submission = db.session.scalars(
        select(Submission).where(Submission.public_id == public_id).options(joinedload(Submission.cohort))
    ).first()
    if submission is None or not _may_see(person, submission):
        raise NotFound
    return submission


def _access_loan(course_slug: str, lesson_slug: str, slug: str) -> tuple[Course, Exercise, int]:
    course = find_course(course_slug)
    lesson = course.lesson(lesson_slug) if course is not None else None
    exercise = lesson.exercise(slug) if lesson is not None else None
    loan = lending().loan(current_person().id, exercise.key) if exercise is not None else None
    if course is None or exercise is None or loan is None:
        raise NotFound
    if loan.until <= utcnow():
        raise LoanOver
    return course, exercise, loan.cohort_id


def _may_see(person: User, submission: Submission) -> bool:
    if person.id == submission.user_id or person.is_admin:
        return True
    if submission.cohort_id is None:
        return False
    return is_staff_in(person, submission.cohort_id) or _teaches_her_now(person, submission)


def _teaches_her_now(person: User, submission: Submission) -> bool:
    """Whether the student has moved with her work to a class of this person's, within the same programme."""
    programme = select(Cohort.programme_id).where(Cohort.id == submission.cohort_id).scalar_subquery()
    found = db.session.scalar(
        select(Cohort.id)
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .where(
            Cohort.programme_id == programme,
            Cohort.id.in_(looked_after_by(person)),
            Enrolment.user_id == submission.user_id,
            Enrolment.role == Role.STUDENT,
            Enrolment.status.in_(HERE),
        )
        .limit(1)
    )
    return found is not None
