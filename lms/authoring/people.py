"""Who has a part in a course, and who can be given one: people of its programme, found by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from lms.accounts.models import HERE, STAFF, Cohort, Enrolment, ProgrammeStaff, User
from lms.authoring.models import AuthoredCourse, CoursePerson, CourseRole
from lms.core.db import db
from lms.core.text import fold_name

MOST_FOUND = 30
MOST_PEOPLE = 200


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who can be given a part, and the classes by which one knows who she is."""

    user: User
    classes: tuple[str, ...]


def people_of(course: AuthoredCourse) -> list[CoursePerson]:
    """Everybody who has a part: authors first, then by language."""
    query = (
        select(CoursePerson)
        .join(CoursePerson.user)
        .options(joinedload(CoursePerson.user))
        .where(CoursePerson.course_id == course.id)
        .order_by(CoursePerson.language, CoursePerson.role, User.name, CoursePerson.id)
        .limit(MOST_PEOPLE)
    )
    return list(db.session.scalars(query))


def find_people(course: AuthoredCourse, name: str) -> list[Candidate]:
    """People whose name holds these words: staff of the programme, and who is in one of its classes.

    Without words: its staff alone, who are few.
    """
    key = fold_name(name)
    query = _eligible(course, key).order_by(User.name, User.id).limit(MOST_FOUND)
    found = list(db.session.scalars(query))
    return [Candidate(user, classes) for user, classes in zip(found, _classes(course, found), strict=True)]


def eligible_person(course: AuthoredCourse, public_id: str) -> User | None:
    """One of those who can be given a part."""
    return db.session.scalar(_eligible(course, None).where(User.public_id == public_id))


def give_part(course: AuthoredCourse, person: User, role: CourseRole, language: str) -> bool:
    """Give her a part; False if she has it already."""
    language = "" if role is CourseRole.AUTHOR else language
    try:
        with db.session.begin_nested():
            db.session.add(CoursePerson(course=course, user=person, role=role, language=language))
    except IntegrityError:
        return False
    return True


def take_part_back(course: AuthoredCourse, part: int) -> None:
    """Take one part back. Who has no part any more keeps nothing but her name in the history."""
    db.session.execute(
        delete(CoursePerson).where(CoursePerson.id == part, CoursePerson.course_id == course.id)
    )


def _eligible(course: AuthoredCourse, key: str | None) -> Select[User]:
    """`key`: folded words of a name; empty for staff only, None for everybody."""
    here = select(Enrolment.user_id).where(Enrolment.status.in_(HERE))
    leads = select(ProgrammeStaff.user_id)
    if course.programme_id is not None:
        here = here.join(Cohort, Cohort.id == Enrolment.cohort_id).where(
            Cohort.programme_id == course.programme_id
        )
        leads = leads.where(ProgrammeStaff.programme_id == course.programme_id)
    if key == "":
        here = here.where(Enrolment.role.in_(STAFF))
    elif key:
        here = here.where(Enrolment.name_key.contains(key, autoescape=True))
        leads = leads.join(User, User.id == ProgrammeStaff.user_id).where(
            User.name.icontains(key, autoescape=True)
        )
    return select(User).where(User.active, or_(User.id.in_(here), User.id.in_(leads)))


def _classes(course: AuthoredCourse, people: Iterable[User]) -> list[tuple[str, ...]]:
    """For each of them, the names of her classes (of this programme)."""
    ids = [user.id for user in people]
    query = (
        select(Enrolment.user_id, Cohort.name)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Enrolment.user_id.in_(ids), Enrolment.status.in_(HERE))
        .order_by(Cohort.id.desc())
        .limit(MOST_FOUND * 5)
    )
    if course.programme_id is not None:
        query = query.where(Cohort.programme_id == course.programme_id)
    known: dict[int, list[str]] = {}
    for user_id, name in db.session.execute(query):
        known.setdefault(user_id, []).append(name)
    return [tuple(known.get(user_id, [])[:3]) for user_id in ids]
