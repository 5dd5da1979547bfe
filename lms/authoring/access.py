"""Who may open which course to write, to translate or to publish it. Absent and not hers give the same answer."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import joinedload

from lms.accounts.access import current_person, looked_after_by
from lms.accounts.models import Cohort, Programme, ProgrammeStaff, User
from lms.authoring.models import (
    IMPORT_KINDS,
    AuthoredCourse,
    AuthorRun,
    CourseImport,
    CoursePerson,
    CourseRole,
    CourseVersion,
    InterfacePerson,
    RunKind,
)
from lms.core.db import db, utcnow
from lms.core.errors import NotFound


def authored_courses(person: User) -> Select[AuthoredCourse]:
    """The courses in which this person has any part, by title; all of them for an admin. A query, to be paged."""
    query = (
        select(AuthoredCourse)
        .options(joinedload(AuthoredCourse.programme))
        .order_by(AuthoredCourse.title, AuthoredCourse.id)
    )
    if person.is_admin:
        return query
    takes_part = exists().where(
        CoursePerson.course_id == AuthoredCourse.id, CoursePerson.user_id == person.id
    )
    return query.where(or_(takes_part, _coordinated_by(person)))


def access_authored(public_id: str) -> AuthoredCourse:
    """A course, for everybody who has a part in it: its overview, its history, its translations to read."""
    course = db.session.scalar(
        authored_courses(current_person()).where(AuthoredCourse.public_id == public_id)
    )
    if course is None:
        raise NotFound
    return course


def access_to_write(public_id: str) -> AuthoredCourse:
    """A course, for its authors, the coordinators of its programme, and admins: to write, try and publish it."""
    course = access_authored(public_id)
    if not may_write(current_person(), course):
        raise NotFound
    return course


def access_to_lead(public_id: str) -> AuthoredCourse:
    """A course, for who decides on its people and its remote: the coordinators of its programme, and admins."""
    course = access_authored(public_id)
    if not may_lead(current_person(), course):
        raise NotFound
    return course


def access_to_translate(public_id: str, language: str) -> AuthoredCourse:
    """A course, for who writes translations into this language: translators, reviewers, and who may write it."""
    course = access_authored(public_id)
    if not may_translate(current_person(), course, language):
        raise NotFound
    return course


def access_to_review(public_id: str, language: str) -> AuthoredCourse:
    """A course, for who may call a translation into this language right: its reviewers, and who leads the course."""
    course = access_authored(public_id)
    if not may_review(current_person(), course, language):
        raise NotFound
    return course


def may_write(person: User, course: AuthoredCourse) -> bool:
    """Whether she may change the course's source and publish it."""
    return may_lead(person, course) or _has_role(person, course, (CourseRole.AUTHOR,), "")


def may_lead(person: User, course: AuthoredCourse) -> bool:
    """Whether she decides who has a part in the course."""
    if person.is_admin:
        return True
    return bool(
        db.session.scalar(select(exists().where(AuthoredCourse.id == course.id, _coordinated_by(person))))
    )


def may_translate(person: User, course: AuthoredCourse, language: str) -> bool:
    """Whether she writes translations into this language."""
    roles = (CourseRole.TRANSLATOR, CourseRole.REVIEWER)
    return _has_role(person, course, roles, language) or may_write(person, course)


def may_review(person: User, course: AuthoredCourse, language: str) -> bool:
    """Whether her word makes a translation a reviewed one."""
    return _has_role(person, course, (CourseRole.REVIEWER,), language) or may_lead(person, course)


def access_try(course: AuthoredCourse, public_id: str, path: str) -> AuthorRun:
    """A try of one exercise of this course, "<lesson>/<exercise>"; `course` comes from `access_to_write`."""
    run = db.session.scalar(
        select(AuthorRun).where(
            AuthorRun.public_id == public_id,
            AuthorRun.course_id == course.id,
            AuthorRun.kind == RunKind.TRY,
            AuthorRun.path == path,
        )
    )
    if run is None:
        raise NotFound
    return run


def access_courses_to_write() -> list[AuthoredCourse]:
    """The courses that she may write, by title: an admin all, others those of theirs; as a form offers them."""
    person = current_person()
    query = authored_courses(person).limit(200)
    if not person.is_admin:
        writes = exists().where(
            CoursePerson.course_id == AuthoredCourse.id,
            CoursePerson.user_id == person.id,
            CoursePerson.role == CourseRole.AUTHOR,
        )
        query = query.where(or_(writes, _coordinated_by(person)))
    return list(db.session.scalars(query))


