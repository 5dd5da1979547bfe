"""The instructor's first view: her classes, who has done what, and any student's work."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from flask import Blueprint, render_template, request, url_for

from lms.accounts.access import (
    access_cohort,
    access_person,
    coordinates,
    current_person,
    staff_cohorts,
    staff_only,
)
from lms.accounts.qr import qr_data_uri
from lms.accounts.services import students_of
from lms.catalog.model import Course
from lms.catalog.services import translate
from lms.core.i18n import current_language
from lms.core.paging import page_of
from lms.programmes.access import access_place, access_programmes
from lms.programmes.pages import class_page, course_titles, pace_words, status_words
from lms.programmes.services import class_grid, courses_of, student_counts, work_of

bp = Blueprint("programmes", __name__, template_folder="templates")


@bp.get("/classes")
@staff_only
def classes() -> str:
    """The classes that this person looks after, and the programmes she coordinates."""
    person = current_person()
    page = page_of(staff_cohorts(person), request.args.get("page", type=int))
    return render_template(
        "programmes/classes.html",
        page=page,
        counts=student_counts(page.items),
        course_titles={cohort.id: course_titles(cohort) for cohort in page.items},
        programmes=access_programmes(),
        paces=pace_words(),
    )


@bp.get("/classes/<cohort_id>")
def show_class(cohort_id: str) -> str:
    """One class: its code, and the grid of students and exercises."""
    cohort = access_cohort(cohort_id)
    courses = courses_of(cohort)
    address = url_for("accounts.join", code=cohort.join_code, _external=True)
    return class_page(
        "programmes/class.html",
        cohort,
        "programmes.show_class",
        course_titles=course_titles(cohort),
        grid=class_grid(cohort, courses, students_of(cohort)),
        titles=_exercise_titles(courses),
        join_address=address,
        join_picture=_join_picture(address),
        paces=pace_words(),
    )


@bp.get("/classes/<cohort_id>/people/<person_id>")
def show_person(cohort_id: str, person_id: str) -> str:
    """One student's work, by exercise."""
    cohort = access_cohort(cohort_id)
    person = access_person(cohort, person_id)
    courses = courses_of(cohort)
    return render_template(
        "programmes/person.html",
        cohort=cohort,
        person=person,
        work=work_of(person, cohort, courses),
        titles=_exercise_titles(courses),
        place=access_place(cohort, person_id),
        statuses=status_words(),
        may_plan=coordinates(current_person(), cohort.programme_id),
    )


@lru_cache(maxsize=512)
def _join_picture(address: str) -> str:
    """The code of a class changes seldom, and a picture takes longer to make than the rest of a page's top."""
    return qr_data_uri(address)


def _exercise_titles(courses: Sequence[Course]) -> dict[str, str]:
    tag = current_language().tag
    return {
        exercise.key: translate(course, tag, exercise.title).text
        for course in courses
        for exercise in course.exercises
    }
