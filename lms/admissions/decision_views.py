"""Coordinators decide, tell everybody at once, watch the waiting list, and take second looks."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext, ngettext
from sqlalchemy import select, update
from werkzeug.wrappers import Response

from lms.accounts.access import current_person
from lms.accounts.models import Programme
from lms.admissions import deciding, objecting, waiting
from lms.admissions.access import access_candidate, access_round
from lms.admissions.application_models import Application, Seen
from lms.admissions.candidate_views import heard_of
from lms.admissions.candidates import note_read
from lms.admissions.decision_access import access_objection
from lms.admissions.decision_forms import DecisionForm, SecondLookForm
from lms.admissions.decision_models import Decision, DecisionKind, Objection, WaitingMove
from lms.admissions.decision_pages import (
    answer_words,
    cause_words,
    counts_of,
    decision_words,
    moves_of,
    names_of,
    objections_with_people,
    rows_of,
)
from lms.admissions.models import Round
from lms.admissions.pages import criterion_words, round_page
from lms.admissions.rating import criteria_of, levels_by_application, open_disagreements
from lms.admissions.views import bp
from lms.core.db import changed_rows, db, utcnow
from lms.core.errors import PasserelleError
from lms.core.i18n import current_language, languages
from lms.programmes.forms import options
from lms.programmes.pages import language_name

MOST_PROGRAMMES = 100
REFUSED = (deciding.CannotDecide, deciding.NoSeatLeft, deciding.WaitingListFull, deciding.DecidedMeanwhile)


@bp.get("/rounds/<round_id>/decisions")
def decisions(round_id: str) -> str:
    """Everybody who applied, with what raters said and what is decided; the waiting list; second looks."""
    screening = access_round(round_id)
    kind = request.args.get("show", "all")
    on_list = waiting.waiting_list(screening.id)
    criteria = criteria_of(screening.id)
    return round_page(
        "admissions/decisions.html",
        screening,
        "admissions.decisions",
        page=rows_of(screening, kind, request.args.get("after", 0, type=int)),
        show=kind,
        counts=counts_of(screening),
        criteria=[(one, criterion_words(screening, one)[0]) for one in criteria],
        kinds=decision_words(),
        answers=answer_words(),
        waiting=on_list,
        people=names_of([one.application_id for one in on_list]),
        moves=moves_of(screening),
        causes=cause_words(),
        objections=objections_with_people(objecting.open_objections(screening.id)),
    )


@bp.route("/rounds/<round_id>/candidates/<application_id>/decision", methods=["GET", "POST"])
def decide(round_id: str, application_id: str) -> Response | tuple[str, int]:
    """One candidate's decision: who makes it writes the reason that goes into the letter."""
    screening = access_round(round_id)
    application = access_candidate(screening, application_id)
    seen = deciding.current_decision(application.id)
    form = _decision_form(DecisionForm, screening, seen)
    if form.validate_on_submit():
        try:
            deciding.decide(application, _wanted(form, screening), current_person(), seen=_as_seen(seen))
            db.session.commit()
            flash(gettext("The decision is kept. Nobody is told before you tell everybody."), "success")
            return redirect(url_for(".decisions", round_id=round_id, _anchor=application_id), 303)
        except REFUSED as error:
            form = _told(form, error)
            screening = access_round(round_id)
            application = access_candidate(screening, application_id)
            seen = deciding.current_decision(application.id)
    if not form.is_submitted():
        note_read(application, current_person(), Seen.DECISION)
        db.session.commit()
    page = round_page(
        "admissions/decide.html",
        screening,
        "admissions.decisions",
        application=application,
        form=form,
        seen=seen,
        kinds=decision_words(),
        **_evidence_of(screening, application),
    )
    return page, 422 if form.is_submitted() else 200


@bp.post("/rounds/<round_id>/release")
def release(round_id: str) -> Response:
    """Tell everybody who is decided about, at once."""
    screening = access_round(round_id)
    try:
        count = deciding.release(screening)
        db.session.commit()
    except deciding.CannotDecide as error:
        db.session.rollback()
        flash(str(error.sentence), "warning")
        return redirect(url_for(".decisions", round_id=round_id), 303)
    flash(ngettext("%(num)s person has a letter now.", "%(num)s people have a letter now.", count), "success")
    return redirect(url_for(".decisions", round_id=round_id), 303)


@bp.post("/rounds/<round_id>/moves/seen")
def moves_seen(round_id: str) -> Response:
    """A coordinator has read who was called from the waiting list."""
    screening = access_round(round_id)
    changed_rows(
        update(WaitingMove)
        .where(WaitingMove.round_id == screening.id, WaitingMove.told_at.is_(None))
        .values(told_at=utcnow())
    )
    db.session.commit()
    return redirect(url_for(".decisions", round_id=round_id, _anchor="moves"), 303)


