"""Whose courses are whose. A course that is not hers and one that does not exist give the same answer."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import bindparam, select

from lms.accounts.access import current_person
from lms.accounts.models import Cohort, Enrolment, EnrolmentStatus, User
from lms.catalog.model import Course, Exercise, Lesson
from lms.catalog.services import image_path
from lms.catalog.shelf import find_course, known_courses
from lms.core.db import db
from lms.core.errors import NotFound
from lms.submissions.lending import lending

# Put together once, since every lesson page asks.
_COURSES = (
    select(
        Cohort.course_slug,
        Cohort.later_courses,
        Cohort.course_pins,
        Enrolment.status == EnrolmentStatus.ENROLLED,
        Cohort.created_at,
        Cohort.id,
    )
    .join(Enrolment, Enrolment.cohort_id == Cohort.id)
    .where(Enrolment.user_id == bindparam("person"))
    .order_by(Enrolment.created_at, Enrolment.id)
)


def access_courses() -> list[Course]:
    """The courses of her classes, in the order in which she joined them; an admin has all."""
    person = current_person()
    if person.is_admin:
        return list(known_courses().values())
    found = (find_course(slug, version) for slug, version in _courses_of(person).items())
    return [course for course in found if course is not None]


def access_course(slug: str) -> Course:
    """A course of one of her classes, at the version of that class; an admin reads it as it is now."""
    person = current_person()
    version = None
    if not person.is_admin:
        hers = _courses_of(person)
        if slug not in hers:
            raise NotFound
        version = hers[slug]
    course = find_course(slug, version)
    if course is None:
        raise NotFound
    return course


def access_lesson(course_slug: str, lesson_slug: str) -> tuple[Course, Lesson]:
    """A lesson of a course of hers."""
    course = access_course(course_slug)
    lesson = course.lesson(lesson_slug)
    if lesson is None:
        raise NotFound
    return course, lesson


def access_exercise(
    course_slug: str, lesson_slug: str, exercise_slug: str
) -> tuple[Course, Lesson, Exercise]:
    """An exercise of a course of hers, or one that is lent to her."""
    try:
        course, lesson = access_lesson(course_slug, lesson_slug)
    except NotFound:
        return _access_loan(course_slug, lesson_slug, exercise_slug)
    exercise = lesson.exercise(exercise_slug)
    if exercise is None:
        raise NotFound
    return course, lesson, exercise


def is_lent(course: Course) -> bool:
    """Whether a course is none of hers: what she may open of it is lent to her, exercise by exercise."""
    person = current_person()
    return not (person.is_admin or course.slug in _courses_of(person))


def access_picture(course_slug: str, relative: str) -> Path:
    """A picture of a course of hers."""
    path = image_path(access_course(course_slug), relative)
    if path is None:
        raise NotFound
    return path


def _access_loan(course_slug: str, lesson_slug: str, slug: str) -> tuple[Course, Lesson, Exercise]:
    course = find_course(course_slug)
    lesson = course.lesson(lesson_slug) if course is not None else None
    exercise = lesson.exercise(slug) if lesson is not None else None
    if course is None or lesson is None or exercise is None:
        raise NotFound
    if lending().loan(current_person().id, exercise.key) is None:
        raise NotFound
    return course, lesson, exercise


def _courses_of(person: User) -> dict[str, str | None]:
    """The slugs of her courses, each with the version at which she reads it, if her class is held at one.

    Also the courses of classes that she has left: what she has done there stays hers to read. Of several classes
    with one course counts the one that she hands in with (`cohorts_of`): one she is in now, else the newest.
    """
    versions: dict[str, str | None] = {}
    counts: dict[str, tuple[bool, datetime, int]] = {}
    for first, later, pins, here, made, number in db.session.execute(_COURSES, {"person": person.id}):
        place = (here, made, number)
        for slug in (first, *later):
            if slug not in counts or place > counts[slug]:
                counts[slug], versions[slug] = place, pins.get(slug)
    return versions
