"""Named people and their class: Ada teaches, Ben and Dina learn, Cora coordinates, Cleo is an outsider.

Otto teaches and Olga coordinates elsewhere; Mila teaches another class of Ben's programme.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from flask import current_app, session
from flask.testing import FlaskClient
from flask_security import hash_password
from werkzeug.test import TestResponse

from lms.accounts.models import Cohort, Enrolment, Programme, Role, Track, TrackCourse, User
from lms.accounts.security import start_session
from lms.accounts.services import appoint
from lms.authoring.exercise_files import changes_of
from lms.authoring.exercise_starts import start_sheet
from lms.authoring.models import AuthoredCourse, CoursePerson, CourseRole
from lms.authoring.placing import placed
from lms.authoring.services import commit_files, repository_of, start_course
from lms.authoring.workbench import in_folder
from lms.core.db import db, utcnow
from lms.core.text import fold_name
from lms.programmes.calendars import lay_out_cohort
from lms.programmes.models import TimeSlot
from lms.programmes.schedule import Slot

PIN = "582913"
COURSE = "first-steps-python"
OTHER_COURSE = "digital-basics"
EVENINGS = (Slot(1, time(18), 120), Slot(3, time(18), 120))


@dataclass(frozen=True, slots=True)
class School:
    """Two classes of one programme, and one of another: Cleo, Otto and Olga know only that one."""

    cohort: Cohort
    beside: Cohort
    other: Cohort
    ada: User
    ben: User
    dina: User
    cora: User
    cleo: User
    otto: User
    olga: User
    mila: User
    root: User


@functools.cache
def hash_of_pin(_cost: str) -> str:
    """The hash of `PIN`, made once: hashing is slow on purpose, and factories make thousands of people."""
    return hash_password(PIN)


def make_user(
    name: str, *, admin: bool = False, language: str | None = None, email: str | None = None
) -> User:
    """A person whose PIN is `PIN`."""
    cost = str(current_app.config.get("SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS"))
    user = User(name=name, password=hash_of_pin(cost), is_admin=admin, language=language, email=email)
    db.session.add(user)
    db.session.flush()
    return user


def make_cohort(
    name: str = "Morning class",
    *,
    code: str = "HEJ23456",
    course: str = COURSE,
    programme: Programme | None = None,
) -> Cohort:
    """A class, in a programme of its own if none is given."""
    programme = programme or Programme(slug=f"programme-{code.lower()}", name="Demo School")
    cohort = Cohort(programme=programme, name=name, course_slug=course, join_code=code)
    db.session.add(cohort)
    db.session.flush()
    return cohort


def enrol(user: User, cohort: Cohort, role: Role = Role.STUDENT) -> Enrolment:
    """Put a person into a class."""
    enrolment = Enrolment(user_id=user.id, cohort_id=cohort.id, role=role, name_key=fold_name(user.name))
    db.session.add(enrolment)
    db.session.flush()
    return enrolment


def make_track(programme: Programme, *, weeks: int = 8, **more: Any) -> Track:
    """A track of two evenings a week over the course."""
    track = Track(programme_id=programme.id, name="Evenings", weeks=weeks, buffer_weeks=2, **more)
    track.courses = [TrackCourse(position=0, course_slug=COURSE)]
    db.session.add(track)
    db.session.flush()
    return track


def plan_class(
    cohort: Cohort,
    track: Track | None = None,
    *,
    starts_on: date | None = None,
    slots: tuple[Slot, ...] = EVENINGS,
    **more: Any,
) -> Cohort:
    """A calendar for this class, by the clocks of Berlin; by default it began three weeks ago."""
    cohort.track = track or make_track(cohort.programme)
    cohort.starts_on = starts_on or utcnow().date() - timedelta(weeks=3)
    cohort.time_zone = "Europe/Berlin"
    for name, value in more.items():
        setattr(cohort, name, value)
    for slot in slots:
        db.session.add(
            TimeSlot(cohort_id=cohort.id, weekday=slot.weekday, starts=slot.starts, minutes=slot.minutes)
        )
    db.session.flush()
    lay_out_cohort(cohort)
    db.session.commit()
    return cohort


def make_school() -> School:
    """Everybody, committed."""
    cohort = make_cohort()
    beside = make_cohort("Weekend class", code="WEN23456", programme=cohort.programme)
    other = make_cohort("Evening class", code="TRE98765", course=OTHER_COURSE)
    names = {name: make_user(name) for name in ("Ada", "Ben", "Dina", "Cora", "Cleo", "Otto", "Olga", "Mila")}
    root = make_user("Root", admin=True, email="root@school.example")
    enrol(names["Ada"], cohort, Role.INSTRUCTOR)
    enrol(names["Ben"], cohort)
    enrol(names["Dina"], cohort)
    enrol(names["Cora"], cohort, Role.COORDINATOR)
    enrol(names["Cleo"], other)
    enrol(names["Otto"], other, Role.INSTRUCTOR)
    enrol(names["Olga"], other, Role.COORDINATOR)
    enrol(names["Mila"], beside, Role.INSTRUCTOR)
    appoint(names["Cora"], cohort.programme)
    appoint(names["Olga"], other.programme)
    db.session.commit()
    return School(
        cohort=cohort,
        beside=beside,
        other=other,
        root=root,
        **{name.lower(): user for name, user in names.items()},
    )


AUTHORED_FILES = {
    "course.toml": b"""format = 1
