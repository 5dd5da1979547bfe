"""Who may see how somebody stands, and who may read what was said. Absent and not hers give the same answer.

The board of a class is for its staff. Talks are for the staff of the class that she is in now, for the coordinators
of the programme, and for herself; nobody else reads them, whatever else she does in the school.
"""

from __future__ import annotations

from sqlalchemy import Select, select

from lms.accounts.access import access_cohort, coordinates, current_person
from lms.accounts.models import HERE, Cohort, Enrolment, Programme
from lms.board.contacts import talks_with
from lms.board.models import Contact
from lms.core.db import db, utcnow
from lms.core.errors import NotFound
from lms.programmes.access import access_place, access_programme


def access_class(public_id: str) -> Cohort:
    """A class, for its staff."""
    return access_cohort(public_id)


def access_rules(slug: str) -> Programme:
    """A programme, for those who may look at all its classes and change what counts: its coordinators."""
    return access_programme(slug)


def access_talks(cohort_id: str, person_id: str) -> Enrolment:
    """A student's place in a class, for those who may read about talks with her."""
    cohort = access_cohort(cohort_id)
    place = access_place(cohort, person_id)
    if place.status not in HERE and not coordinates(current_person(), cohort.programme_id):
        raise NotFound
    return place


def access_talk(place: Enrolment, public_id: str) -> Contact:
    """A talk with this student; `place` comes from `access_talks`."""
    contact = db.session.scalar(
        select(Contact).where(
            Contact.public_id == public_id,
            Contact.user_id == place.user_id,
            Contact.programme_id == place.cohort.programme_id,
            Contact.delete_after > utcnow().date(),
        )
    )
    if contact is None:
        raise NotFound
    return contact


def may_forget(contact: Contact) -> bool:
    """Whether this person may delete a talk before its day: who wrote it, and coordinators."""
    person = current_person()
    return contact.author_id == person.id or coordinates(person, contact.programme_id)


def access_my_talks() -> Select[Contact]:
    """What is kept about talks with the person who asks."""
    return talks_with(current_person().id)


def access_cohort_in(programme: Programme, public_id: str | None) -> Cohort | None:
    """A class of this programme, None where none is named; `programme` comes from `access_rules`."""
    if not public_id:
        return None
    cohort = db.session.scalar(
        select(Cohort).where(Cohort.public_id == public_id, Cohort.programme_id == programme.id)
    )
    if cohort is None:
        raise NotFound
    return cohort
