"""A candidate picks the time of her talk, and says what would make it easier for her."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.admissions import hearing, interviewing
from lms.admissions.access import access_application
from lms.admissions.application_models import Application, ApplicationStatus
from lms.admissions.apply_views import zone_for
from lms.admissions.forms import WishForm
from lms.admissions.interview_models import Interview
from lms.admissions.interviewing import CannotTalk, TalkChanged, TimeTaken
from lms.admissions.pages import criterion_words
from lms.admissions.views import bp, number_of
from lms.admissions.words import talk_words
from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.i18n import languages
from lms.programmes.forms import options
from lms.programmes.pages import language_name
from lms.programmes.planning_views import TEACHING


@bp.get("/applications/<application_id>/talk")
def my_talk(application_id: str) -> str:
    """When and where the talk is, or the times from which she picks one; what it is about."""
    application, interview = _access(application_id)
    return _page(application, interview, None)


@bp.post("/applications/<application_id>/talk")
def change_talk(application_id: str) -> Response | tuple[str, int]:
    """Pick a time or another one, give it up, or say what would make the talk easier."""
    application, interview = _access(application_id)
    version, form = number_of(request.form.get("version")), None
    try:
        match request.form.get("action"):
            case "wish":
                form = _form(WishForm())
                if not form.validate():
                    return _page(application, interview, form), 422
                interviewing.keep_wish(interview, form.wish.data or "", form.language.data or "", version)
                said = gettext("This is saved. Whoever talks with you reads it.")
            case "give_up":
                interviewing.give_up(interview, version)
                said = gettext("Your time is free again. Please choose another one.")
            case _:
                interviewing.pick(interview, request.form.get("slot", ""), version)
                said = gettext("You have this time now.")
    except (CannotTalk, TalkChanged, TimeTaken) as error:
        db.session.rollback()
        application, interview = _access(application_id)
        if form is not None:
            form.version.data, form.version.raw_data = str(interview.version), None
        return _page(application, interview, form, str(error.sentence)), error.status
    db.session.commit()
    flash(said, "success")
    return redirect(url_for(".my_talk", application_id=application_id), 303)


def _access(application_id: str) -> tuple[Application, Interview]:
    application = access_application(application_id)
    interview = interviewing.interview_of(application)
    if interview is None or application.status != ApplicationStatus.SUBMITTED:
        raise NotFound
    return application, interview


def _form(form: WishForm) -> WishForm:
    tags = dict.fromkeys([*(one.tag for one in languages()), *TEACHING])
    names = [(tag, language_name(tag)) for tag in tags]
    form.language.choices = options(
        [("", gettext("No matter")), *names, ("other", gettext("Another language"))]
    )
    return form


def _page(
    application: Application, interview: Interview, form: WishForm | None, problem: str | None = None
) -> str:
    screening = application.round
    if form is None:
        data = {
            "version": str(interview.version), "wish": interview.wish, "language": interview.language,
        }  # fmt: skip
        form = _form(WishForm(formdata=None, data=data))
    may_change = interviewing.may_change(interview)
    return render_template(
        "admissions/my_talk.html",
        application=application,
        screening=screening,
        interview=interview,
        zone=zone_for(screening, application),
        words=talk_words(),
        may_change=may_change,
        slots=interviewing.free_slots(application) if may_change else [],
        criteria=[criterion_words(screening, one) for one in hearing.criteria_heard(screening.id)],
        form=form,
        problem=problem,
    )
