"""Raters read and rate by a code; coordinators ask them and settle what they see differently."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from lms.accounts.access import current_person, signed_in
from lms.admissions import calibration, rating
from lms.admissions import raters as asking
from lms.admissions.access import access_candidate, access_round
from lms.admissions.application_models import Application, Seen
from lms.admissions.candidate_views import line_words_of
from lms.admissions.candidates import note_read
from lms.admissions.decision_access import (
    access_example,
    access_open_rating,
    access_rater,
    access_rating,
    possible_raters,
    raters_of,
)
from lms.admissions.decision_forms import SettleForm, read_levels, read_said, read_version
from lms.admissions.decision_pages import conflict_words, names_of
from lms.admissions.models import Criterion, Round
from lms.admissions.pages import criterion_words, exercise_title, round_page
from lms.admissions.rating_models import CalibrationExample, Conflict, RatingStatus
from lms.admissions.views import bp
from lms.core.db import db
from lms.core.errors import NotFound


@bp.get("/ratings")
@signed_in
def ratings() -> str:
    """What this person is asked to rate."""
    found = rating.ratings_for(current_person())
    return render_template(
        "admissions/ratings.html",
        open=[row for row in found if row[0].status == RatingStatus.ASKED],
        done=[row for row in found if row[0].status == RatingStatus.DONE],
        rounds=asking.rounds_of(current_person()),
    )


@bp.route("/ratings/<rating_id>", methods=["GET", "POST"])
def rate(rating_id: str) -> Response | tuple[str, int]:
    """One candidate, known by a code: what she wrote and did, and what this rater says of it."""
    asked, sheet = access_rating(rating_id)
    screening = db.session.get_one(Round, asked.round_id)
    criteria = rating.criteria_of(screening.id)
    said = {score.criterion_id: rating.Said(score.level, score.words) for score in asked.scores}
    remark, problem, status = asked.remark, None, 200
    if request.method == "POST":
        said, remark = read_said(request.form, criteria), request.form.get("remark", "")
        done = request.form.get("action") == "done"
        try:
            rating.keep(asked, read_version(request.form), said, remark, done=done)
            db.session.commit()
            flash(_thanks(done=done), "success")
            return redirect(url_for(".ratings") if done else url_for(".rate", rating_id=rating_id), 303)
        except (rating.CannotRate, rating.RatedMeanwhile) as error:
            db.session.rollback()
            problem, status = str(error.sentence), error.status
            asked, sheet = access_rating(rating_id)
            screening = db.session.get_one(Round, asked.round_id)
            criteria = rating.criteria_of(screening.id)
    else:
        note_read(db.session.get_one(Application, sheet.application_id), current_person(), Seen.BLIND)
        db.session.commit()
    page = render_template(
        "admissions/rate.html",
        rating=asked,
        sheet=sheet,
        screening=screening,
        criteria=[(one, *criterion_words(screening, one)) for one in criteria],
        said=said,
        remark=remark,
        problem=problem,
        lines=[line_words_of(stored) for stored in sheet.evidence],
        levels={number: one.level for number, one in said.items()},
        words={number: one.words for number, one in said.items()},
        titles={work.exercise_key: exercise_title(work.exercise_key) for work in sheet.work},
        others=rating.others_of(asked),
        conflicts=conflict_words(),
    )
    return page, status


@bp.post("/ratings/<rating_id>/conflict")
def conflict(rating_id: str) -> Response:
    """She knows the candidate: somebody else will be asked."""
    asked, _ = access_rating(rating_id)
    try:
        why = Conflict(request.form.get("why", ""))
    except ValueError:
        flash(gettext("Choose a reason."), "warning")
        return redirect(url_for(".rate", rating_id=rating_id), 303)
    screening = db.session.get_one(Round, asked.round_id)
    try:
        rating.declare_conflict(asked, why)
    except rating.RatedMeanwhile as error:
        db.session.rollback()
        flash(str(error.sentence), "warning")
        return redirect(url_for(".ratings"), 303)
    asking.assign(screening)
    db.session.commit()
    flash(gettext("Thank you for saying it. Somebody else is asked."), "success")
    return redirect(url_for(".ratings"), 303)


@bp.route("/ratings/rounds/<round_id>/examples/<int:position>", methods=["GET", "POST"])
def example(round_id: str, position: int) -> Response | tuple[str, int]:
    """An example to begin with: what a rater sees in it, and then what it is meant to show."""
    screening, rater = access_rater(round_id)
    shown = access_example(screening, position)
    criteria = _criteria_of(shown)
    problem = None
    if request.method == "POST":
        try:
            calibration.answer_example(rater, shown, read_levels(request.form, criteria))
            db.session.commit()
            return redirect(url_for(".example", round_id=round_id, position=position), 303)
        except rating.CannotRate as error:
            db.session.rollback()
            problem = str(error.sentence)
            screening, rater = access_rater(round_id)
            shown = access_example(screening, position)
            criteria = _criteria_of(shown)
    places = [one.position for one in calibration.examples_of(screening.id)]
    later = [place for place in places if place > position]
    page = render_template(
        "admissions/example.html",
        screening=screening,
        example=shown,
        number=places.index(position) + 1,
        count=len(places),
        next=later[0] if later else None,
        criteria=[(one, *criterion_words(screening, one)) for one in criteria],
        answered=calibration.answers_of(rater).get(shown.id, {}),
        chosen=read_levels(request.form, criteria),
        meant={level.criterion_id: level for level in shown.levels},
        problem=problem,
    )
    return page, 422 if problem else 200


@bp.get("/rounds/<round_id>/raters")
def raters(round_id: str) -> str:
    """Who rates, how much is open, and where raters are far apart."""
    return _raters_page(access_round(round_id))


@bp.post("/rounds/<round_id>/raters")
def change_raters(round_id: str) -> Response:
    """Ask one person more to rate, give everything that is ready to raters, or take an open rating back."""
    screening = access_round(round_id)
    match request.form.get("action"):
        case "add":
            person = next(
                (one for one in possible_raters(screening) if one.public_id == request.form.get("person")),
                None,
            )
            if person is None:
                raise NotFound
            asking.add_rater(screening, person)
            flash(gettext("%(name)s rates in this round now.", name=person.name), "success")
        case "take_back":
            asking.take_back(access_open_rating(screening, request.form.get("rating", "")))
            flash(_asked_words(asking.assign(screening)), "success")
        case _:
            flash(_asked_words(asking.assign(screening)), "success")
    db.session.commit()
    return redirect(url_for(".raters", round_id=round_id), 303)


@bp.post("/rounds/<round_id>/candidates/<application_id>/agreed/<int:criterion>")
def settle(round_id: str, application_id: str, criterion: int) -> Response | tuple[str, int]:
    """Write down what raters agreed on."""
    screening = access_round(round_id)
    application = access_candidate(screening, application_id)
    form = SettleForm()
    try:
        rating.settle(application.id, criterion, form.note.data or "", current_person())
    except rating.CannotRate as error:
        db.session.rollback()
        return _raters_page(access_round(round_id), str(error.sentence)), error.status
    db.session.commit()
    return redirect(url_for(".raters", round_id=round_id, _anchor="apart"), 303)


def _criteria_of(example: CalibrationExample) -> list[Criterion]:
    """The criteria of which this example shows a level: a newer one it knows nothing of."""
    meant = {level.criterion_id for level in example.levels}
    return [one for one in rating.criteria_of(example.round_id) if one.id in meant]


def _thanks(*, done: bool) -> str:
    if done:
        return str(gettext("Thank you. Your rating counts now."))
    return str(gettext("Kept. You can go on later."))


def _asked_words(count: int) -> str:
    return str(ngettext("%(num)s rating was asked for.", "%(num)s ratings were asked for.", count))


def _raters_page(screening: Round, problem: str | None = None) -> str:
    apart = rating.disagreements_in(screening.id)
    criteria = rating.criteria_of(screening.id)
    applications = [one.application_id for one in apart]
    open_ratings = asking.open_ratings(screening.id)
    return round_page(
        "admissions/raters.html",
        screening,
        "admissions.raters",
        raters=raters_of(screening),
        possible=possible_raters(screening),
        progress=asking.progress_of(screening.id),
        lacking=asking.lacking(screening),
        open=open_ratings,
        examples=len(calibration.examples_of(screening.id)),
        apart=apart,
        people=names_of(applications),
        levels=rating.levels_by_application(applications),
        criteria={one.id: criterion_words(screening, one)[0] for one in criteria},
        form=SettleForm(formdata=None),
        problem=problem,
    )
