"""The demonstration school. Its people are made up; their PINs come from this installation's secret."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from sqlalchemy import select

from lms.accounts.models import STAFF, Cohort, Enrolment, Pace, Programme, Role, User
from lms.accounts.secrets import WeakSecret, check_strength, set_secret
from lms.accounts.security import derived_key
from lms.accounts.services import appoint, enrol
from lms.core.db import db
from lms.programmes.demo_classes import seed_classes

SLUG = "demo"
COURSE = "first-steps-python"
ADMIN_EMAIL = "admin@school.example"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody of the demonstration school; `role` None is the site's admin."""

    name: str
    role: Role | None


PEOPLE = (
    DemoPerson("Ada", Role.INSTRUCTOR),
    DemoPerson("Cora", Role.COORDINATOR),
    DemoPerson("Ben", Role.STUDENT),
    DemoPerson("Dina", Role.STUDENT),
    DemoPerson("Femi", Role.STUDENT),
    DemoPerson("Noor", Role.STUDENT),
    DemoPerson("Taras", Role.STUDENT),
    DemoPerson("Admin", None),
)


def seed_demo() -> bool:
    """Put the school in, or what an older one lacks; False when all of it is there. The caller commits."""
    programme = _demo_programme()
    made = programme is None
    if programme is None:
        programme = _first_class()
    people = _staff(programme)
    if "Ada" not in people or "Cora" not in people:  # somebody has renamed or removed them
        return made
    return seed_classes(programme, people["Ada"], people["Cora"]) or made


def _first_class() -> Programme:
    programme = Programme(slug=SLUG, name="Demo School")
    cohort = Cohort(
        programme=programme, name="Morning class", course_slug=COURSE, pace=Pace.STEADY, hours_per_week=4
    )
    db.session.add(cohort)
    db.session.flush()
    for person in PEOPLE:
        user = User(name=person.name, is_admin=person.role is None)
        if person.role is None:
            user.email = ADMIN_EMAIL
        set_secret(user, demo_pin(person.name))
        db.session.add(user)
        db.session.flush()
        if person.role is not None:
            enrol(user, cohort, person.role)
        if person.role is Role.COORDINATOR:
            appoint(user, programme)
    return programme


def _staff(programme: Programme) -> dict[str, User]:
    found = db.session.scalars(
        select(User)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(Enrolment.cohort_id == programme.cohorts[0].id, Enrolment.role.in_(STAFF))
    )
    return {user.name: user for user in found}


def demo_pin(name: str) -> str:
    """This person's PIN: the same at each start, and another one on each installation."""
    for turn in range(100):
        number = int(derived_key(current_app.config["SECRET_KEY"], f"demo-pin:{name}:{turn}"), 16)
        pin = f"{number % 1_000_000:06d}"
        try:
            check_strength(pin, name)
        except WeakSecret:
            continue
        return pin
    raise RuntimeError("no PIN could be made")


def demo_sign_in_lines(url: str) -> list[str]:
    """How to sign in, for whoever starts the site; nothing where there is no demonstration school."""
    programme = _demo_programme()
    if programme is None or not programme.cohorts:
        return []
    code = programme.cohorts[0].join_code
    lines = [
        "Demonstration school: sign in with the class code, a name and a PIN.",
        f"  Class code   {code}",
        f"  Join as new  {url}/join?code={code}",
        f"  Sign in      {url}/sign-in?code={code}",
    ]
    for person in PEOPLE:
        what = person.role.value if person.role else f"admin (no class code; name: {ADMIN_EMAIL})"
        lines.append(f"  {person.name:<12} PIN {demo_pin(person.name)}  {what}")
    return lines


def _demo_programme() -> Programme | None:
    return db.session.scalar(select(Programme).where(Programme.slug == SLUG))
