"""Applying: rounds that somebody can apply in, her application step by step, and where she stands."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.accounts.access import current_person, signed_in
from lms.admissions import applications, helping, interviewing, tasks
from lms.admissions import candidates as reading
from lms.admissions.access import access_application, access_published
from lms.admissions.application_models import Application, ApplicationStatus, FairnessQuestion, Level
from lms.admissions.deciding import letters_of
from lms.admissions.forms import FairnessForm, LanguageForm, NeedsForm, StepForm, WhenForm, WhyForm
from lms.admissions.models import Measure, Round, Stage
from lms.admissions.pages import (
    STEPS,
    about_of,
    criterion_words,
    exercise_title,
    next_words,
    stages_of,
    standing_words,
)
from lms.admissions.rounds import takes_applications
from lms.admissions.views import bp
from lms.admissions.words import level_words, part_words, seen_words, stage_words, step_words, talk_words
from lms.core.db import db
from lms.core.errors import NotFound, wants_json
from lms.core.i18n import current_language, languages
from lms.programmes.forms import options
from lms.programmes.pages import language_name
from lms.programmes.planning_views import TEACHING

FORMS: dict[str, type[StepForm]] = {
    "why": WhyForm,
    "when": WhenForm,
    "language": LanguageForm,
    "needs": NeedsForm,
    "fairness": FairnessForm,
}
RATHER_NOT = "rather_not"


@bp.get("/apply")
@signed_in
def apply() -> str:
    """Rounds that she can apply in, and her own applications."""
    person = current_person()
    mine = applications.applications_of(person)
    known = {application.round_id for application in mine}
    return render_template(
        "admissions/apply.html",
        rounds=[one for one in applications.open_rounds(person) if one.id not in known],
        mine=[(one, standing_words(one)) for one in mine],
    )


@bp.get("/apply/<round_id>")
def published(round_id: str) -> str:
    """A round as candidates read it: what it is about, what is looked at, and when."""
    screening, mine = access_published(round_id)
    return render_template(
        "admissions/published.html",
        screening=screening,
        mine=mine,
        zone=zone_for(screening, mine),
        about=about_of(screening),
        criteria=[criterion_words(screening, one) for one in screening.criteria],
        dated=stages_of(screening),
        stages=stage_words(),
        takes=takes_applications(screening),
    )


@bp.post("/apply/<round_id>")
def begin(round_id: str) -> Response:
    """Begin to apply: a draft that only she can read."""
    screening, _ = access_published(round_id)
    application = applications.begin(current_person(), screening)
    public_id = application.public_id
    db.session.commit()
    return redirect(url_for(".edit_application", application_id=public_id, step="why"), 303)


@bp.get("/applications/<application_id>")
def show_application(application_id: str) -> str:
    """Where she stands, what she wrote, her tasks, and who has read it."""
    return _page(access_application(application_id))


@bp.route("/applications/<application_id>/<step>", methods=["GET", "POST"])
def edit_application(application_id: str, step: str) -> Response | tuple[str, int]:
    """One step of the form. It is saved with each button, and by the script while she writes."""
    application = access_application(application_id)
    if step not in FORMS:
        raise NotFound
    form = _form(application, step)
    if not form.is_submitted():
        return _step_page(application, step, form), 200
    if not form.validate():
        return _step_page(application, step, form), 422
    try:
        applications.save_step(application, _read(step, form), _version(form))
    except (applications.ApplicationConflict, applications.RoundClosed) as error:
        if wants_json():
            raise
        db.session.rollback()
        conflict = isinstance(error, applications.ApplicationConflict)
        return _step_page(access_application(application_id), step, form, conflict=conflict), 409
    version = application.version
    db.session.commit()
    if wants_json():
        return Response(f'{{"version": {version}}}', mimetype="application/json")
    after = STEPS[STEPS.index(step) + 1 :]
    if request.form.get("action") == "next" and after:
        return redirect(url_for(".edit_application", application_id=application_id, step=after[0]), 303)
    flash(gettext("Saved."), "success")
    return redirect(url_for(".show_application", application_id=application_id), 303)


@bp.post("/applications/<application_id>")
def change_application(application_id: str) -> Response | tuple[str, int]:
    """Send it in, or take it back."""
    application = access_application(application_id)
    action = request.form.get("action")
    if action == "withdraw":
        applications.withdraw(application)
        db.session.commit()
        flash(gettext("You have taken the application back."))
    elif action == "submit":
        version = request.form.get("version", "")
        try:
            applications.submit(application, int(version) if version.isdecimal() and len(version) < 10 else 0)
            tasks.draw_for(application)
            db.session.commit()
            flash(gettext("Your application is sent in."), "success")
        except applications.NotReady as error:
            db.session.rollback()
            return _page(access_application(application_id)), error.status
        except applications.ApplicationConflict:
            db.session.rollback()
            flash(gettext("You changed it in another tab. Look at it again, then send it in."), "warning")
    return redirect(url_for(".show_application", application_id=application_id), 303)


def _looks_at_help(screening: Round) -> bool:
    return any(rule.measure == Measure.HELP for rule in screening.rules)


def zone_for(screening: Round, mine: Application | None) -> ZoneInfo:
    """The clock of the class that she learns in; the script moves times to that of her device."""
    return ZoneInfo(mine.from_cohort.time_zone if mine is not None else screening.cohort.time_zone)


def _version(form: StepForm) -> int:
    value = form.version.data or ""
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else 0


def _page(application: Application) -> str:
    screening = application.round
    drawn = tasks.tasks_of([application.id]).get(application.id, [])
    window = next((dated for dated in stages_of(screening) if dated.stage == Stage.TASK), None)
    return render_template(
        "admissions/application.html",
        application=application,
        screening=screening,
        zone=zone_for(screening, application),
        standing=standing_words(application),
        next=next_words(application),
        takes=takes_applications(screening),
        lacking=applications.lacks(application),
        steps=step_words(),
        levels=level_words(),
        parts=part_words(),
        dated=stages_of(screening),
        stages=stage_words(),
        tasks=[(key, exercise_title(key)) for key in drawn],
        window=window,
        tasks_open=window is not None and (window.now or window.over),
        reads=reading.reads_of(application),
        seen=seen_words(),
        sent=application.status == ApplicationStatus.SUBMITTED,
        letters=letters_of(application.id),
        interview=interviewing.interview_of(application),
        talk_words=talk_words(),
        helped=helping.notes_about(application.user) if _looks_at_help(screening) else [],
    )


def _step_page(application: Application, step: str, form: StepForm, *, conflict: bool = False) -> str:
    # What she wrote stays in the fields; the version is the one of now, so that saving again is a choice.
    if conflict:
        form.version.data = str(application.version)
        form.version.raw_data = None
    return render_template(
        "admissions/step.html",
        application=application,
        screening=application.round,
        form=form,
        step=step,
        number=STEPS.index(step) + 1,
        before=STEPS[STEPS.index(step) - 1] if STEPS.index(step) else None,
        steps=step_words(),
        conflict=conflict,
        takes=takes_applications(application.round) and application.status != ApplicationStatus.WITHDRAWN,
        stored=application.motivation if step == "why" else "",
    )


def _form(application: Application, step: str) -> Any:
    form = FORMS[step](data={**_data(application, step), "version": str(application.version)})
    tags = dict.fromkeys([*(language.tag for language in languages()), *TEACHING])
    names = [(tag, language_name(tag)) for tag in tags]
    rather_not = (RATHER_NOT, gettext("I would rather not say"))
    match form:
        case WhyForm():
            form.motivation_language.choices = options([*names, ("other", gettext("Another language"))])
        case WhenForm():
            form.availability.choices = options(part_words().items())
        case LanguageForm():
            form.language_level.choices = options(level_words().items())
        case FairnessForm():
            form.gender.choices = options(
                [
                    ("woman", gettext("a woman")),
                    ("man", gettext("a man")),
                    ("another", gettext("neither of these")),
                    rather_not,
                ]
            )
            form.care.choices = options([("yes", gettext("Yes")), ("no", gettext("No")), rather_not])
            form.language.choices = options(
                [("", gettext("– no answer –")), *names, ("other", gettext("Another language")), rather_not]
            )
    return form


def _data(application: Application, step: str) -> dict[str, Any]:
    match step:
        case "why":
            return {
                "motivation": application.motivation,
                "motivation_language": application.motivation_language or current_language().tag,
                "talk_instead": application.talk_instead,
            }
        case "when":
            return {
                "hours_per_week": application.hours_per_week,
                "availability": application.availability,
            }
        case "language":
            return {"language_level": application.language_level}
        case "needs":
            needs = applications.needs_of(application)
            names = ("laptop", "internet", "childcare", "quiet_place", "other")
            return {name: getattr(needs, name) for name in names} if needs is not None else {}
        case _:
            return dict(applications.answers_of(application))


def _read(step: str, form: Any) -> applications.Step:
    match step:
        case "why":
            return applications.Why(
                form.motivation.data or "",
                form.motivation_language.data if form.motivation.data else "",
                form.talk_instead.data,
            )
        case "when":
            return applications.When(form.hours_per_week.data, tuple(form.availability.data or ()))
        case "language":
            chosen = form.language_level.data
            return applications.Speaks(Level(chosen) if chosen else None)
        case "needs":
            return applications.Needs(
                form.laptop.data,
                form.internet.data,
                form.childcare.data,
                form.quiet_place.data,
                form.other.data or "",
            )
        case _:
            return applications.ForFairness(
                {question: form[str(question)].data or "" for question in FairnessQuestion}
            )
