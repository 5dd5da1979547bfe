"""The instructor's first view: her classes, who has done what, and any student's work."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, url_for
from flask_babel import gettext

from lms.accounts.access import access_cohort, access_person, current_person, staff_cohorts, staff_only
from lms.accounts.models import Cohort, Pace
from lms.accounts.qr import qr_data_uri
from lms.accounts.services import students_of
from lms.catalog.model import Course
from lms.catalog.services import get_course, translate
from lms.core.i18n import current_language
from lms.programmes.services import class_grid, course_exercises, student_counts, work_of

bp = Blueprint("programmes", __name__, template_folder="templates")


@bp.get("/classes")
@staff_only
def classes() -> str:
    """The classes that this person looks after."""
    cohorts = staff_cohorts(current_person())
    return render_template(
        "programmes/classes.html",
        cohorts=cohorts,
        counts=student_counts(cohorts),
        course_titles={cohort.course_slug: _course_title(cohort) for cohort in cohorts},
        paces=_paces(),
    )


@bp.get("/classes/<cohort_id>")
def show_class(cohort_id: str) -> str:
    """One class: its code, and the grid of students and exercises."""
    cohort = access_cohort(cohort_id)
    course = _course(cohort)
    address = url_for("accounts.join", code=cohort.join_code, _external=True)
    return render_template(
        "programmes/class.html",
        cohort=cohort,
        course_title=_course_title(cohort),
        grid=class_grid(cohort, course, students_of(cohort)),
        titles=_exercise_titles(course),
        join_address=address,
        join_picture=qr_data_uri(address),
        paces=_paces(),
    )


@bp.get("/classes/<cohort_id>/people/<person_id>")
def show_person(cohort_id: str, person_id: str) -> str:
    """One student's work, by exercise."""
    cohort = access_cohort(cohort_id)
    person = access_person(cohort, person_id)
    course = _course(cohort)
    return render_template(
        "programmes/person.html",
        cohort=cohort,
        person=person,
        work=work_of(person, cohort, course),
        titles=_exercise_titles(course),
    )


def _course(cohort: Cohort) -> Course | None:
    return get_course(current_app.config["COURSES_DIR"], cohort.course_slug, reload=current_app.debug)


def _course_title(cohort: Cohort) -> str:
    course = _course(cohort)
    return translate(course, current_language().tag, course.title).text if course else cohort.course_slug


def _exercise_titles(course: Course | None) -> dict[str, str]:
    if course is None:
        return {}
    tag = current_language().tag
    return {
        exercise.key: translate(course, tag, exercise.title).text for exercise in course_exercises(course)
    }


def _paces() -> dict[str, str]:
    return {Pace.STEADY: gettext("Evenings or weekends"), Pace.BOOTCAMP: gettext("Bootcamp")}
