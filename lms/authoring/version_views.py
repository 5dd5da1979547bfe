"""The versions of its courses that a class reads, for the coordinators of its programme."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, url_for
from flask_babel import format_date, gettext
from werkzeug.wrappers import Response

from lms.accounts.models import Cohort
from lms.authoring import holding
from lms.authoring.models import CourseVersion
from lms.authoring.publish_forms import HoldForm
from lms.authoring.views import bp
from lms.core.db import db
from lms.core.errors import NotFound
from lms.programmes.access import access_own_cohort
from lms.programmes.calendars import lay_out_cohort
from lms.programmes.pages import class_page, course_title

NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class CourseChoice:
    """One course of a class: what it reads, and what it may read."""

    slug: str
    title: str
    reads: str
    behind: bool
    note: str
    form: HoldForm | None


@bp.get("/classes/<cohort_id>/courses")
def class_versions(cohort_id: str) -> str:
    """The courses of a class, each with the version that it reads."""
    cohort = access_own_cohort(cohort_id)
    return class_page(
        "authoring/class_versions.html", cohort, "authoring.class_versions", courses=_courses(cohort)
    )


@bp.post("/classes/<cohort_id>/courses/<course>")
def hold_version(cohort_id: str, course: str) -> Response | tuple[str, int]:
    """Move a class to the newest version of a course, or back to an older one."""
    cohort = access_own_cohort(cohort_id)
    if course not in cohort.course_slugs:
        raise NotFound
    rows = holding.readable_versions([course]).get(course, [])
    form = _form(cohort, course, rows)
    if not rows or not form.validate_on_submit():
        # What is offered now: a version may have gone since the page was made.
        page = class_page(
            "authoring/class_versions.html", cohort, "authoring.class_versions", courses=_courses(cohort)
        )
        return page, 422
    version = None if form.version.data == NEWEST else form.version.data
    holding.hold_class(cohort, course, version)
    lay_out_cohort(cohort)
    db.session.commit()
    if version is None:
        flash(gettext("The class reads the newest version now."), "success")
    else:
        flash(gettext("The class reads this version now, and stays at it."), "success")
    return redirect(url_for(".class_versions", cohort_id=cohort_id), 303)


def _courses(cohort: Cohort) -> list[CourseChoice]:
    found = holding.readable_versions(cohort.course_slugs)
    return [_choice(cohort, slug, found.get(slug, [])) for slug in cohort.course_slugs]


def _choice(cohort: Cohort, slug: str, rows: list[CourseVersion]) -> CourseChoice:
    held = cohort.version_of(slug)
    reads = next((row for row in rows if held in {None, row.version}), None)
    words = _words(reads) if reads is not None else gettext("As it came with Passerelle")
    behind = bool(rows) and held is not None and held != rows[0].version
    return CourseChoice(
        slug=slug,
        title=course_title(slug, held),
        reads=words,
        behind=behind,
        note=rows[0].note if rows and behind else "",
        form=_form(cohort, slug, rows) if rows else None,
    )


def _form(cohort: Cohort, slug: str, rows: list[CourseVersion]) -> HoldForm:
    held = cohort.version_of(slug)
    newest = gettext("The newest, until another one is published")
    choices = [(NEWEST, newest), *((row.version, _words(row)) for row in rows)]
    shipped = holding.shipped_version(slug)
    if shipped is not None and shipped not in {row.version for row in rows}:
        choices.append((shipped, gettext("As it came with Passerelle")))
    if held is not None and held not in dict(choices):
        choices.append((held, gettext("The version that it reads now")))
    form = HoldForm(prefix=slug, data={"version": held or NEWEST})
    form.version.choices = choices
    return form


def _words(row: CourseVersion) -> str:
    day = format_date(row.published_at, "d MMMM y")
    return str(gettext("Version %(number)s of %(day)s", number=row.number, day=day))