@bp.route("/rounds/<round_id>/second-looks/<objection_id>", methods=["GET", "POST"])
def second_look(round_id: str, objection_id: str) -> Response | tuple[str, int]:
    """A second look at a decision, by somebody else than who made it."""
    screening = access_round(round_id)
    objection = access_objection(screening, objection_id)
    told = db.session.get_one(Decision, objection.decision_id)
    form = _decision_form(SecondLookForm, screening, None)
    if request.form.get("outcome") == "stays":
        # The fields of a new decision are not asked for when there is none.
        form.kind.data, form.reason.data = told.kind, told.reason
        valid = form.answer.validate(form)
    else:
        valid = form.validate_on_submit()
    if form.is_submitted() and valid:
        try:
            _take_second_look(objection, form, screening)
            db.session.commit()
            flash(gettext("The second look is kept, and the person is told."), "success")
            return redirect(url_for(".decisions", round_id=round_id), 303)
        except REFUSED as error:
            form = _told(form, error)
            screening = access_round(round_id)
            objection = access_objection(screening, objection_id)
            told = db.session.get_one(Decision, objection.decision_id)
    application = db.session.get_one(Application, objection.application_id)
    page = round_page(
        "admissions/second_look.html",
        screening,
        "admissions.decisions",
        objection=objection,
        application=application,
        told=told,
        own=told.author_id == current_person().id,
        form=form,
        kinds=decision_words(),
        **_evidence_of(screening, application),
    )
    return page, 422 if form.is_submitted() else 200


def _take_second_look(objection: Objection, form: SecondLookForm, screening: Round) -> None:
    if request.form.get("outcome") == "stays":
        objecting.reject(objection, form.answer.data, current_person())
    else:
        objecting.uphold(objection, form.answer.data, _wanted(form, screening), current_person())


def _told(form: Any, error: PasserelleError) -> Any:
    """The same form with the sentence in it; what was typed stays."""
    db.session.rollback()
    form.kind.errors = [str(error.sentence)]
    return form


def _as_seen(current: Decision | None) -> Decision | None:
    """The decision that the form was made from; another one than the current is somebody else's new one."""
    number = request.form.get("seen", "")
    if current is None and not number:
        return None
    if current is not None and number == current.public_id:
        return current
    raise deciding.DecidedMeanwhile


def _decision_form(kind: type[DecisionForm], screening: Round, seen: Decision | None) -> Any:
    data: dict[str, object] = {"reason_language": current_language().tag, "other_programme": ""}
    others = db.session.scalars(
        select(Programme)
        .where(Programme.id != screening.programme_id)
        .order_by(Programme.name)
        .limit(MOST_PROGRAMMES)
    ).all()
    if seen is not None and seen.released_at is None:
        chosen = next((one.slug for one in others if one.id == seen.other_programme_id), "")
        data = {
            "kind": seen.kind, "reason": seen.reason, "reason_language": seen.reason_language,
            "other_programme": chosen, "other_words": seen.other_words, "come_back_on": seen.come_back_on,
        }  # fmt: skip
    form = kind(data=data)
    form.kind.choices = options(decision_words().items())
    tags = dict.fromkeys([*(one.tag for one in languages()), screening.working_language])
    form.reason_language.choices = options((tag, language_name(tag)) for tag in tags)
    form.other_programme.choices = options(
        [("", gettext("– none –")), *((one.slug, one.name) for one in others)]
    )
    return form


def _wanted(form: Any, screening: Round) -> deciding.Wanted:
    slug = form.other_programme.data
    other = db.session.scalar(
        select(Programme.id).where(Programme.slug == slug, Programme.id != screening.programme_id)
    )
    return deciding.Wanted(
        kind=DecisionKind(form.kind.data),
        reason=form.reason.data,
        reason_language=form.reason_language.data,
        other_programme_id=other if slug else None,
        other_words=form.other_words.data or "",
        come_back_on=form.come_back_on.data,
    )


def _evidence_of(screening: Round, application: Application) -> dict[str, Any]:
    """What raters said of one candidate, by criterion."""
    return {
        "criteria": [(one, criterion_words(screening, one)[0]) for one in criteria_of(screening.id)],
        "levels": levels_by_application([application.id]).get(application.id, {}),
        "apart": {one.criterion_id: one for one in open_disagreements([application.id])},
        **heard_of(screening, application),
    }
