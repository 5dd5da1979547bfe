"""Applications: begun, saved as she goes, sent in, changed until the closing date, taken back.

Functions flush and raise; views commit. Whoever saves names the version that she saw, and the closing date is part of
the update's condition: what comes a moment too late is refused, and what another tab wrote is not lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy import Select, delete, exists, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from lms.accounts.models import Cohort, Enrolment, EnrolmentStatus, Role, User
from lms.admissions.application_models import (
    Application,
    ApplicationNeeds,
    ApplicationStatus,
    FairnessAnswer,
    FairnessQuestion,
    Level,
)
from lms.admissions.deciding import let_go
from lms.admissions.models import Round, RoundStatus
from lms.admissions.telling import APPLYING
from lms.core.db import changed_rows, db, utcnow
from lms.core.errors import Conflict, PasserelleError

MOST_ROUNDS = 50
MOST_READS = 100
MOST_CHECKS = 20


class RoundClosed(PasserelleError):
    """The round takes no applications now."""

    status = 409
    code = "round_closed"
    sentence = lazy_gettext(
        "This round takes no applications now, and what was sent can no longer be changed."
    )


class NotReady(PasserelleError):
    """The application lacks something; the page says what."""

    status = 422
    code = "not_ready"
    sentence = lazy_gettext("Something is still missing. The list on this page says what.")


class ApplicationConflict(Conflict):
    """Another tab saved in the meantime; nothing of this form was written."""

    code = "application_conflict"
    sentence = lazy_gettext(
        "You saved this in another tab in the meantime. What is stored is below; what you wrote is in the fields."
    )


@dataclass(frozen=True, slots=True)
class Why:
    """Why she applies."""

    motivation: str
    motivation_language: str
    talk_instead: bool


@dataclass(frozen=True, slots=True)
class When:
    """How much time she has, and when."""

    hours_per_week: int | None
    availability: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Speaks:
    """How well she speaks the language of the class, by her own word."""

    language_level: Level | None


@dataclass(frozen=True, slots=True)
class Needs:
    """What she needs to take part."""

    laptop: bool
    internet: bool
    childcare: bool
    quiet_place: bool
    other: str


@dataclass(frozen=True, slots=True)
class ForFairness:
    """Optional answers; an empty one is no answer."""

    answers: Mapping[FairnessQuestion, str]


Step = Why | When | Speaks | Needs | ForFairness


def open_rounds(person: User, now: datetime | None = None) -> list[Round]:
    """The rounds that this person can apply in, the one that closes first at the top."""
    found = db.session.scalars(
        _for_her(person)
        .where(Round.status == RoundStatus.OPEN, Round.closes_at > (now or utcnow()))
        .options(joinedload(Round.cohort), joinedload(Round.programme))
        .order_by(Round.closes_at, Round.id)
        .limit(MOST_ROUNDS)
    )
    return list(found)


def is_for(person: User, screening: Round) -> bool:
    """Whether this person may apply in this round, as far as she herself goes."""
    return db.session.scalar(_for_her(person).where(Round.id == screening.id).limit(1)) is not None


def _for_her(person: User) -> Select[Round]:
    """Rounds of programmes that she learns in, and those open to partners; not for a class that she is in."""
    learns = (
        select(Enrolment.id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(
            Enrolment.user_id == person.id,
            Enrolment.role == Role.STUDENT,
            Enrolment.status.in_(APPLYING),
        )
    )
    own = learns.where(Cohort.programme_id == Round.programme_id).correlate(Round).exists()
    any_own = learns.correlate(Round).exists()
    in_it = exists().where(Enrolment.user_id == person.id, Enrolment.cohort_id == Round.cohort_id)
    return select(Round).where(or_(own, Round.open_to_partners.is_(True) & any_own), ~in_it)


def applications_of(person: User) -> list[Application]:
    """A person's applications, the newest first."""
    found = db.session.scalars(
        select(Application)
        .where(Application.user_id == person.id)
        .options(
            joinedload(Application.round).joinedload(Round.cohort),
            joinedload(Application.round).joinedload(Round.programme),
            joinedload(Application.from_cohort),
        )
        .order_by(Application.created_at.desc(), Application.id.desc())
        .limit(MOST_ROUNDS)
    )
    return list(found)


def begin(person: User, screening: Round) -> Application:
    """Her application in this round: a new draft, the one that is there, or the one she took back, begun again."""
    known = _of(person, screening)
    if known is not None and known.status != ApplicationStatus.WITHDRAWN:
        return known
    if known is not None:
        _write(
            known, known.version, {"status": ApplicationStatus.DRAFT, "withdrawn_at": None}, any_status=True
        )
        return known
    if not _is_open(screening.id):
        raise RoundClosed
    try:
        with db.session.begin_nested():
            made = Application(
                round_id=screening.id, user_id=person.id, from_cohort_id=_home(person, screening)
            )
            db.session.add(made)
    except IntegrityError:  # a second click was quicker
        found = _of(person, screening)
        if found is None:
            raise
        return found
    return made


