"""Named people and their class: Ada teaches, Ben and Dina learn, Cora coordinates, Cleo is an outsider."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from flask_security import hash_password
from werkzeug.test import TestResponse

from lms.accounts.models import Cohort, Enrolment, Programme, Role, User
from lms.core.db import db
from lms.core.text import fold_name

PIN = "582913"
COURSE = "first-steps-python"
OTHER_COURSE = "digital-basics"


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


def make_user(
    name: str, *, admin: bool = False, language: str | None = None, email: str | None = None
) -> User:
    """A person whose PIN is `PIN`."""
    user = User(name=name, password=hash_password(PIN), is_admin=admin, language=language, email=email)
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
    enrolment = Enrolment(user_id=user.id, cohort_id=cohort.id, role=role, name_key=fold_name(user.name))
    db.session.add(enrolment)
    db.session.flush()
    return enrolment


def make_school() -> School:
    """Everybody, committed."""
    cohort = make_cohort()
    other = make_cohort("Evening class", code="TRE98765", course=OTHER_COURSE)
    names = {name: make_user(name) for name in ("Ada", "Ben", "Dina", "Cora", "Cleo", "Otto")}
    root = make_user("Root", admin=True, email="root@school.example")
    enrol(names["Ada"], cohort, Role.INSTRUCTOR)
    enrol(names["Ben"], cohort)
    enrol(names["Dina"], cohort)
    enrol(names["Cora"], cohort, Role.COORDINATOR)
    enrol(names["Cleo"], other)
    enrol(names["Otto"], other, Role.INSTRUCTOR)
    db.session.commit()
    return School(
        cohort=cohort, other=other, root=root, **{name.lower(): user for name, user in names.items()}
    )


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
    """Sign in through the front door: by class code and name, or by e-mail for who is in no class."""
    who = (
        {"code": user.enrolments[0].cohort.join_code, "name": user.name}
        if user.enrolments
        else {"name": user.email}
    )
    answer = post(client, "/sign-in", {**who, "secret": pin}, form="/sign-in?other=1")
    if answer.status_code != 303:
        raise AssertionError(f"{user.name} could not sign in: {answer.status_code}")