title = "Loops"
summary = "How to do things again."
level = "beginner"
language = "en"
languages = ["en", "ar"]
hours = 2
licence = "CC-BY-4.0"

[minutes]
"01-first" = 30
""",
    "glossary.toml": b"""[loop]
term = "loop"
definition = "Something that is done again and again."
""",
    "01-first/lesson.md": b"# First\n\nWe count to three.\n",
    "01-first/images/dot.png": b"\x89PNG\r\n\x1a\n",
    "02-second/lesson.md": b"# Second\n\nGo back to [the first lesson](../01-first/lesson.md).\n",
}


def make_authored(school: School) -> AuthoredCourse:
    """A course that Ada writes in Ben's programme and Mila translates into Arabic; two steps of history."""
    course = start_course(
        school.ada, slug="loops", files=AUTHORED_FILES, message="Begin.", programme=school.cohort.programme
    )
    db.session.add(CoursePerson(course=course, user=school.mila, role=CourseRole.TRANSLATOR, language="ar"))
    lesson = {"01-first/lesson.md": b"# First\n\nWe count to four.\n"}
    commit_files(course, school.ada, lesson, repository_of(course).head(), "Count further.")
    db.session.commit()
    return course


def write_exercise(
    course: AuthoredCourse, person: User, start: str = "function", name: str = "double"
) -> str:
    """An exercise in the course's first lesson, as somebody begins it; the commit."""
    repository = repository_of(course)
    head = repository.head()
    lesson = repository.read(head, "01-first/lesson.md") or b""
    made = in_folder(f"01-first/{name}", changes_of(start_sheet(start, "Double it"), {}))
    changes = made | {"01-first/lesson.md": placed(lesson, name)}
    return commit_files(course, person, changes, head, f"Begin the exercise {name}.").id


def csrf_token(client: FlaskClient, path: str = "/sign-in") -> str:
    """The token of a form on this page, as a browser would send it back."""
    page = client.get(path, follow_redirects=True).get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    if found is None:
        raise AssertionError(f"no form token on {path}")
    return found.group(1)


def post(
    client: FlaskClient, path: str, data: dict[str, Any] | None = None, *, form: str = "/sign-in"
) -> TestResponse:
    """Send a form as a browser does, with the token from the page `form`."""
    return client.post(path, data={"csrf_token": csrf_token(client, form), **(data or {})})


def sign_in(client: FlaskClient, user: User, pin: str = PIN) -> None:
    """Open a session as a right PIN does. The door itself has its own tests; `pin` is for another than `PIN`."""
    if pin != PIN:
        sign_in_at_the_door(client, user, pin)
        return
    with client.application.test_request_context():
        start_session(db.session.get_one(User, user.id))
        db.session.commit()
        opened = dict(session)
    with client.session_transaction() as kept:
        kept.clear()
        kept.update(opened)


def sign_in_at_the_door(client: FlaskClient, user: User, pin: str = PIN) -> None:
    """Sign in through the front door: by class code and name, or by e-mail for who is in no class."""
    who = (
        {"code": user.enrolments[0].cohort.join_code, "name": user.name}
        if user.enrolments
        else {"name": user.email}
    )
    answer = post(client, "/sign-in", {**who, "secret": pin}, form="/sign-in?other=1")
    if answer.status_code != 303:
        raise AssertionError(f"{user.name} could not sign in: {answer.status_code}")
