"""Who has signed in on this device: a signed cookie of public ids, so that people can share a phone."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from lms.accounts.models import Enrolment, User
from lms.core.db import db

COOKIE = "people"
COOKIE_SECONDS = 365 * 24 * 3600
MOST_PEOPLE = 12


def known_ids() -> list[str]:
    """The public ids in this device's cookie, the last one to sign in first."""
    try:
        ids = _serializer().loads(request.cookies.get(COOKIE, ""))
    except BadSignature:
        return []
    return [str(public_id) for public_id in ids][:MOST_PEOPLE] if isinstance(ids, list) else []


def known_people() -> list[User]:
    """The people of this device who still have an account, in the cookie's order."""
    ids = known_ids()
    found = db.session.scalars(
        select(User)
        .where(User.public_id.in_(ids), User.active)
        .options(selectinload(User.enrolments).joinedload(Enrolment.cohort))
    )
    return sorted(found, key=lambda user: ids.index(user.public_id))


def is_known(user: User | None) -> bool:
    """Whether this person has signed in on this device before."""
    return user is not None and user.public_id in known_ids()


def remember(response: Response, user: User) -> None:
    """Put this person first on the device's list."""
    _write(response, [user.public_id, *(known for known in known_ids() if known != user.public_id)])


def forget(response: Response, public_id: str) -> None:
    """Take a person off the device's list."""
    _write(response, [known for known in known_ids() if known != public_id])


def _write(response: Response, ids: Sequence[str]) -> None:
    response.set_cookie(
        COOKIE,
        str(_serializer().dumps(list(ids[:MOST_PEOPLE]))),
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="people-on-this-device")
