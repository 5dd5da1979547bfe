"""Who may open what. Every protected object comes from an `access_*` function.

What is absent and what is not this person's to see give the same answer: NotFound.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask_login import current_user
from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import joinedload

from lms.accounts.models import (
    HERE,
    STAFF,
    Cohort,
    Enrolment,
    EnrolmentStatus,
    ProgrammeStaff,
    Role,
    User,
)
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


def coordinates(user: User, programme_id: int) -> bool:
    """Whether this person coordinates this programme, or looks after the site."""
    if user.is_admin:
        return True
    found = db.session.scalar(
        select(ProgrammeStaff.id).where(
            ProgrammeStaff.user_id == user.id, ProgrammeStaff.programme_id == programme_id
        )
    )
    return found is not None


def is_staff_in(user: User, cohort_id: int) -> bool:
    """Whether this person teaches this class or coordinates its programme, or looks after the site."""
    if user.is_admin:
        return True
    return bool(db.session.scalar(select(looked_after_by(user).where(Cohort.id == cohort_id).exists())))


def looked_after_by(user: User) -> Select[int]:
    """The ids of the classes that this person teaches, and of those of the programmes she coordinates."""
    teaches = exists().where(
        Enrolment.cohort_id == Cohort.id,
        Enrolment.user_id == user.id,
        Enrolment.role.in_(STAFF),
        Enrolment.status == EnrolmentStatus.ENROLLED,
    )
    leads = exists().where(
        ProgrammeStaff.programme_id == Cohort.programme_id, ProgrammeStaff.user_id == user.id
    )
    return select(Cohort.id).where(or_(teaches, leads))


def cohorts_of(user: User) -> list[Cohort]:
    """The classes this person is or was in: those she is in now first, then the newest."""
    found = db.session.scalars(
        select(Cohort)
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .where(Enrolment.user_id == user.id)
        .order_by(Enrolment.status != EnrolmentStatus.ENROLLED, Cohort.created_at.desc(), Cohort.id.desc())
    )
    return list(found)


def staff_cohorts(user: User) -> Select[Cohort]:
    """The classes this person looks after, the newest first; all of them for an admin. A query, to be paged."""
    query = (
        select(Cohort)
        .options(joinedload(Cohort.programme))
        .order_by(Cohort.created_at.desc(), Cohort.id.desc())
    )
    return query if user.is_admin else query.where(Cohort.id.in_(looked_after_by(user)))


def access_cohort(public_id: str) -> Cohort:
    """A class, for its staff."""
    cohort = db.session.scalar(
        select(Cohort).where(Cohort.public_id == public_id).options(joinedload(Cohort.programme))
    )
    if cohort is None or not is_staff_in(current_person(), cohort.id):
        raise NotFound
    return cohort


def access_person(cohort: Cohort, public_id: str) -> User:
    """Someone who learns or has learnt in this class, for its staff; `cohort` comes from `access_cohort`."""
    user = db.session.scalar(
        select(User)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(User.public_id == public_id, Enrolment.cohort_id == cohort.id, Enrolment.role == Role.STUDENT)
    )
    if user is None:
        raise NotFound
    return user


def access_credentials(cohort: Cohort, public_id: str) -> User:
    """A student whose PIN or card this person may replace: one who is in the class now.

    Someone who is staff anywhere is left to the admins: else a teacher could take over a colleague's account
    by way of a class that she learns in.
    """
    user = access_person(cohort, public_id)
    here = db.session.scalar(
        select(Enrolment.id).where(
            Enrolment.user_id == user.id, Enrolment.cohort_id == cohort.id, Enrolment.status.in_(HERE)
        )
    )
    if here is None or (user.is_staff and not current_person().is_admin):
        raise NotFound
    return user
