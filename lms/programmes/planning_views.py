"""For coordinators: a programme's tracks and classes, made and changed."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import available_timezones

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from lms.accounts.access import current_person
from lms.accounts.models import Cohort, Programme, Track
from lms.accounts.services import appoint
from lms.core.db import db
from lms.core.i18n import current_language, languages
from lms.core.paging import page_of
from lms.programmes import planning, schedule
from lms.programmes.access import (
    access_admin,
    access_own_cohort,
    access_programme,
    access_programmes,
    access_track,
)
from lms.programmes.calendars import LaidOut, NotPossible, slots_of
from lms.programmes.closed_days import countries
from lms.programmes.forms import (
    MOST_COURSES,
    MOST_SLOTS,
    SPARE_SLOTS,
    CohortForm,
    CoordinatorForm,
    ProgrammeForm,
    TrackForm,
    options,
)
from lms.programmes.pages import (
    class_page,
    course_title,
    language_name,
    pace_words,
    weekday_words,
)
from lms.programmes.services import all_courses, minutes_of, student_counts
from lms.programmes.views import bp

# A track of more courses shows one row more after it is saved.
SHOWN_COURSES = 4
TRACK_NUMBERS = ("hours_per_week", "sessions_per_week", "weeks", "buffer_weeks")
# Languages that schools of this kind teach in, beside those of the interface.
TEACHING = ("de", "es", "fa-AF", "it", "nl", "ps", "pt", "ru", "so", "sv", "ti", "tr")


@bp.get("/programmes")
def programmes() -> str:
    """The programmes that this person coordinates."""
    person = current_person()
    return render_template(
        "programmes/programmes.html", programmes=access_programmes(), may_make=person.is_admin
    )


@bp.route("/programmes/new", methods=["GET", "POST"])
def new_programme() -> Response | tuple[str, int]:
    """A new programme; its coordinators are named on its page."""
    access_admin()
    form = ProgrammeForm()
    if form.validate_on_submit():
        try:
            made = planning.new_programme(form.name.data, form.slug.data)
            db.session.commit()
            return redirect(url_for("programmes.show_programme", programme=made.slug), 303)
        except NotPossible as error:
            form.slug.errors = [error.sentence]
    return render_template("programmes/programme_form.html", form=form), _status(form)


@bp.get("/programmes/<programme>")
def show_programme(programme: str) -> str:
    """A programme: its tracks, its classes with their seats, and who coordinates it."""
    return _programme_page(access_programme(programme))


@bp.post("/programmes/<programme>/coordinators")
def add_coordinator(programme: str) -> Response | tuple[str, int]:
    """Let somebody who teaches in the programme coordinate it."""
    found = access_programme(programme)
    access_admin()
    form = _coordinator_form(found)
    if not form.validate_on_submit():
        return _programme_page(found, form), 422
    chosen = next(user for user in planning.teachers_of(found) if user.public_id == form.person.data)
    appoint(chosen, found)
    db.session.commit()
    flash(gettext("%(name)s coordinates this programme now.", name=chosen.name), "success")
    return redirect(url_for("programmes.show_programme", programme=found.slug), 303)


@bp.route("/programmes/<programme>/tracks/new", methods=["GET", "POST"])
def new_track(programme: str) -> Response | tuple[str, int]:
    """A new track."""
    return _track_page(access_programme(programme), None)


@bp.route("/programmes/<programme>/tracks/<track_id>", methods=["GET", "POST"])
def edit_track(programme: str, track_id: str) -> Response | tuple[str, int]:
    """Change a track; its running classes follow."""
    found = access_programme(programme)
    return _track_page(found, access_track(found, track_id))


@bp.route("/programmes/<programme>/classes/new", methods=["GET", "POST"])
def new_cohort(programme: str) -> Response | tuple[str, int]:
    """A new class."""
    found = access_programme(programme)
    return _cohort_page(
        found,
        None,
        lambda form: render_template("programmes/cohort_form.html", programme=found, form=form),
    )


@bp.route("/classes/<cohort_id>/plan", methods=["GET", "POST"])
def edit_cohort(cohort_id: str) -> Response | tuple[str, int]:
    """Change what a class takes, and where and when it meets."""
    cohort = access_own_cohort(cohort_id)
    return _cohort_page(
        cohort.programme,
        cohort,
        lambda form: class_page("programmes/plan.html", cohort, "programmes.edit_cohort", form=form),
    )


def _status(form: object) -> int:
    return 422 if getattr(form, "is_submitted", bool)() else 200


def _programme_page(programme: Programme, form: CoordinatorForm | None = None) -> str:
    page = page_of(planning.cohorts_in(programme), request.args.get("page", type=int))
    tracks = planning.tracks_of(programme)
    known = all_courses()
    return render_template(
        "programmes/programme.html",
        programme=programme,
        tracks=tracks,
        courses={slug: course_title(slug) for track in tracks for slug in planning.slugs_of(track)},
        hours={
            track.id: round(minutes_of(known[s] for s in planning.slugs_of(track) if s in known) / 60)
            for track in tracks
        },
        changed={track.id for track in tracks if planning.changed_courses(track)},
        page=page,
        taken=student_counts(page.items),
        paces=pace_words(),
        coordinators=planning.coordinators_of(programme),
        form=form or _coordinator_form(programme),
        is_admin=current_person().is_admin,
    )


def _coordinator_form(programme: Programme) -> CoordinatorForm:
    form = CoordinatorForm()
    form.person.choices = options((user.public_id, user.name) for user in planning.teachers_of(programme))
    return form


def _track_page(programme: Programme, track: Track | None) -> Response | tuple[str, int]:
    form = TrackForm(data=_track_data(track))
    while len(form.courses) < SHOWN_COURSES and not form.is_submitted():
        form.courses.append_entry()
    none = ("", gettext("– none –"))
    choices = [(slug, course_title(slug)) for slug in all_courses()]
    for number, field in enumerate(form.courses, 1):
        field.label.text = gettext("Course %(number)s", number=number)
        field.choices = options([none, *choices])
    if form.validate_on_submit():
        try:
            saved = planning.save_track(programme, track, _track_plan(form))
            db.session.commit()
            flash(gettext("The track is saved. It has %(num)s weeks.", num=saved.weeks), "success")
            return redirect(url_for("programmes.show_programme", programme=programme.slug), 303)
        except NotPossible as error:
            db.session.rollback()
            form.name.errors = [error.sentence]
    return (
        render_template("programmes/track.html", programme=programme, track=track, form=form),
        _status(form),
    )


def _track_data(track: Track | None) -> dict[str, object]:
    if track is None:
        return {}
    return {
        **{name: getattr(track, name) for name in TRACK_NUMBERS},
        "name": track.name,
        "pace": track.pace,
        "courses": [*planning.slugs_of(track), ""][:MOST_COURSES],
        "pinned": any(course.version for course in track.courses),
    }


def _track_plan(form: TrackForm) -> planning.TrackPlan:
    return planning.TrackPlan(
        name=form.name.data,
        courses=tuple(dict.fromkeys(field.data for field in form.courses if field.data)),
        pace=form.pace.data,
        hours_per_week=form.hours_per_week.data,
        sessions_per_week=form.sessions_per_week.data,
        weeks=form.weeks.data,
        buffer_weeks=form.buffer_weeks.data,
        pinned=form.pinned.data,
    )


def _cohort_page(
    programme: Programme, cohort: Cohort | None, show: Callable[[CohortForm], str]
) -> Response | tuple[str, int]:
    form = _cohort_form(programme, cohort)
    if form.validate_on_submit():
        try:
            saved, laid_out = planning.save_cohort(programme, cohort, _cohort_plan(form, programme))
            db.session.commit()
            say_laid_out(laid_out)
            return redirect(url_for("programmes.show_timetable", cohort_id=saved.public_id), 303)
        except NotPossible as error:
            db.session.rollback()
            form.name.errors = [error.sentence]
    return show(form), _status(form)


def say_laid_out(laid_out: LaidOut) -> None:
    """Tell what came of laying out a calendar."""
    sessions = ngettext("%(num)s class is planned.", "%(num)s classes are planned.", laid_out.sessions)
    flash(sessions, "success")
    if laid_out.without_day:
        flash(
            ngettext(
                "For %(num)s class no day was left before the end of the buffer weeks. Give the track more of them.",
                "For %(num)s classes no day was left before the end of the buffer weeks. Give the track more of them.",
                laid_out.without_day,
            ),
            "warning",
        )


def _cohort_form(programme: Programme, cohort: Cohort | None) -> CohortForm:
    slots = [] if cohort is None else slots_of(cohort)
    country, _, part = cohort.region.partition("-") if cohort else ("", "", "")
    form = CohortForm(obj=cohort, country=country, part=part, slots=slots)
    while len(form.slots) < min(len(slots) + SPARE_SLOTS, MOST_SLOTS) and not form.is_submitted():
        form.slots.append_entry()
    form.track.choices = options((track.public_id, track.name) for track in planning.tracks_of(programme))
    if cohort is not None and cohort.track is not None and not form.is_submitted():
        form.track.data = cohort.track.public_id
    form.time_zone.choices = options(
        (zone, zone.replace("_", " "))
        for zone in ("UTC", *sorted(zone for zone in available_timezones() if _is_place(zone)))
    )
    none = ("", gettext("– none –"))
    form.country.choices = options([none, *countries(current_language().tag)])
    tags = dict.fromkeys([*(language.tag for language in languages()), *TEACHING])
    form.teaching_language.choices = options((tag, language_name(tag)) for tag in tags)
    days = [("", "–"), *((str(number), name) for number, name in weekday_words().items())]
    for entry in form.slots:
        entry.form.weekday.choices = options(days)
    return form


def _is_place(zone: str) -> bool:
    return "/" in zone and not zone.startswith(("Etc/", "SystemV/", "US/", "posix/", "right/"))


def _cohort_plan(form: CohortForm, programme: Programme) -> planning.CohortPlan:
    return planning.CohortPlan(
        name=form.name.data,
        track=access_track(programme, form.track.data),
        starts_on=form.starts_on.data,
        time_zone=form.time_zone.data,
        region=form.region,
        teaching_language=form.teaching_language.data,
        place=form.place.data or "",
        link=form.link.data or "",
        childcare=form.childcare.data,
        seats=form.seats.data,
        slots=tuple(
            schedule.Slot(int(entry.form.weekday.data), entry.form.starts.data, entry.form.minutes.data)
            for entry in form.slots
            if entry.form.weekday.data
        ),
    )
