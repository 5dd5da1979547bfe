"""Candidates of a round, for its coordinators. What they read of somebody leaves a row that she can see."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.accounts.access import current_person
from lms.admissions import applications, hearing, interviewing, sheets, stages
from lms.admissions import candidates as reading
from lms.admissions.access import access_candidate, access_round
from lms.admissions.application_models import Application, Level, Seen
from lms.admissions.deciding import CannotDecide
from lms.admissions.evidence import gather
from lms.admissions.forms import GoesOnForm, LanguageCheckForm, SheetForm
from lms.admissions.gathering import facts_of, frame_of
from lms.admissions.models import Round
from lms.admissions.pages import criterion_words, round_page, shown_sources
from lms.admissions.views import bp
from lms.admissions.words import (
    guide_words,
    level_words,
    line_words,
    measure_words,
    need_words,
    part_words,
    stage_words,
    talk_words,
)
from lms.core.db import db
from lms.core.errors import NotFound
from lms.programmes.forms import options

PAGE = 25


@bp.get("/rounds/<round_id>/candidates")
def candidates(round_id: str) -> str:
    """Who has applied, in the order in which they began; a page at a time."""
    screening = access_round(round_id)
    after = request.args.get("after", type=int)
    found = reading.candidates_in(screening, after, PAGE + 1)
    return round_page(
        "admissions/candidates.html",
        screening,
        "admissions.candidates",
        items=found[:PAGE],
        after=found[PAGE - 1].id if len(found) > PAGE else None,
        begins_later=after is not None,
        counts=reading.counts_in([screening]).get(screening.id, {}),
    )


@bp.get("/rounds/<round_id>/candidates/<application_id>")
def show_candidate(round_id: str, application_id: str) -> str:
    """One candidate: what she wrote, what her work shows and where that comes from, what she needs."""
    screening = access_round(round_id)
    application = access_candidate(screening, application_id)
    return _candidate_page(screening, application, LanguageCheckForm(formdata=None))


@bp.post("/rounds/<round_id>/candidates/<application_id>/language")
def check_language(round_id: str, application_id: str) -> Response | tuple[str, int]:
    """Keep how well she speaks, as somebody heard it; apart from anything about coding."""
    screening = access_round(round_id)
    application = access_candidate(screening, application_id)
    form = _language_form(LanguageCheckForm())
    if not form.validate_on_submit():
        return _candidate_page(screening, application, form), 422
    reading.check_language(application, Level(form.level.data), form.note.data or "", current_person())
    db.session.commit()
    flash(gettext("This is saved."), "success")
    return redirect(url_for(".show_candidate", round_id=round_id, application_id=application_id), 303)


@bp.post("/rounds/<round_id>/candidates/<application_id>/stages/<stage>")
def say_stage(round_id: str, application_id: str, stage: str) -> Response | tuple[str, int]:
    """Keep whether she goes on after a stage."""
    screening = access_round(round_id)
    application = access_candidate(screening, application_id)
    if stage not in stages.open_stages(screening):
        raise NotFound
    form = _stage_form(GoesOnForm(prefix=stage))
    if form.validate_on_submit():
        try:
            stages.say(
                screening, application, stage, current_person(),
                goes_on=form.goes_on.data == "yes", reason=form.reason.data or "",
            )  # fmt: skip
            db.session.commit()
            flash(gettext("This is saved."), "success")
            return redirect(
                url_for(
                    ".show_candidate", round_id=round_id, application_id=application_id, _anchor="stages"
                ),
                303,
            )
        except CannotDecide as error:
            db.session.rollback()
            form.reason.errors = [str(error.sentence)]
            screening = access_round(round_id)
            application = access_candidate(screening, application_id)
    return _candidate_page(screening, application, LanguageCheckForm(formdata=None), {stage: form}), 422


@bp.route("/rounds/<round_id>/candidates/<application_id>/sheet", methods=["GET", "POST"])
def edit_sheet(round_id: str, application_id: str) -> Response | tuple[str, int]:
    """What raters will read of her: looked through, and translated where needed, before they do."""
    screening = access_round(round_id)
    application = access_candidate(screening, application_id)
    sheet = sheets.sheet_of(application)
    form = SheetForm(data={"version": str(sheet.version), "motivation": sheet.motivation} if sheet else {})
    if form.is_submitted():
        if sheet is None or not form.validate():
            return _sheet_page(screening, application, form), 422
        version = form.version.data or ""
        try:
            sheets.check_sheet(
                sheet,
                form.motivation.data or "",
                sheets.names_of(application.user),
                int(version) if version.isdecimal() and len(version) < 10 else 0,
            )
        except applications.ApplicationConflict:
            db.session.rollback()
            form.motivation.errors = [
                gettext("Somebody else changed this in the meantime. Load the page again and compare.")
            ]
            return _sheet_page(screening, application, form), 409
        db.session.commit()
        flash(gettext("Raters can read this now."), "success")
        return redirect(url_for(".show_candidate", round_id=round_id, application_id=application_id), 303)
    return _sheet_page(screening, application, form), 200


@bp.post("/rounds/<round_id>/sheets")
def prepare_sheets(round_id: str) -> Response:
    """Make what raters read of those who have applied and have no such sheet yet."""
    screening = access_round(round_id)
    made = 0
    try:
        while batch := sheets.prepare(screening):
            db.session.commit()
            made += batch
    except sheets.TooEarly as error:
        flash(error.sentence, "warning")
        return redirect(url_for(".candidates", round_id=round_id), 303)
    flash(
        gettext("Sheets made for raters: %(number)s. Look through each before raters read it.", number=made)
    )
    return redirect(url_for(".candidates", round_id=round_id), 303)


def _language_form(form: LanguageCheckForm) -> LanguageCheckForm:
    form.level.choices = options([("", gettext("– choose –")), *level_words().items()])
    return form


def _stage_form(form: GoesOnForm) -> GoesOnForm:
    form.goes_on.choices = options([("yes", gettext("Goes on")), ("no", gettext("Does not go on"))])
    return form


def _stage_forms(
    screening: Round, application: Application, sent: Mapping[str, GoesOnForm]
) -> list[tuple[str, str, GoesOnForm]]:
    """Each stage with its words and its form: as it was sent, else as it is kept."""
    kept, words = stages.results_of(application), stage_words()
    found = []
    for stage in stages.open_stages(screening):
        row = kept.get(stage)
        data = {"goes_on": "yes" if row.goes_on else "no", "reason": row.reason} if row is not None else {}
        fresh = GoesOnForm(formdata=None, prefix=stage, data=data)
        found.append((str(stage), words[stage], sent.get(stage) or _stage_form(fresh)))
    return found


def _candidate_page(
    screening: Round,
    application: Application,
    form: LanguageCheckForm,
    stage_forms: Mapping[str, GoesOnForm] = MappingProxyType({}),
) -> str:
    frame = frame_of(screening)
    facts = facts_of(screening, [application], frame, links=True)[application.id]
    lines = gather(facts, frame, [(rule.measure, rule.guide) for rule in screening.rules])
    may_open = application.from_cohort.programme_id == screening.programme_id
    measures = measure_words()
    page = round_page(
        "admissions/candidate.html",
        screening,
        "admissions.candidates",
        application=application,
        lines=[
            (
                measures[line.measure],
                line_words(line),
                guide_words(line),
                shown_sources(line, may_open=may_open),
            )
            for line in lines
        ],
        levels=level_words(),
        parts=part_words(),
        needs=applications.needs_of(application),
        need_words=need_words(),
        checks=reading.language_checks(application),
        form=_language_form(form),
        sheet=sheets.sheet_of(application),
        stage_forms=_stage_forms(screening, application, stage_forms),
        interview=interviewing.interview_of(application),
        talk_words=talk_words(),
        **heard_of(screening, application),
    )
    return _noted(page, application, Seen.APPLICATION, Seen.NEEDS)


def heard_of(screening: Round, application: Application) -> dict[str, object]:
    """What interviewers heard of her, for those who know who she is."""
    names = {one.id: criterion_words(screening, one)[0] for one in screening.criteria}
    return {
        "heard": hearing.notes_of(application),
        "heard_names": names,
    }


def _noted(page: str, application: Application, *seen: Seen) -> str:
    """The page, once it is written down that it is read; after rendering, since a commit forgets what was loaded."""
    reading.note_read(application, current_person(), *seen)
    db.session.commit()
    return page


def _sheet_page(screening: Round, application: Application, form: SheetForm) -> str:
    sheet = sheets.sheet_of(application)
    page = round_page(
        "admissions/sheet.html",
        screening,
        "admissions.candidates",
        application=application,
        sheet=sheet,
        form=form,
        lines=[line_words_of(stored) for stored in sheet.evidence] if sheet is not None else [],
    )
    return _noted(page, application, Seen.APPLICATION)


def line_words_of(stored: dict[str, object]) -> tuple[str, str]:
    """A line of a sheet's evidence: the measure, and what it says."""
    line = sheets.read_line(stored)
    return measure_words()[line.measure], line_words(line)
