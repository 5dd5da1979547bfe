"""Who translates the interface into which language, and who reviews; decided by admins."""

from __future__ import annotations

from sqlalchemy import delete, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from lms.accounts.models import User
from lms.authoring.models import CourseRole, InterfacePerson
from lms.core.db import db

MOST_FOUND = 20
MOST_PEOPLE = 200


def people() -> list[InterfacePerson]:
    """Everybody with a part, by language."""
    query = (
        select(InterfacePerson)
        .join(InterfacePerson.user)
        .options(joinedload(InterfacePerson.user))
        .order_by(InterfacePerson.language, User.name, InterfacePerson.id)
        .limit(MOST_PEOPLE)
    )
    return list(db.session.scalars(query))


def find_people(name: str) -> list[User]:
    """People of this installation whose name holds these words."""
    query = select(User).where(User.active, User.name.icontains(name, autoescape=True))
    return list(db.session.scalars(query.order_by(User.name, User.id).limit(MOST_FOUND)))


def add_person(public_id: str, role: CourseRole, language: str) -> User | None:
    """Give somebody a part; who has one in this language already gets the new one in its place."""
    user = db.session.scalar(select(User).where(User.public_id == public_id, User.active))
    if user is None:
        return None
    try:
        with db.session.begin_nested():
            db.session.add(InterfacePerson(user=user, role=role, language=language))
    except IntegrityError:
        part = db.session.scalar(
            select(InterfacePerson).where(
                InterfacePerson.user_id == user.id, InterfacePerson.language == language
            )
        )
        if part is not None:
            part.role = role
    return user


def remove_person(part: int) -> None:
    """Take a part back."""
    db.session.execute(delete(InterfacePerson).where(InterfacePerson.id == part))


def languages_of(person: User) -> set[str]:
    """The languages into which she translates."""
    query = select(InterfacePerson.language).where(InterfacePerson.user_id == person.id)
    return set(db.session.scalars(query))


def another_reviewer(person: User, language: str) -> bool:
    """Whether somebody else reviews the interface in this language."""
    found = exists().where(
        InterfacePerson.role == CourseRole.REVIEWER,
        InterfacePerson.language == language,
        InterfacePerson.user_id != person.id,
    )
    return bool(db.session.scalar(select(found)))
