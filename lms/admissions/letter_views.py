"""A candidate reads her letter, answers an offer, and may ask for a second look."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import update
from werkzeug.wrappers import Response

from lms.accounts.services import ClassFull, NameNotUsable
from lms.admissions import deciding, objecting
from lms.admissions.decision_access import access_letter
from lms.admissions.decision_forms import ObjectionForm
from lms.admissions.decision_models import Decision, Letter
from lms.admissions.decision_pages import class_zone, objection_words, offer_state
from lms.admissions.views import bp
from lms.core.db import changed_rows, db, utcnow
from lms.core.i18n import current_language


@bp.get("/letters/<decision_id>")
def letter(decision_id: str) -> str:
    """The letter of a decision about oneself, with what she can do about it."""
    decision, written = access_letter(decision_id)
    if written.opened_at is None:
        changed_rows(
            update(Letter)
            .where(Letter.decision_id == decision.id, Letter.opened_at.is_(None))
            .values(opened_at=utcnow())
        )
        db.session.commit()
    return _letter_page(decision, written, ObjectionForm(formdata=None))


@bp.post("/letters/<decision_id>/answer")
def answer(decision_id: str) -> Response | tuple[str, int]:
    """Take the offered seat, or leave it to the next person."""
    decision, written = access_letter(decision_id)
    accepts = request.form.get("answer") == "yes"
    try:
        deciding.answer_offer(decision, accepts=accepts)
        db.session.commit()
    except (deciding.CannotDecide, NameNotUsable, ClassFull) as error:
        db.session.rollback()
        decision, written = access_letter(decision_id)
        page = _letter_page(decision, written, ObjectionForm(formdata=None), problem=str(error.sentence))
        return page, error.status
    if accepts:
        flash(gettext("You have the seat. Your new class is under My week."), "success")
    else:
        flash(gettext("Thank you for saying it. The seat goes to the next person."), "success")
    return redirect(url_for(".letter", decision_id=decision_id), 303)


@bp.post("/letters/<decision_id>/objection")
def object_to(decision_id: str) -> Response | tuple[str, int]:
    """Ask for a second look, or take that back."""
    decision, written = access_letter(decision_id)
    form = ObjectionForm()
    try:
        if request.form.get("action") == "take_back":
            if (asked := objecting.objection_to(decision)) is not None:
                objecting.take_back(asked)
        elif form.validate_on_submit():
            objecting.ask(decision, form.text.data, current_language().tag)
        else:
            return _letter_page(decision, written, form), 422
        db.session.commit()
    except (deciding.CannotDecide, deciding.DecidedMeanwhile) as error:
        db.session.rollback()
        form.text.errors = [str(error.sentence)]
        decision, written = access_letter(decision_id)
        return _letter_page(decision, written, form), error.status
    return redirect(url_for(".letter", decision_id=decision_id, _anchor="second-look"), 303)


def _letter_page(decision: Decision, written: Letter, form: ObjectionForm, problem: str | None = None) -> str:
    asked = objecting.objection_to(decision)
    return render_template(
        "admissions/letter.html",
        decision=decision,
        letter=written,
        paragraphs=[part for part in written.text.split("\n\n") if part],
        state=offer_state(decision),
        zone=class_zone(decision),
        objection=asked,
        objection_state=objection_words().get(asked.status, "") if asked is not None else "",
        may_object=objecting.may_object(decision),
        form=form,
        problem=problem,
    )
