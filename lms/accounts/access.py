"""Who may open what. Every protected object comes from an `access_*` function.

What is absent and what is not this person's to see give the same answer: NotFound.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import aliased, joinedload

from lms.accounts.models import STAFF, Cohort, Enrolment, Role, User
from lms.core.db import db
from lms.core.errors import NotFound, SignInNeeded

P = ParamSpec("P")
R = TypeVar("R")


def current_person() -> User:
    """The person who is signed in; SignInNeeded when nobody is."""
    if not current_user or not current_user.is_authenticated:
        raise SignInNeeded
    return cast("User", current_user._get_current_object())


def signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """A view for anyone who is signed in."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        current_person()
        return view(*args, **kwargs)

    return guarded


def staff_only(view: Callable[P, R]) -> Callable[P, R]:
    """A view for people who teach or coordinate some class, and for the site's admins."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if not current_person().is_staff:
            raise NotFound
        return view(*args, **kwargs)

    return guarded


def role_in(user: User, cohort_id: int) -> Role | None:
    """What this person is in this class."""
    return db.session.scalar(
        select(Enrolment.role).where(Enrolment.user_id == user.id, Enrolment.cohort_id == cohort_id)
    )


def is_staff_in(user: User, cohort_id: int) -> bool:
    """Whether this person teaches or coordinates this class, or looks after the site."""
    return user.is_admin or role_in(user, cohort_id) in STAFF


def looks_after(user: User, other_id: int) -> bool:
    """Whether this person is staff in a class in which the other one learns."""
    if user.is_admin:
        return True
    mine, hers = aliased(Enrolment), aliased(Enrolment)
    found = db.session.scalar(
        select(mine.id)
        .join(hers, hers.cohort_id == mine.cohort_id)
        .where(
            mine.user_id == user.id, mine.role.in_(STAFF), hers.user_id == other_id, hers.role == Role.STUDENT
        )
        .limit(1)
    )
    return found is not None


def cohorts_of(user: User) -> list[Cohort]:
    """The classes this person is in, the newest first."""
    found = db.session.scalars(
        select(Cohort)
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .where(Enrolment.user_id == user.id)
        .order_by(Cohort.created_at.desc(), Cohort.id.desc())
    )
    return list(found)


def staff_cohorts(user: User) -> list[Cohort]:
    """The classes this person teaches or coordinates; all of them for an admin."""
    query = (
        select(Cohort)
        .options(joinedload(Cohort.programme))
        .order_by(Cohort.created_at.desc(), Cohort.id.desc())
    )
    if not user.is_admin:
        query = query.join(Enrolment, Enrolment.cohort_id == Cohort.id).where(
            Enrolment.user_id == user.id, Enrolment.role.in_(STAFF)
        )
    return list(db.session.scalars(query))


def access_cohort(public_id: str) -> Cohort:
    """A class, for its staff."""
    cohort = db.session.scalar(
        select(Cohort).where(Cohort.public_id == public_id).options(joinedload(Cohort.programme))
    )
    if cohort is None or not is_staff_in(current_person(), cohort.id):
        raise NotFound
    return cohort


def access_person(cohort: Cohort, public_id: str) -> User:
    """A student of this class, for its staff; `cohort` comes from `access_cohort`."""
    user = db.session.scalar(
        select(User)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(User.public_id == public_id, Enrolment.cohort_id == cohort.id, Enrolment.role == Role.STUDENT)
    )
    if user is None:
        raise NotFound
    return user


def access_credentials(cohort: Cohort, public_id: str) -> User:
    """A student whose PIN or card this person may replace.

    Someone who is staff anywhere is left to the admins: else a teacher could take over a colleague's account
    by way of a class that she learns in.
    """
    user = access_person(cohort, public_id)
    if user.is_staff and not current_person().is_admin:
        raise NotFound
    return user
