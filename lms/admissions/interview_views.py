"""Coordinators offer times for talks and invite; whoever holds a talk writes down what she heard."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from lms.accounts.access import current_person, signed_in
from lms.admissions import hearing, interviewing, talk_times
from lms.admissions.access import access_round
from lms.admissions.application_models import Seen
from lms.admissions.candidates import note_read
from lms.admissions.decision_access import access_slot, access_talk, possible_interviewers
from lms.admissions.decision_forms import read_said
from lms.admissions.forms import TimesForm
from lms.admissions.hearing import Heard
from lms.admissions.interview_models import Interview, InterviewStatus
from lms.admissions.interviewing import CannotTalk, TalkChanged
from lms.admissions.models import Round
from lms.admissions.pages import criterion_words, round_page, zone_of
from lms.admissions.talk_times import Times
from lms.admissions.views import bp, number_of
from lms.admissions.words import level_words, talk_words
from lms.core.db import db, utcnow
from lms.core.text import clean_lines
from lms.programmes.forms import options

PAGE = 50


@bp.get("/rounds/<round_id>/interviews")
def interviews(round_id: str) -> str:
    """Times for talks, who is invited, and who has picked which time."""
    return _interviews_page(access_round(round_id), TimesForm(formdata=None))


@bp.post("/rounds/<round_id>/interviews")
def change_interviews(round_id: str) -> Response | tuple[str, int]:
    """Offer times, take one out, or invite candidates."""
    screening, form = access_round(round_id), TimesForm(formdata=None)
    try:
        match request.form.get("action"):
            case "offer":
                form = _times_form(screening, TimesForm())
                if not form.validate():
                    return _interviews_page(screening, form), 422
                count = talk_times.offer_times(screening, _times(form, screening))
                said = ngettext("%(num)s time is offered.", "%(num)s times are offered.", count)
            case "take_out":
                talk_times.take_out(access_slot(screening, request.form.get("slot", "")))
                said = gettext("The time is taken out. Whoever had picked it is told.")
            case "invite_all":
                said = _invited_words(interviewing.invite(screening, None, current_person()))
            case _:
                chosen = request.form.getlist("candidate")
                said = _invited_words(interviewing.invite(screening, chosen, current_person()))
    except (CannotTalk, TalkChanged) as error:
        db.session.rollback()
        return _interviews_page(access_round(round_id), form, str(error.sentence)), error.status
    db.session.commit()
    flash(said, "success")
    return redirect(url_for(".interviews", round_id=round_id), 303)


@bp.get("/talks")
@signed_in
def talks() -> str:
    """The talks that this person holds."""
    found = hearing.talks_of(current_person())
    return render_template(
        "admissions/talks.html",
        talks=[(one, zone_of(one.application.round)) for one in found],
        words=talk_words(),
    )


@bp.route("/talks/<application_id>", methods=["GET", "POST"])
def talk(application_id: str) -> Response | tuple[str, int]:
    """One talk: what it is about, by the round's criteria for interviews, and what this person heard."""
    found = access_talk(application_id)
    heard, general, problem, status = *_own_notes(found), None, 200
    if request.method == "POST":
        criteria = hearing.criteria_heard(found.application.round_id)
        heard = {
            number: Heard(one.level, clean_lines(one.words))
            for number, one in read_said(request.form, criteria).items()
        }
        general = clean_lines(request.form.get("general", ""))
        version = number_of(request.form.get("version"))
        try:
            hearing.write_notes(found, current_person(), heard, general, version)
            db.session.commit()
            flash(gettext("Your notes are kept."), "success")
            return redirect(url_for(".talk", application_id=application_id), 303)
        except (CannotTalk, TalkChanged) as error:
            db.session.rollback()
            problem, status = str(error.sentence), error.status
            found = access_talk(application_id)
    return _talk_page(found, heard, general, problem), status


@bp.post("/talks/<application_id>/outcome")
def talk_outcome(application_id: str) -> Response | tuple[str, int]:
    """Whether the talk took place, or that there is to be none."""
    found = access_talk(application_id)
    version = number_of(request.form.get("version"))
    try:
        match request.form.get("outcome"):
            case "held":
                interviewing.say_outcome(found, InterviewStatus.HELD, version)
            case "missed":
                interviewing.say_outcome(found, InterviewStatus.MISSED, version)
            case _:
                interviewing.call_off(found, version)
        db.session.commit()
    except (CannotTalk, TalkChanged) as error:
        db.session.rollback()
        found = access_talk(application_id)
        return _talk_page(found, *_own_notes(found), str(error.sentence)), error.status
    flash(gettext("This is saved."), "success")
    return redirect(url_for(".talk", application_id=application_id), 303)


def _times_form(screening: Round, form: TimesForm) -> TimesForm:
    people = [(one.public_id, one.name) for one in possible_interviewers(screening)]
    form.interviewer.choices = options([("", gettext("– choose –")), *people])
    return form


def _times(form: TimesForm, screening: Round) -> Times:
    zone = zone_of(screening)
    interviewer = next(
        one for one in possible_interviewers(screening) if one.public_id == form.interviewer.data
    )
    place, link = talk_times.clean_time(form.place.data or "", form.link.data or "")
    return Times(
        interviewer,
        datetime.combine(form.day.data, form.begins.data, zone),
        datetime.combine(form.day.data, form.ends.data, zone),
        form.minutes.data,
        place,
        link,
    )


def _invited_words(count: int) -> str:
    return str(ngettext("%(num)s person is invited.", "%(num)s people are invited.", count))


def _interviews_page(screening: Round, form: TimesForm, problem: str | None = None) -> str:
    found = interviewing.rows_of(screening, request.args.get("after", 0, type=int), PAGE + 1)
    return round_page(
        "admissions/interviews.html",
        screening,
        "admissions.interviews",
        form=_times_form(screening, form),
        slots=talk_times.slots_of(screening),
        rows=found[:PAGE],
        after=found[PAGE - 1].application.id if len(found) > PAGE else None,
        words=talk_words(),
        has_talks=interviewing.has_talks(screening),
        problem=problem,
    )


def _own_notes(found: Interview) -> tuple[dict[int, Heard], str]:
    own = [note for note in hearing.notes_of(found.application) if note.author_id == current_person().id]
    heard = {note.criterion_id: Heard(note.level, note.text) for note in own if note.criterion_id is not None}
    return heard, next((note.text for note in own if note.criterion_id is None), "")


def _talk_page(found: Interview, heard: dict[int, Heard], general: str, problem: str | None) -> str:
    application = found.application
    screening = application.round
    criteria = hearing.criteria_heard(screening.id)
    page = render_template(
        "admissions/talk.html",
        interview=found,
        application=application,
        screening=screening,
        zone=zone_of(screening),
        words=talk_words(),
        levels=level_words(),
        criteria=[(one, *criterion_words(screening, one)) for one in criteria],
        chosen={number: one.level for number, one in heard.items()},
        notes={number: one.text for number, one in heard.items()},
        general=general,
        begun=found.slot is not None and found.slot.starts_at <= utcnow(),
        problem=problem,
    )
    note_read(application, current_person(), Seen.APPLICATION)
    db.session.commit()
    return page
