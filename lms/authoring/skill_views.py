"""The skills that a course teaches, by their addresses in ESCO."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.accounts.access import current_person
from lms.authoring import services
from lms.authoring.access import access_to_write
from lms.authoring.coursefile import COURSE, Unreadable, with_values
from lms.authoring.esco import MOST_SKILLS, find_skills, known_skills, skills_in, uri_of
from lms.authoring.forms import SkillForm
from lms.authoring.pages import course_page
from lms.authoring.views import UnreadableCourse, bp
from lms.catalog.model import Skill
from lms.core.db import db


@bp.route("/authoring/<course_id>/skills", methods=["GET", "POST"])
def skills(course_id: str) -> Response | tuple[str, int]:
    """Search the list and add, add another by its address, or take one away."""
    course = access_to_write(course_id)
    repository = services.repository_of(course)
    head = repository.head()
    content = repository.read(head, COURSE)
    try:
        taught = skills_in(content)
    except Unreadable:
        raise UnreadableCourse from None
    words = request.values.get("q", "")
    form = SkillForm(q=words)
    if request.method == "POST" and (wanted := _changed(form, taught)) is not None:
        rows = [{"uri": skill.uri, "label": skill.label} for skill in wanted]
        changes = {COURSE: with_values(content, {"skills": rows})}
        services.commit_files(course, current_person(), changes, head, "Change the skills of the course.")
        db.session.commit()
        flash(gettext("Saved."), "success")
        return redirect(url_for(".skills", course_id=course_id, q=words or None), 303)
    have = {skill.uri for skill in taught}
    page = course_page(
        "authoring/skills.html",
        course,
        "authoring.settings",
        form=form,
        taught=taught,
        words=words,
        found=[skill for skill in find_skills(words) if skill.uri not in have],
    )
    return page, 422 if request.method == "POST" else 200


def _changed(form: SkillForm, taught: list[Skill]) -> list[Skill] | None:
    """The skills after what was asked; None where that cannot be done, and the form says why."""
    if "remove" in request.form:
        return [skill for skill in taught if skill.uri != request.form["remove"]]
    known = {skill.uri: skill for skill in known_skills()}
    skill = known.get(request.form.get("add", ""))
    if skill is None and form.validate():
        uri = uri_of(form.uri.data)
        if uri is None:
            form.uri.errors = [
                gettext(
                    "This is not the address of a skill in ESCO. It looks like "
                    "http://data.europa.eu/esco/skill/ccd0a1d9-afda-43d9-b901-96344886e14d."
                )
            ]
            return None
        skill = Skill(uri, form.label.data)
    if skill is None:
        return None
    if len(taught) >= MOST_SKILLS:
        form.uri.errors = [gettext("A course has at most %(num)s skills.", num=MOST_SKILLS)]
        return None
    return [*(one for one in taught if one.uri != skill.uri), skill]