def save_step(application: Application, step: Step, version: int) -> None:
    """Keep one step of the form. Raises RoundClosed, or ApplicationConflict when another tab was quicker.

    The same answers are no conflict: they are kept already, perhaps by a request whose answer was lost.
    """
    values: dict[str, Any] = {}
    match step:
        case Why():
            values = {
                "motivation": step.motivation,
                "motivation_language": step.motivation_language,
                "talk_instead": step.talk_instead,
            }
        case When():
            values = {"hours_per_week": step.hours_per_week, "availability": list(step.availability)}
        case Speaks():
            values = {"language_level": step.language_level}
        case Needs() | ForFairness():
            pass
    try:
        _write(application, version, {**values, "saved_at": utcnow()})
    except ApplicationConflict:
        if not values or any(getattr(application, name) != value for name, value in values.items()):
            raise
        return
    if isinstance(step, Needs):
        _keep_needs(application, step)
    elif isinstance(step, ForFairness):
        _keep_answers(application, step)


def lacks(application: Application) -> list[str]:
    """What is missing before it can be sent in: the names of steps. Needs and fairness never are."""
    found = []
    if not application.motivation and not application.talk_instead:
        found.append("why")
    if application.hours_per_week is None:
        found.append("when")
    if application.language_level is None:
        found.append("language")
    return found


def submit(application: Application, version: int) -> None:
    """Send it in. Until the closing date it can still be changed."""
    if lacks(application):
        raise NotReady
    now = utcnow()
    _write(
        application,
        version,
        {
            "status": ApplicationStatus.SUBMITTED,
            "submitted_at": application.submitted_at or now,
            "saved_at": now,
        },
    )


def withdraw(application: Application) -> None:
    """Take it back, at any time; the page says what follows. What she held goes to the next on the waiting list."""
    changed_rows(
        update(Application)
        .where(Application.id == application.id, Application.status != ApplicationStatus.WITHDRAWN)
        .values(status=ApplicationStatus.WITHDRAWN, withdrawn_at=utcnow(), version=Application.version + 1)
    )
    db.session.refresh(application)
    let_go(application)


def needs_of(application: Application) -> ApplicationNeeds | None:
    """What she needs; None when she said nothing."""
    return db.session.get(ApplicationNeeds, application.id)


def answers_of(application: Application) -> dict[str, str]:
    """Her own answers for the report on fairness, for herself alone."""
    rows = db.session.execute(
        select(FairnessAnswer.question, FairnessAnswer.answer).where(
            FairnessAnswer.application_id == application.id
        )
    )
    return {str(question): answer for question, answer in rows}


def _of(person: User, screening: Round) -> Application | None:
    return db.session.scalar(
        select(Application).where(Application.user_id == person.id, Application.round_id == screening.id)
    )


def _home(person: User, screening: Round) -> int:
    """The class she applies from: one of the round's programme before others, the newest first."""
    found = db.session.scalar(
        select(Cohort.id)
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .where(
            Enrolment.user_id == person.id,
            Enrolment.role == Role.STUDENT,
            Enrolment.status.in_(APPLYING),
        )
        .order_by(
            Cohort.programme_id != screening.programme_id,
            Enrolment.status != EnrolmentStatus.ENROLLED,
            Enrolment.id.desc(),
        )
        .limit(1)
    )
    if found is None:
        raise RoundClosed
    return found


def _is_open(round_id: int) -> bool:
    now = utcnow()
    return db.session.scalar(_open(now).where(Round.id == round_id)) is not None


def _open(now: datetime) -> Select[int]:
    return select(Round.id).where(
        Round.status == RoundStatus.OPEN, Round.opens_at <= now, Round.closes_at > now
    )


def _write(
    application: Application, version: int, values: Mapping[str, Any], *, any_status: bool = False
) -> None:
    is_open = _open(utcnow()).where(Round.id == Application.round_id).correlate(Application).exists()
    statement = update(Application).where(
        Application.id == application.id, Application.version == version, is_open
    )
    if not any_status:
        statement = statement.where(Application.status != ApplicationStatus.WITHDRAWN)
    changed = changed_rows(statement.values(version=version + 1, **values))
    db.session.refresh(application)
    if changed:
        return
    if not _is_open(application.round_id) or application.status == ApplicationStatus.WITHDRAWN:
        raise RoundClosed
    raise ApplicationConflict


def _keep_needs(application: Application, needs: Needs) -> None:
    row = needs_of(application)
    if row is None:
        row = ApplicationNeeds(application_id=application.id)
        db.session.add(row)
    row.laptop, row.internet = needs.laptop, needs.internet
    row.childcare, row.quiet_place = needs.childcare, needs.quiet_place
    row.other = needs.other
    db.session.flush()


def _keep_answers(application: Application, given: ForFairness) -> None:
    db.session.execute(delete(FairnessAnswer).where(FairnessAnswer.application_id == application.id))
    db.session.add_all(
        FairnessAnswer(application_id=application.id, question=question, answer=answer)
        for question, answer in given.answers.items()
        if answer
    )
    db.session.flush()
