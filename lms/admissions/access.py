"""Who may open which round and which application. Absent and not hers give the same answer.

A draft is its writer's alone. What was sent in is for those who coordinate the round's programme; raters read blind
sheets, which are none of these.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.accounts.access import coordinates, current_person
from lms.accounts.models import Cohort, User
from lms.admissions.application_models import Application, ApplicationStatus
from lms.admissions.applications import is_for
from lms.admissions.models import Criterion, Round, RoundStatus
from lms.admissions.rounds import with_everything
from lms.core.db import db, utcnow
from lms.core.errors import NotFound


def access_round(public_id: str) -> Round:
    """A round with its parts, for the coordinators of its programme."""
    screening = db.session.scalar(
        select(Round).where(Round.public_id == public_id).options(*with_everything())
    )
    if screening is None or not coordinates(current_person(), screening.programme_id):
        raise NotFound
    return screening


def access_criterion(screening: Round, number: int) -> Criterion:
    """A criterion of this round; `screening` comes from `access_round`."""
    found = next((criterion for criterion in screening.criteria if criterion.id == number), None)
    if found is None:
        raise NotFound
    return found


def access_candidate(screening: Round, public_id: str) -> Application:
    """An application that was sent in; `screening` comes from `access_round`. Nobody reads of her own round."""
    found = db.session.scalar(
        select(Application)
        .where(
            Application.public_id == public_id,
            Application.round_id == screening.id,
            Application.status == ApplicationStatus.SUBMITTED,
            Application.user_id != current_person().id,
        )
        .options(joinedload(Application.user), joinedload(Application.from_cohort).joinedload(Cohort.track))
    )
    if found is None:
        raise NotFound
    return found


def access_published(public_id: str) -> tuple[Round, Application | None]:
    """A round as it is published, for who may apply or has applied; and her application, if there is one."""
    person = current_person()
    screening = db.session.scalar(
        select(Round)
        .where(Round.public_id == public_id, Round.status != RoundStatus.DRAFT)
        .options(*with_everything())
    )
    if screening is None:
        raise NotFound
    mine = db.session.scalar(
        select(Application).where(Application.round_id == screening.id, Application.user_id == person.id)
    )
    if mine is None and not _may_apply(person, screening):
        raise NotFound
    return screening, mine


def access_application(public_id: str) -> Application:
    """One's own application."""
    found = db.session.scalar(
        select(Application)
        .where(Application.public_id == public_id, Application.user_id == current_person().id)
        .options(
            joinedload(Application.round).options(*with_everything()),
            joinedload(Application.from_cohort),
        )
    )
    if found is None:
        raise NotFound
    return found


def _may_apply(person: User, screening: Round) -> bool:
    return (
        screening.status == RoundStatus.OPEN and screening.closes_at > utcnow() and is_for(person, screening)
    )
