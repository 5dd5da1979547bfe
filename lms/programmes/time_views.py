"""For the staff of a class: more time for one student."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from lms.accounts.access import access_cohort, current_person
from lms.accounts.models import HERE, Cohort, Enrolment
from lms.core.db import db
from lms.programmes.access import access_place
from lms.programmes.calendars import NotPossible, zone_of
from lms.programmes.extensions import LessonTime, give_lesson, give_weeks, lesson_times, take_back
from lms.programmes.forms import ALL_SOON, TimeForm, options
from lms.programmes.pages import class_moment, class_page, lesson_titles
from lms.programmes.views import bp


@bp.get("/classes/<cohort_id>/people/<person_id>/time")
def show_time(cohort_id: str, person_id: str) -> str:
    """A student's lessons with their dates, and her own later ones."""
    cohort = access_cohort(cohort_id)
    place = access_place(cohort, person_id)
    lessons, titles = lesson_times(place.user, cohort), lesson_titles([cohort])
    return _time_page(cohort, place, _form(cohort, lessons, titles), lessons, titles)


@bp.post("/classes/<cohort_id>/people/<person_id>/time")
def change_time(cohort_id: str, person_id: str) -> Response | tuple[str, int]:
    """Give more time, for one lesson or for all that are due soon, or take it back."""
    cohort = access_cohort(cohort_id)
    place = access_place(cohort, person_id)
    if withdrawn := request.form.get("withdraw"):
        take_back(place.user, cohort, withdrawn)
        db.session.commit()
        flash(gettext("The date of the class counts again."), "success")
        return _back(cohort_id, person_id)
    lessons, titles = lesson_times(place.user, cohort), lesson_titles([cohort])
    form = _form(cohort, lessons, titles)
    if not form.validate_on_submit():
        return _time_page(cohort, place, form, lessons, titles), 422
    try:
        told = _give(form, cohort, place)
        db.session.commit()
    except NotPossible as error:
        form.until.errors = [str(error.sentence)]
        return _time_page(cohort, place, form, lessons, titles), 422
    flash(told, "success")
    return _back(cohort_id, person_id)


def _give(form: TimeForm, cohort: Cohort, place: Enrolment) -> str:
    author = current_person()
    if form.lesson.data != ALL_SOON:
        give_lesson(place, cohort, form.lesson.data, form.until.data, author)
        return str(gettext("Saved. The student reads it under My week."))
    count = give_weeks(place, cohort, form.weeks.data, form.until.data, author)
    return str(
        ngettext(
            "The student has more time for %(num)s lesson and reads it under My week.",
            "The student has more time for %(num)s lessons and reads it under My week.",
            count,
        )
    )


def _back(cohort_id: str, person_id: str) -> Response:
    return redirect(url_for("programmes.show_time", cohort_id=cohort_id, person_id=person_id), 303)


def _form(cohort: Cohort, lessons: list[LessonTime], titles: dict[str, str]) -> TimeForm:
    form, zone = TimeForm(), zone_of(cohort)
    form.lesson.choices = options(
        [
            (ALL_SOON, gettext("All lessons that are due in the next weeks")),
            *(
                (one.key, f"{titles.get(one.key, one.key)} – {class_moment(one.due_at, zone)}")
                for one in lessons
            ),
        ]
    )
    return form


def _time_page(
    cohort: Cohort, place: Enrolment, form: TimeForm, lessons: list[LessonTime], titles: dict[str, str]
) -> str:
    return class_page(
        "programmes/time.html",
        cohort,
        "programmes.show_class",
        person=place.user,
        here=place.status in HERE,
        form=form,
        lessons=lessons,
        titles=titles,
        zone=zone_of(cohort),
    )
