"""Who may open which programme, track, class, session and place. Absent and not hers give the same answer."""

from __future__ import annotations

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import joinedload, selectinload

from lms.accounts.access import access_cohort, coordinates, current_person
from lms.accounts.models import (
    Cohort,
    Enrolment,
    EnrolmentStatus,
    Programme,
    ProgrammeStaff,
    Role,
    Track,
    User,
)
from lms.core.db import db
from lms.core.errors import NotFound
from lms.programmes.models import CalendarChange, ClassSession
from lms.programmes.places import other_cohorts

MOST_PROGRAMMES = 100


def access_admin() -> User:
    """The person who asks, if she looks after the site."""
    person = current_person()
    if not person.is_admin:
        raise NotFound
    return person


def access_programmes() -> list[Programme]:
    """The programmes that this person coordinates, by name; all of them for an admin. May be none."""
    person = current_person()
    query: Select[Programme] = select(Programme).order_by(Programme.name).limit(MOST_PROGRAMMES)
    if not person.is_admin:
        query = query.where(
            exists().where(ProgrammeStaff.programme_id == Programme.id, ProgrammeStaff.user_id == person.id)
        )
    return list(db.session.scalars(query))


def access_programme(slug: str) -> Programme:
    """A programme, for its coordinators."""
    programme = db.session.scalar(select(Programme).where(Programme.slug == slug))
    if programme is None or not coordinates(current_person(), programme.id):
        raise NotFound
    return programme


def access_track(programme: Programme, public_id: str) -> Track:
    """A track of this programme; `programme` comes from `access_programme`."""
    track = db.session.scalar(
        select(Track)
        .where(Track.public_id == public_id, Track.programme_id == programme.id)
        .options(selectinload(Track.courses))
    )
    if track is None:
        raise NotFound
    return track


def access_own_cohort(public_id: str) -> Cohort:
    """A class, for the coordinators of its programme: who plans it and decides on places."""
    cohort = access_cohort(public_id)
    if not coordinates(current_person(), cohort.programme_id):
        raise NotFound
    return cohort


def access_session(cohort: Cohort, public_id: str) -> ClassSession:
    """A session of this class; `cohort` comes from `access_cohort` or `access_own_cohort`."""
    session = db.session.scalar(
        select(ClassSession).where(ClassSession.public_id == public_id, ClassSession.cohort_id == cohort.id)
    )
    if session is None:
        raise NotFound
    return session


def access_change(cohort: Cohort, number: int) -> CalendarChange | None:
    """A change of this class's calendar; None when it is not there (any more), as after a second click."""
    change = db.session.get(CalendarChange, number)
    return change if change is not None and change.cohort_id == cohort.id else None


def access_place(cohort: Cohort, person_id: str) -> Enrolment:
    """A student's place in this class, whether she is in it now or was."""
    place = db.session.scalar(
        select(Enrolment)
        .join(User, User.id == Enrolment.user_id)
        .where(User.public_id == person_id, Enrolment.cohort_id == cohort.id, Enrolment.role == Role.STUDENT)
        .options(joinedload(Enrolment.user))
    )
    if place is None:
        raise NotFound
    return place


def access_member(cohort: Cohort, person_id: str) -> Enrolment:
    """Somebody of this class in whatever role."""
    place = db.session.scalar(
        select(Enrolment)
        .join(User, User.id == Enrolment.user_id)
        .where(User.public_id == person_id, Enrolment.cohort_id == cohort.id)
        .options(joinedload(Enrolment.user))
    )
    if place is None:
        raise NotFound
    return place


def access_target(cohort: Cohort, public_id: str) -> Cohort | None:
    """The class that a student of this one is to go to; None where none is named."""
    if not public_id:
        return None
    target = next((other for other in other_cohorts(cohort) if other.public_id == public_id), None)
    if target is None:
        raise NotFound
    return target


def access_my_session(public_id: str) -> ClassSession:
    """A session of a class that the person who asks learns in now."""
    session = db.session.scalar(
        select(ClassSession)
        .join(Enrolment, Enrolment.cohort_id == ClassSession.cohort_id)
        .where(
            ClassSession.public_id == public_id,
            Enrolment.user_id == current_person().id,
            Enrolment.role == Role.STUDENT,
            Enrolment.status == EnrolmentStatus.ENROLLED,
        )
    )
    if session is None:
        raise NotFound
    return session
