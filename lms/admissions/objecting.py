"""A second look: a candidate asks for it, and somebody else than who decided takes it."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import lazy_gettext
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from lms.accounts.models import User
from lms.admissions.application_models import Application
from lms.admissions.deciding import CannotDecide, DecidedMeanwhile, Wanted, decide_anew
from lms.admissions.decision_models import (
    LONGEST_OBJECTION,
    LONGEST_REASON,
    Decision,
    Objection,
    ObjectionStatus,
)
from lms.admissions.letters import OBJECTION_DAYS
from lms.admissions.models import Round
from lms.admissions.telling import tell_coordinators, tell_letter
from lms.core.db import changed_rows, db, utcnow
from lms.core.text import clean_lines

MOST_OPEN = 200


class OwnDecision(CannotDecide):
    """Who decided does not take the second look at it."""

    code = "own_decision"
    sentence = lazy_gettext("You made this decision yourself. Somebody else takes the second look.")


def may_object(decision: Decision, now: datetime | None = None) -> bool:
    """Whether the candidate can still ask for a second look at this decision."""
    told = decision.released_at
    return (
        told is not None
        and decision.replaced_at is None
        and (now or utcnow()) <= told + timedelta(days=OBJECTION_DAYS)
        and objection_to(decision) is None
    )


def objection_to(decision: Decision) -> Objection | None:
    """The second look at this decision, if one was asked for."""
    return db.session.scalar(select(Objection).where(Objection.decision_id == decision.id))


def ask(decision: Decision, words: str, language: str, now: datetime | None = None) -> Objection:
    """The candidate asks for a second look: once for each decision, in her own words, in any language."""
    text = clean_lines(words)
    if not text:
        raise CannotDecide(str(lazy_gettext("Write what we should look at again.")))
    if len(text) > LONGEST_OBJECTION:
        raise CannotDecide(str(lazy_gettext("This text is too long. Make it shorter.")))
    if not may_object(decision, now):
        raise CannotDecide(str(lazy_gettext("A second look at this decision is not possible any more.")))
    objection = Objection(
        application_id=decision.application_id,
        decision_id=decision.id,
        text=text,
        language=language,
        author_id=decision.author_id,
    )
    try:
        with db.session.begin_nested():
            db.session.add(objection)
    except IntegrityError as error:  # another tab of hers was quicker
        raise CannotDecide(str(lazy_gettext("You have asked for a second look already."))) from error
    round_ = db.session.get_one(Round, decision.round_id)
    tell_coordinators(round_, "objection_filed", f"/second-looks/{objection.public_id}")
    return objection


def take_back(objection: Objection) -> None:
    """She leaves the decision as it is."""
    if not _close(objection, ObjectionStatus.TAKEN_BACK):
        raise DecidedMeanwhile


def open_objections(round_id: int) -> list[Objection]:
    """What waits for a second look in a round, the oldest first."""
    found = db.session.scalars(
        select(Objection)
        .join(Decision, Decision.id == Objection.decision_id)
        .where(Decision.round_id == round_id, Objection.status == ObjectionStatus.OPEN)
        .order_by(Objection.filed_at, Objection.id)
        .limit(MOST_OPEN)
    )
    return list(found)


def reject(objection: Objection, reason: str, by: User) -> None:
    """The decision stays; `reason` says why, and the candidate reads it."""
    _settle(objection, ObjectionStatus.REJECTED, reason, by)
    told = db.session.get_one(Decision, objection.decision_id)
    tell_letter(told, db.session.get_one(Round, told.round_id), "objection_answered")


def uphold(objection: Objection, reason: str, wanted: Wanted, by: User) -> Decision:
    """She was right: a new decision takes the old one's place and is told at once.

    Raises what `decide` raises: with no seat left, a place on the waiting list may be what can be given.
    """
    told = db.session.get_one(Decision, objection.decision_id)
    _settle(objection, ObjectionStatus.UPHELD, reason, by)
    application = db.session.get_one(
        Application, objection.application_id, options=[joinedload(Application.user)]
    )
    return decide_anew(application, wanted, by, told)


def _settle(objection: Objection, status: ObjectionStatus, reason: str, by: User) -> None:
    if objection.author_id == by.id:
        raise OwnDecision
    text = clean_lines(reason)
    if not text:
        raise CannotDecide(str(lazy_gettext("Write the reason. The person reads it.")))
    if len(text) > LONGEST_REASON:
        raise CannotDecide(str(lazy_gettext("This text is too long. Make it shorter.")))
    if not _close(objection, status, reason=text, decided_by=by.id, decided_at=utcnow()):
        raise DecidedMeanwhile


def _close(objection: Objection, status: ObjectionStatus, **more: object) -> bool:
    changed = changed_rows(
        update(Objection)
        .where(Objection.id == objection.id, Objection.status == ObjectionStatus.OPEN)
        .values(status=status, **more)
    )
    db.session.expire(objection)
    return changed == 1
