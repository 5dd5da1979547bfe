"""Whose courses are whose. A course that is not hers and one that does not exist give the same answer."""

from __future__ import annotations

from pathlib import Path

from flask import current_app
from sqlalchemy import bindparam, select

from lms.accounts.access import current_person
from lms.accounts.models import Cohort, Enrolment, User
from lms.catalog.model import Course, Exercise, Lesson
from lms.catalog.services import image_path, load_courses
from lms.core.db import db
from lms.core.errors import NotFound
from lms.submissions.lending import lending

# Put together once, since every lesson page asks.
_COURSE_SLUGS = (
    select(Cohort.course_slug, Cohort.later_courses)
    .join(Enrolment, Enrolment.cohort_id == Cohort.id)
    .where(Enrolment.user_id == bindparam("person"))
    .order_by(Enrolment.created_at, Enrolment.id)
)


def access_courses() -> list[Course]:
    """The courses of her classes, in the order in which she joined them; an admin has all."""
    person = current_person()
    courses = _courses()
    if person.is_admin:
        return list(courses.values())
    return [courses[slug] for slug in _course_slugs(person) if slug in courses]


def access_course(slug: str) -> Course:
    """A course of one of her classes."""
    person = current_person()
    course = _courses().get(slug)
    if course is None or not (person.is_admin or slug in _course_slugs(person)):
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
    return not (person.is_admin or course.slug in _course_slugs(person))


def access_picture(course_slug: str, relative: str) -> Path:
    """A picture of a course of hers."""
    path = image_path(access_course(course_slug), relative)
    if path is None:
        raise NotFound
    return path


def _access_loan(course_slug: str, lesson_slug: str, slug: str) -> tuple[Course, Lesson, Exercise]:
    course = _courses().get(course_slug)
    lesson = course.lesson(lesson_slug) if course is not None else None
    exercise = lesson.exercise(slug) if lesson is not None else None
    if course is None or lesson is None or exercise is None:
        raise NotFound
    if lending().loan(current_person().id, exercise.key) is None:
        raise NotFound
    return course, lesson, exercise


def _courses() -> dict[str, Course]:
    return load_courses(Path(current_app.config["COURSES_DIR"]), reload=current_app.debug)


def _course_slugs(person: User) -> list[str]:
    """Also the courses of classes that she has left: what she has done there stays hers to read."""
    found = db.session.execute(_COURSE_SLUGS, {"person": person.id})
    return list(dict.fromkeys(slug for first, later in found for slug in (first, *later)))