def access_import(public_id: str) -> CourseImport:
    """What she herself has sent within the last day; and only while she may still write where it is to go."""
    person = current_person()
    row = db.session.scalar(
        select(CourseImport).where(
            CourseImport.public_id == public_id,
            CourseImport.user_id == person.id,
            CourseImport.kind.in_(IMPORT_KINDS),
            CourseImport.created_at > utcnow() - timedelta(days=1),
        )
    )
    if row is None or (row.course is not None and not may_write(person, row.course)):
        raise NotFound
    return row


def access_course_programmes() -> list[Programme]:
    """The programmes in which she may begin a course: those whose classes she teaches or which she coordinates."""
    person = current_person()
    query = select(Programme).order_by(Programme.name).limit(100)
    if not person.is_admin:
        leads = exists().where(
            ProgrammeStaff.programme_id == Programme.id, ProgrammeStaff.user_id == person.id
        )
        teaches = Programme.id.in_(select(Cohort.programme_id).where(Cohort.id.in_(looked_after_by(person))))
        query = query.where(or_(leads, teaches))
    return list(db.session.scalars(query))


def access_led_programmes() -> list[Programme]:
    """The programmes that she coordinates; all of them for an admin."""
    person = current_person()
    query = select(Programme).order_by(Programme.name).limit(100)
    if not person.is_admin:
        leads = exists().where(
            ProgrammeStaff.programme_id == Programme.id, ProgrammeStaff.user_id == person.id
        )
        query = query.where(leads)
    return list(db.session.scalars(query))


def access_authoring() -> User:
    """Somebody who may see a list of courses to write: staff, and whoever has a part in one."""
    person = current_person()
    has_part = exists().where(CoursePerson.user_id == person.id)
    if not person.is_staff and not db.session.scalar(select(has_part)):
        raise NotFound
    return person


def access_interface() -> User:
    """Somebody who translates the interface into some language, or an admin."""
    person = current_person()
    has_part = exists().where(InterfacePerson.user_id == person.id)
    if not person.is_admin and not db.session.scalar(select(has_part)):
        raise NotFound
    return person


def access_interface_admin() -> User:
    """Who decides on the interface's languages and its translators."""
    person = current_person()
    if not person.is_admin:
        raise NotFound
    return person


def access_interface_language(language: str, *, review: bool = False) -> User:
    """Who translates the interface into this language; `review`: who may also call a text right."""
    person = current_person()
    if not may_translate_interface(person, language, review=review):
        raise NotFound
    return person


def may_translate_interface(person: User, language: str, *, review: bool = False) -> bool:
    """Whether she translates the interface into this language, or reviews what others have translated."""
    if person.is_admin:
        return True
    found = exists().where(InterfacePerson.user_id == person.id, InterfacePerson.language == language)
    if review:
        found = found.where(InterfacePerson.role == CourseRole.REVIEWER)
    return bool(db.session.scalar(select(found)))


def _coordinated_by(person: User) -> ColumnElement[bool]:
    return exists().where(
        and_(ProgrammeStaff.programme_id == AuthoredCourse.programme_id, ProgrammeStaff.user_id == person.id)
    )


def _has_role(person: User, course: AuthoredCourse, roles: tuple[CourseRole, ...], language: str) -> bool:
    found = select(CoursePerson.id).where(
        CoursePerson.course_id == course.id,
        CoursePerson.user_id == person.id,
        CoursePerson.role.in_(roles),
        CoursePerson.language == language,
    )
    return db.session.scalar(found.limit(1)) is not None


def access_run(course: AuthoredCourse, public_id: str) -> AuthorRun:
    """A run of this course; `course` comes from `access_to_write`."""
    run = db.session.scalar(
        select(AuthorRun).where(AuthorRun.public_id == public_id, AuthorRun.course_id == course.id)
    )
    if run is None:
        raise NotFound
    return run


def access_version(course: AuthoredCourse, number: int) -> CourseVersion:
    """A published version of this course; `course` comes from `access_authored`."""
    version = db.session.scalar(
        select(CourseVersion).where(CourseVersion.course_id == course.id, CourseVersion.number == number)
    )
    if version is None:
        raise NotFound
    return version
