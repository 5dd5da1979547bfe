"""Programmes, tracks and classes: made, changed, listed. Functions flush and raise; views commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext
from sqlalchemy import Select, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload

from lms.accounts.models import (
    STAFF,
    Cohort,
    Enrolment,
    EnrolmentStatus,
    Pace,
    Programme,
    ProgrammeStaff,
    Track,
    TrackCourse,
    User,
)
from lms.catalog.model import Course
from lms.core.db import db
from lms.programmes import schedule
from lms.programmes.calendars import LaidOut, NotPossible, lay_out_cohort, running_cohorts
from lms.programmes.models import TimeSlot
from lms.programmes.services import all_courses, minutes_of

LONGEST_TRACK = 60
MOST_TRACKS = 100
MOST_TEACHERS = 200


@dataclass(frozen=True, slots=True)
class TrackPlan:
    """What a track is made of; the courses are slugs in their order."""

    name: str
    courses: tuple[str, ...]
    pace: Pace
    hours_per_week: int
    sessions_per_week: int
    weeks: int | None
    buffer_weeks: int
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class CohortPlan:
    """What a class is made of, and when it meets."""

    name: str
    track: Track
    starts_on: date
    time_zone: str
    region: str
    teaching_language: str
    place: str
    link: str
    childcare: bool
    seats: int | None
    slots: tuple[schedule.Slot, ...]


def new_programme(name: str, slug: str) -> Programme:
    """A programme that nobody coordinates yet."""
    programme = Programme(name=name, slug=slug)
    try:
        with db.session.begin_nested():
            db.session.add(programme)
    except IntegrityError as error:
        raise NotPossible(gettext("Another programme has this short name already.")) from error
    return programme


def save_track(programme: Programme, track: Track | None, plan: TrackPlan) -> Track:
    """Make a track or change it. Its classes follow, except those that have ended: they keep what they took."""
    known = all_courses()
    chosen = [known[slug] for slug in plan.courses if slug in known]
    if not chosen:
        raise NotPossible(gettext("Choose at least one course."))
    track = track or Track(programme_id=programme.id)
    try:
        with db.session.begin_nested():
            track.name = plan.name
            track.pace = plan.pace
            track.hours_per_week = plan.hours_per_week
            track.sessions_per_week = plan.sessions_per_week
            track.weeks = plan.weeks or weeks_for(chosen, plan.hours_per_week)
            track.buffer_weeks = plan.buffer_weeks
            db.session.add(track)
    except IntegrityError as error:
        raise NotPossible(gettext("Another track of this programme has this name already.")) from error
    track.courses.clear()
    db.session.flush()
    track.courses.extend(
        TrackCourse(position=place, course_slug=course.slug, version=course.version if plan.pinned else None)
        for place, course in enumerate(chosen)
    )
    db.session.flush()
    for cohort in running_cohorts(track):
        _take_from_track(cohort, track)
        lay_out_cohort(cohort)
    return track


def weeks_for(courses: Sequence[Course], hours_per_week: int) -> int:
    """How many weeks these courses take at this pace, as far as a track can be long."""
    return min(schedule.weeks_needed(minutes_of(courses), hours_per_week), LONGEST_TRACK)


def save_cohort(programme: Programme, cohort: Cohort | None, plan: CohortPlan) -> tuple[Cohort, LaidOut]:
    """Make a class or plan it anew; its calendar is laid out at once."""
    if len(plan.slots) != len({(slot.weekday, slot.starts) for slot in plan.slots}):
        raise NotPossible(gettext("Two rows of the timetable name the same time."))
    cohort = cohort or Cohort(programme_id=programme.id)
    cohort.name = plan.name
    _take_from_track(cohort, plan.track)
    cohort.starts_on = plan.starts_on
    cohort.time_zone = plan.time_zone
    cohort.region = plan.region
    cohort.teaching_language = plan.teaching_language
    cohort.place = plan.place
    cohort.link = plan.link
    cohort.childcare = plan.childcare
    cohort.seats = plan.seats
    db.session.add(cohort)
    db.session.flush()
    _keep_slots(cohort, plan.slots)
    return cohort, lay_out_cohort(cohort)


def _take_from_track(cohort: Cohort, track: Track) -> None:
    had = cohort.course_slugs if cohort.course_slug else ()
    pins = cohort.course_pins or {}
    cohort.track = track
    slugs = slugs_of(track)
    cohort.course_slug, cohort.later_courses = slugs[0], slugs[1:]
    # A course that the class has already stays at its version; a new one comes at the track's.
    versions = {
        course.course_slug: pins.get(course.course_slug) if course.course_slug in had else course.version
        for course in track.courses
    }
    cohort.course_pins = {slug: version for slug, version in versions.items() if version is not None}
    cohort.pace = track.pace
    cohort.hours_per_week = track.hours_per_week


def _keep_slots(cohort: Cohort, slots: Sequence[schedule.Slot]) -> None:
    db.session.execute(delete(TimeSlot).where(TimeSlot.cohort_id == cohort.id))
    db.session.add_all(
        TimeSlot(cohort_id=cohort.id, weekday=slot.weekday, starts=slot.starts, minutes=slot.minutes)
        for slot in slots
    )
    db.session.flush()


def tracks_of(programme: Programme) -> list[Track]:
    """A programme's tracks with their courses, by name."""
    found = db.session.scalars(
        select(Track)
        .where(Track.programme_id == programme.id)
        .options(selectinload(Track.courses))
        .order_by(Track.name)
        .limit(MOST_TRACKS)
    )
    return list(found)


def slugs_of(track: Track) -> list[str]:
    """A track's courses, in order."""
    return [course.course_slug for course in track.courses]


def changed_courses(track: Track) -> list[str]:
    """The courses that have changed since the track was held at what they were."""
    known = all_courses()
    return [
        course.course_slug
        for course in track.courses
        if course.version is not None
        and (course.course_slug not in known or known[course.course_slug].version != course.version)
    ]


def cohorts_in(programme: Programme) -> Select[Cohort]:
    """A programme's classes, the latest start first; a query, to be paged."""
    return (
        select(Cohort)
        .where(Cohort.programme_id == programme.id)
        .options(joinedload(Cohort.track))
        .order_by(func.coalesce(Cohort.starts_on, date.min).desc(), Cohort.id.desc())
    )


def coordinators_of(programme: Programme) -> list[User]:
    """Who coordinates a programme, by name."""
    found = db.session.scalars(
        select(User)
        .join(ProgrammeStaff, ProgrammeStaff.user_id == User.id)
        .where(ProgrammeStaff.programme_id == programme.id)
        .order_by(User.name)
    )
    return list(found)


def teachers_of(programme: Programme) -> list[User]:
    """Who teaches or coordinates a class of a programme now, by name."""
    found = db.session.scalars(
        select(User)
        .join(Enrolment, Enrolment.user_id == User.id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(
            Cohort.programme_id == programme.id,
            Enrolment.role.in_(STAFF),
            Enrolment.status == EnrolmentStatus.ENROLLED,
        )
        .order_by(User.name)
        .distinct()
        .limit(MOST_TEACHERS)
    )
    return list(found)
