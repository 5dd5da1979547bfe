"""For coordinators: what becomes of a student's place in a class, and who teaches it."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.accounts.access import current_person
from lms.accounts.models import Cohort, Enrolment, EnrolmentStatus, Role
from lms.accounts.services import NameNotUsable, change_role
from lms.core.db import db
from lms.programmes.access import access_member, access_own_cohort, access_place, access_target
from lms.programmes.calendars import NotPossible
from lms.programmes.forms import PlaceForm, options
from lms.programmes.models import Reason
from lms.programmes.pages import class_page, reason_words, status_words
from lms.programmes.places import change_place, history_of, other_cohorts
from lms.programmes.views import bp


@bp.get("/classes/<cohort_id>/people/<person_id>/place")
def show_place(cohort_id: str, person_id: str) -> str:
    """A student's place in a class, with its history and what can become of it."""
    cohort = access_own_cohort(cohort_id)
    place = access_place(cohort, person_id)
    return _place_page(cohort, place, _form(cohort, place))


@bp.post("/classes/<cohort_id>/people/<person_id>/place")
def move_place(cohort_id: str, person_id: str) -> Response | tuple[str, int]:
    """Pause, defer, move, withdraw, graduate, refer, or take back in."""
    cohort = access_own_cohort(cohort_id)
    place = access_place(cohort, person_id)
    form = _form(cohort, place)
    if not form.validate_on_submit():
        return _place_page(cohort, place, form), 422
    try:
        change_place(
            place,
            EnrolmentStatus(form.status.data),
            current_person(),
            reason=Reason(form.reason.data) if form.reason.data else None,
            note=form.note.data or "",
            to_cohort=access_target(cohort, form.to_cohort.data),
        )
        db.session.commit()
    except (NotPossible, NameNotUsable) as error:
        db.session.rollback()
        form.status.errors = [str(error.sentence)]
        return _place_page(cohort, access_place(cohort, person_id), form), 422
    flash(gettext("Saved. The student reads it under My week."), "success")
    return redirect(url_for("programmes.show_place", cohort_id=cohort_id, person_id=person_id), 303)


@bp.post("/classes/<cohort_id>/people/<person_id>/teach")
def make_teacher(cohort_id: str, person_id: str) -> Response:
    """Let somebody who has joined the class teach it. The place she had as a student ends with that."""
    cohort = access_own_cohort(cohort_id)
    place = access_member(cohort, person_id)
    change_role(place, Role.INSTRUCTOR)
    name = place.user.name
    db.session.commit()
    flash(gettext("%(name)s teaches this class now.", name=name), "success")
    return redirect(url_for("programmes.show_class", cohort_id=cohort_id), 303)


def _form(cohort: Cohort, place: Enrolment) -> PlaceForm:
    form = PlaceForm()
    texts = {
        EnrolmentStatus.ENROLLED: gettext("Is in the class"),
        EnrolmentStatus.PAUSED: gettext("Pauses; the seat is kept"),
        EnrolmentStatus.MOVED: gettext("Moves to another class now"),
        EnrolmentStatus.DEFERRED: gettext("Stops now and begins again later"),
        EnrolmentStatus.WITHDRAWN: gettext("Leaves"),
        EnrolmentStatus.GRADUATED: gettext("Has finished"),
        EnrolmentStatus.REFERRED: gettext("Goes on to another school"),
    }
    form.status.choices = options(
        (status.value, words)
        for status, words in texts.items()
        if status != place.status or status == EnrolmentStatus.DEFERRED
    )
    form.to_cohort.choices = options(
        [
            ("", gettext("– not known yet –")),
            *((other.public_id, other.name) for other in other_cohorts(cohort)),
        ]
    )
    form.reason.choices = options([("", gettext("– none –")), *reason_words().items()])
    if not form.is_submitted() and request.args.get("to"):
        form.to_cohort.data = request.args["to"]
    return form


def _place_page(cohort: Cohort, place: Enrolment, form: PlaceForm) -> str:
    return class_page(
        "programmes/place.html",
        cohort,
        "programmes.show_class",
        place=place,
        person=place.user,
        history=history_of(place),
        statuses=status_words(),
        reasons=reason_words(),
        form=form,
    )
