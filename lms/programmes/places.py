"""A person's place in a class: paused, deferred, moved, ended, and why. Functions flush and raise; views commit.

Submissions, marks, drafts and answers belong to the person, not to her class: whatever happens to her place, they
stay as they are and go with her.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.accounts.models import HERE, Cohort, Enrolment, EnrolmentStatus, Role, User
from lms.accounts.services import ClassFull, enrol, take_seat
from lms.core.db import db, utcnow
from lms.core.text import clean_line
from lms.programmes.calendars import NotPossible
from lms.programmes.models import LONGEST_NOTE, EnrolmentEvent, Reason
from lms.programmes.placed import tell_of

# How long a student's own page tells her of a change.
NEWS = timedelta(days=21)
MOST_EVENTS = 100
# Endings that a reason must explain.
WITH_REASON = frozenset({EnrolmentStatus.WITHDRAWN, EnrolmentStatus.DEFERRED, EnrolmentStatus.MOVED})


def change_place(
    enrolment: Enrolment,
    status: EnrolmentStatus,
    author: User,
    *,
    reason: Reason | None = None,
    note: str = "",
    to_cohort: Cohort | None = None,
) -> EnrolmentEvent:
    """Change where a student stands in a class, and keep when, why and by whom.

    Deferring and moving give her a place in `to_cohort`; for deferring the class may not be known yet.
    """
    if enrolment.role != Role.STUDENT:
        raise NotPossible(gettext("Only a student's place can be changed here."))
    if status == enrolment.status and to_cohort is None:
        raise NotPossible(gettext("This is how things stand already."))
    if status in WITH_REASON and reason is None:
        raise NotPossible(gettext("Choose a reason."))
    if status == EnrolmentStatus.MOVED and to_cohort is None:
        raise NotPossible(gettext("Choose the class to move to."))
    if status not in {EnrolmentStatus.MOVED, EnrolmentStatus.DEFERRED}:
        to_cohort = None
    if status in HERE and enrolment.status not in HERE:
        _take_seat(enrolment)
    if to_cohort is not None:
        _take_place(enrolment, to_cohort, author)
    return _set(enrolment, status, author, reason=reason, note=note, to_cohort=to_cohort)


def history_of(enrolment: Enrolment) -> list[EnrolmentEvent]:
    """All changes of a person's place in a class, the newest first. How she joined is the enrolment itself."""
    found = db.session.scalars(
        select(EnrolmentEvent)
        .where(EnrolmentEvent.enrolment_id == enrolment.id)
        .options(joinedload(EnrolmentEvent.to_cohort), joinedload(EnrolmentEvent.author))
        .order_by(EnrolmentEvent.at.desc(), EnrolmentEvent.id.desc())
        .limit(MOST_EVENTS)
    )
    return list(found)


def news_for(user: User, now: datetime | None = None) -> list[EnrolmentEvent]:
    """What has changed of late about a person's places, for herself; the newest first."""
    found = db.session.scalars(
        select(EnrolmentEvent)
        .join(Enrolment, Enrolment.id == EnrolmentEvent.enrolment_id)
        .where(Enrolment.user_id == user.id, EnrolmentEvent.at > (now or utcnow()) - NEWS)
        .options(
            joinedload(EnrolmentEvent.to_cohort),
            joinedload(EnrolmentEvent.enrolment).joinedload(Enrolment.cohort),
        )
        .order_by(EnrolmentEvent.at.desc(), EnrolmentEvent.id.desc())
        .limit(5)
    )
    return list(found)


def other_cohorts(cohort: Cohort) -> list[Cohort]:
    """The classes of the same programme that a student of this one can go to, the newest first."""
    found = db.session.scalars(
        select(Cohort)
        .where(Cohort.programme_id == cohort.programme_id, Cohort.id != cohort.id)
        .order_by(Cohort.created_at.desc(), Cohort.id.desc())
        .limit(100)
    )
    return list(found)


def _take_place(enrolment: Enrolment, to_cohort: Cohort, author: User) -> None:
    """A place in the class that she goes to; one that she had there before is opened again."""
    home = db.session.get_one(Cohort, enrolment.cohort_id)
    if to_cohort.id == home.id:
        raise NotPossible(gettext("The student is in this class already."))
    if to_cohort.programme_id != home.programme_id:
        raise NotPossible(gettext("Students move within one programme. To another school they are referred."))
    try:
        place = enrol(enrolment.user, to_cohort)
    except ClassFull as error:
        raise _no_seat() from error
    if place.role != Role.STUDENT:
        raise NotPossible(gettext("This person teaches the class to move to."))
    if place.status not in HERE:
        _take_seat(place)
        _set(place, EnrolmentStatus.ENROLLED, author)


def _take_seat(place: Enrolment) -> None:
    try:
        take_seat(db.session.get_one(Cohort, place.cohort_id))
    except ClassFull as error:
        raise _no_seat() from error


def _no_seat() -> NotPossible:
    return NotPossible(
        gettext("All seats of this class are taken. Give it more seats under Plan, or choose another class.")
    )


def _set(
    enrolment: Enrolment,
    status: EnrolmentStatus,
    author: User,
    *,
    reason: Reason | None = None,
    note: str = "",
    to_cohort: Cohort | None = None,
) -> EnrolmentEvent:
    enrolment.status = status
    event = EnrolmentEvent(
        enrolment_id=enrolment.id,
        status=status,
        reason=reason,
        note=clean_line(note)[:LONGEST_NOTE],
        to_cohort_id=to_cohort.id if to_cohort is not None else None,
        author_id=author.id,
    )
    db.session.add(event)
    db.session.flush()
    tell_of(event)
    return event
