"""Screening rounds as coordinators make and run them."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.accounts.access import current_person
from lms.accounts.models import Programme
from lms.admissions import (
    decision_models,  # noqa: F401  # for its tables
    help_models,  # noqa: F401  # for its tables
    interview_models,  # noqa: F401  # for its tables
    rating_models,  # noqa: F401  # for its tables
    rounds,
    telling,
)
from lms.admissions.access import access_round
from lms.admissions.candidates import counts_in
from lms.admissions.evidence import RuleRefused
from lms.admissions.forms import (
    DATED,
    ChangeForm,
    RoundForm,
    first_moment,
    last_moment,
)
from lms.admissions.models import Round, Stage
from lms.admissions.pages import day_of, round_page, stages_of, zone_of
from lms.admissions.retention import erase_old
from lms.admissions.tasks import Tasks
from lms.admissions.waiting import lapse_overdue
from lms.admissions.words import (
    change_words,
    missing_words,
    round_words,
    stage_words,
)
from lms.core.chores import DAILY, HOURLY, Chore, keep_house
from lms.core.db import db
from lms.core.i18n import languages
from lms.core.paging import page_of
from lms.programmes.access import access_programme
from lms.programmes.forms import options
from lms.programmes.pages import language_name
from lms.programmes.planning_views import TEACHING
from lms.submissions.lending import lend_by

bp = Blueprint("admissions", __name__, template_folder="templates")
bp.add_app_template_filter(language_name, "language_name")
# What a form may be told, beside a field: everything else is an error's own page.
TOLD = (rounds.RoundRefused, rounds.RoundConflict, RuleRefused)


def init_app(app: Flask) -> None:
    """Lend candidates the tasks drawn for them; keep the dates of rounds and offers; say how messages read."""
    lend_by(app, Tasks())
    telling.init_app(app)
    keep_house(
        app,
        Chore("admissions.rounds", HOURLY, rounds.close_what_is_over),
        Chore("admissions.openings", HOURLY, telling.announce_opened),
        Chore("admissions.offers", HOURLY, lapse_overdue),
        Chore("admissions.reminders", HOURLY, telling.remind),
        Chore("admissions.applications", DAILY, erase_old),
    )


@bp.get("/programmes/<programme>/rounds")
def programme_rounds(programme: str) -> str:
    """The rounds of a programme, the latest first."""
    found = access_programme(programme)
    page = page_of(rounds.rounds_in(found), request.args.get("page", type=int))
    return render_template(
        "admissions/rounds.html",
        programme=found,
        page=page,
        counts=counts_in(page.items),
        statuses=round_words(),
        zones={screening.id: zone_of(screening) for screening in page.items},
        may_make=bool(rounds.cohorts_for(found)),
    )


@bp.route("/programmes/<programme>/rounds/new", methods=["GET", "POST"])
def new_round(programme: str) -> Response | tuple[str, int]:
    """A new round, which nobody sees before it opens."""
    found = access_programme(programme)
    form = _round_form(found, None)
    if form.validate_on_submit():
        made = rounds.make_round(found, _plan(form, found))
        db.session.commit()
        return redirect(url_for(".edit_evidence", round_id=made.public_id), 303)
    return (
        render_template("admissions/round_new.html", programme=found, form=form, stages=stage_words()),
        status_of(form),
    )


@bp.get("/rounds/<round_id>")
def show_round(round_id: str) -> str:
    """A round: where it is, what is missing, what happened to it."""
    return _overview(access_round(round_id), ChangeForm())


@bp.post("/rounds/<round_id>/state")
def change_round(round_id: str) -> Response | tuple[str, int]:
    """Open, close, open again or end a round."""
    screening, form, person = access_round(round_id), ChangeForm(), current_person()
    zone = zone_of(screening)
    day = form.closes_on.data if form.closes_on.validate(form) else None
    changes: dict[str, Callable[[], None]] = {
        "open": lambda: rounds.open_round(screening, person),
        "close": lambda: rounds.close_round(screening, person, form.reason.data or ""),
        "reopen": lambda: rounds.reopen_round(
            screening, person, form.reason.data or "", last_moment(day, zone) if day else screening.closes_at
        ),
        "end": lambda: rounds.end_round(screening, person, form.reason.data or ""),
    }
    change = changes.get(request.form.get("action", ""))
    if change is None or not form.validate():
        return _overview(screening, form), 422
    try:
        change()
    except TOLD as error:
        db.session.rollback()
        form.reason.errors = [error.sentence]
        return _overview(access_round(round_id), form), error.status
    telling.announce_opened()
    db.session.commit()
    flash(gettext("The round is changed. The log below says who did it."), "success")
    return redirect(url_for(".show_round", round_id=round_id), 303)


@bp.route("/rounds/<round_id>/plan", methods=["GET", "POST"])
def edit_round(round_id: str) -> Response | tuple[str, int]:
    """Change seats, dates and stages."""
    screening = access_round(round_id)
    form = _round_form(screening.programme, screening)
    if form.validate_on_submit():
        try:
            rounds.plan_round(screening, _plan(form, screening.programme), number_of(form.version.data))
            db.session.commit()
            flash(gettext("The round is saved."), "success")
            return redirect(url_for(".edit_round", round_id=round_id), 303)
        except TOLD as error:
            db.session.rollback()
            form.name.errors = [error.sentence]
            screening = access_round(round_id)
    page = round_page(
        "admissions/round_plan.html", screening, "admissions.edit_round", form=form, stages=stage_words()
    )
    return page, status_of(form)


def status_of(form: object) -> int:
    """The status of a page with this form: 422 when it comes back with what is wrong."""
    return 422 if getattr(form, "is_submitted", bool)() else 200


def number_of(value: str | None) -> int:
    """A version as a form sends it; 0, which no row has, for anything else."""
    return int(value) if value and value.isascii() and value.isdecimal() and len(value) < 10 else 0


def _overview(screening: Round, form: ChangeForm) -> str:
    return round_page(
        "admissions/round.html",
        screening,
        "admissions.show_round",
        form=form,
        missing=[missing_words(kind, detail) for kind, detail in rounds.missing(screening)]
        if screening.status == "draft"
        else [],
        log=rounds.log_of(screening),
        changes=change_words(),
        counts=counts_in([screening]).get(screening.id, {}),
        dated=stages_of(screening),
        stages=stage_words(),
        takes=rounds.takes_applications(screening),
    )


def _round_form(programme: Programme, screening: Round | None) -> RoundForm:
    form = RoundForm(data=_round_data(programme, screening))
    form.cohort.choices = options((one.public_id, one.name) for one in rounds.cohorts_for(programme))
    tags = dict.fromkeys([*(language.tag for language in languages()), *TEACHING])
    choices = options((tag, language_name(tag)) for tag in tags)
    form.languages.choices = choices
    form.working_language.choices = choices
    return form


def _round_data(programme: Programme, screening: Round | None) -> dict[str, object]:
    if screening is None:
        return {"languages": rounds.languages_read(programme) or ["en"], "working_language": "en"}
    zone = zone_of(screening)
    kept = {row.stage: row for row in screening.stages}
    data: dict[str, object] = {
        name: getattr(screening, name)
        for name in (
            "name", "seats", "waiting_size", "letters_on", "answer_days", "keep_days", "open_to_partners",
            "languages", "working_language",
        )
    }  # fmt: skip
    for stage in DATED:
        row = kept.get(stage)
        data[str(stage)] = {
            "used": row is not None,
            "first": day_of(row.begins_at, zone) if row is not None and row.begins_at else None,
            "last": day_of(row.ends_at, zone) if row is not None and row.ends_at else None,
        }
    return {
        **data,
        "version": str(screening.version),
        "cohort": screening.cohort.public_id,
        "opens_on": day_of(screening.opens_at, zone),
        "closes_on": day_of(screening.closes_at, zone),
        "coursework": Stage.COURSEWORK in kept,
    }


def _plan(form: RoundForm, programme: Programme) -> rounds.RoundPlan:
    cohort = next(one for one in rounds.cohorts_for(programme) if one.public_id == form.cohort.data)
    zone = zone_of(Round(cohort=cohort))
    return rounds.RoundPlan(
        name=form.name.data,
        cohort=cohort,
        seats=form.seats.data,
        waiting_size=form.waiting_size.data,
        opens_at=first_moment(form.opens_on.data, zone),
        closes_at=last_moment(form.closes_on.data, zone),
        letters_on=form.letters_on.data,
        answer_days=form.answer_days.data,
        keep_days=form.keep_days.data,
        open_to_partners=form.open_to_partners.data,
        languages=tuple(form.languages.data),
        working_language=form.working_language.data,
        stages=form.stages(zone),
    )
