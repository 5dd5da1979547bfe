"""Named people and their class: Ada teaches, Ben and Dina learn, Cora coordinates, Cleo is an outsider."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask.testing import FlaskClient
from flask_security import hash_password

from lms.accounts.models import Cohort, Enrolment, Programme, Role, User
from lms.core.db import db
from lms.core.text import fold_name

PIN = "582913"
COURSE = "first-steps-python"


@dataclass(frozen=True, slots=True)
class School:
    """Two classes of two programmes; Cleo and Otto know only the other one."""

    cohort: Cohort
    other: Cohort
    ada: User
    ben: User
    dina: User
    cora: User
    cleo: User
    otto: User
    root: User


def make_user(name: str, *, admin: bool = False, language: str | None = None) -> User:
    """A person whose PIN is `PIN`."""
    user = User(name=name, password=hash_password(PIN), is_admin=admin, language=language)
    db.session.add(user)
    db.session.flush()
    return user


def make_cohort(name: str = "Morning class", *, code: str = "HEJ23456", course: str = COURSE) -> Cohort:
    """A class in a programme of its own."""
    programme = Programme(slug=f"programme-{code.lower()}", name="Demo School")
    cohort = Cohort(programme=programme, name=name, course_slug=course, join_code=code)
    db.session.add(cohort)
    db.session.flush()
    return cohort


def enrol(user: User, cohort: Cohort, role: Role = Role.STUDENT) -> Enrolment:
    """Put a person into a class."""
    enrolment = Enrolment(user=user, cohort=cohort, role=role, name_key=fold_name(user.name))
    db.session.add(enrolment)
    db.session.flush()
    return enrolment


def make_school() -> School:
    """Everybody, committed."""
    cohort = make_cohort()
    other = make_cohort("Evening class", code="TRE98765")
    names = {name: make_user(name) for name in ("Ada", "Ben", "Dina", "Cora", "Cleo", "Otto")}
    root = make_user("Root", admin=True)
    enrol(names["Ada"], cohort, Role.INSTRUCTOR)
    enrol(names["Ben"], cohort)
    enrol(names["Dina"], cohort)
    enrol(names["Cora"], cohort, Role.COORDINATOR)
    enrol(names["Cleo"], other)
    enrol(names["Otto"], other, Role.INSTRUCTOR)
    db.session.commit()
    return School(cohort=cohort, other=other, root=root, **{name.lower(): user for name, user in names.items()})


def csrf_token(client: FlaskClient, path: str = "/sign-in") -> str:
    """The token of a form on this page, as a browser would send it back."""
    page = client.get(path, follow_redirects=True).get_data(as_text=True)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page) or re.search(r'value="([^"]+)"[^>]*name="csrf_token"', page)
    if found is None:
        raise AssertionError(f"no form token on {path}")
    return found.group(1)


def sign_in(client: FlaskClient, user: User, cohort: Cohort | None = None, pin: str = PIN) -> None:
    """Sign in through the front door, by class code, name and PIN."""
    enrolment = user.enrolments[0] if user.enrolments else None
    code = cohort.join_code if cohort else (enrolment.cohort.join_code if enrolment else "")
    answer = client.post(
        "/sign-in",
        data={"csrf_token": csrf_token(client), "code": code, "name": user.name, "secret": pin},
    )
    if answer.status_code != 303:
        raise AssertionError(f"{user.name} could not sign in: {answer.status_code}")
