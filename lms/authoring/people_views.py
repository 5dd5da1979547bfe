"""Who writes, translates and reviews a course; decided by who leads it."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.authoring import people
from lms.authoring.access import access_to_lead
from lms.authoring.forms import PersonForm
from lms.authoring.models import AuthoredCourse, CourseRole
from lms.authoring.pages import course_page, language_choices, role_words
from lms.authoring.services import draft_source
from lms.authoring.views import bp
from lms.core.db import db
from lms.core.i18n import language_of


@bp.get("/authoring/<course_id>/people", endpoint="people")
def people_list(course_id: str) -> str:
    """Everybody with a part, and a search for somebody else."""
    return _people_page(access_to_lead(course_id), None)


@bp.post("/authoring/<course_id>/people")
def add_person(course_id: str) -> Response | tuple[str, int]:
    """Give somebody a part."""
    course = access_to_lead(course_id)
    form = _form(course)
    chosen = people.eligible_person(course, form.person.data or "")
    form.person.choices = [(chosen.public_id, chosen.name)] if chosen else []
    if not form.validate_on_submit() or chosen is None:
        return _people_page(course, form), 422
    given = people.give_part(course, chosen, CourseRole(form.role.data), form.language.data)
    db.session.commit()
    if given:
        flash(gettext("%(name)s has a part in the course now.", name=chosen.name), "success")
    else:
        flash(gettext("%(name)s has this part already.", name=chosen.name))
    return redirect(url_for(".people", course_id=course_id), 303)


@bp.post("/authoring/<course_id>/people/<int:part>/remove")
def remove_person(course_id: str, part: int) -> Response:
    """Take a part back."""
    course = access_to_lead(course_id)
    people.take_part_back(course, part)
    db.session.commit()
    flash(gettext("The part is taken back. What was written stays."), "success")
    return redirect(url_for(".people", course_id=course_id), 303)


def _people_page(course: AuthoredCourse, form: PersonForm | None) -> str:
    form = form or _form(course)
    name = request.args.get("name", "")[:60]
    found = people.find_people(course, name)
    form.person.choices = [(one.user.public_id, one.user.name) for one in found]
    return course_page(
        "authoring/people.html",
        course,
        "authoring.people",
        parts=people.people_of(course),
        form=form,
        found=found,
        name=name,
        roles=role_words(),
        language_name=lambda tag: language_of(tag).name,
    )


def _form(course: AuthoredCourse) -> PersonForm:
    values = draft_source(course).toml.values
    source, languages = values.get("language"), values.get("languages", [])
    used = tuple(tag for tag in languages if isinstance(tag, str) and tag != source)
    form = PersonForm(formdata=request.form if request.method == "POST" else None)
    form.role.choices = list(role_words().items())
    choices = dict(language_choices(used))
    # The languages of the course come first: they are what one mostly wants.
    ordered = [*used, *(tag for tag in choices if tag not in used and tag != source)]
    form.language.choices = [(tag, choices[tag]) for tag in ordered]
    return form
