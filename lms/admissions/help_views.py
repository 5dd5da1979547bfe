"""Whoever teaches notes in a moment who asked for help today, and who helped somebody."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.accounts.access import access_cohort, current_person
from lms.admissions import helping
from lms.admissions.help_models import HelpKind
from lms.admissions.helping import Tick
from lms.admissions.views import bp
from lms.core.db import db
from lms.programmes.pages import class_page


@bp.get("/classes/<cohort_id>/help")
def class_help(cohort_id: str) -> str:
    """The students of a class, with two boxes for a day."""
    cohort = access_cohort(cohort_id)
    day = helping.day_within(cohort, _day(request.args.get("day", "")))
    return class_page(
        "admissions/help.html",
        cohort,
        "admissions.class_help",
        day=day,
        today=helping.today_of(cohort),
        earliest=helping.today_of(cohort) - helping.LONG_AGO,
        students=helping.students_of(cohort),
        ticks=[(one.person, one.kind) for one in helping.ticks_on(cohort, day)],
        kinds=list(HelpKind),
    )


@bp.post("/classes/<cohort_id>/help")
def note_help(cohort_id: str) -> Response:
    """Keep what was ticked, and forget what was unticked."""
    cohort = access_cohort(cohort_id)
    day = helping.day_within(cohort, _day(request.form.get("day", "")))
    helping.note(cohort, day, _ticks("had"), _ticks("tick"), current_person())
    db.session.commit()
    flash(gettext("This is noted."), "success")
    return redirect(url_for(".class_help", cohort_id=cohort_id, day=day.isoformat()), 303)


def _ticks(name: str) -> set[Tick]:
    found = set()
    for value in request.form.getlist(name):
        person, _, kind = value.partition(":")
        if kind in set(HelpKind):
            found.add(Tick(person, kind))
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
