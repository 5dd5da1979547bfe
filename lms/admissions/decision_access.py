"""Who may open a letter, a rating, a second look. Absent and not hers give the same answer."""

from __future__ import annotations

from sqlalchemy import CompoundSelect, exists, select
from sqlalchemy.orm import joinedload, selectinload

from lms.accounts.access import coordinates, current_person
from lms.accounts.models import STAFF, Cohort, Enrolment, EnrolmentStatus, ProgrammeStaff, User
from lms.admissions.application_models import Application, ApplicationStatus
from lms.admissions.decision_models import Decision, Letter, Objection
from lms.admissions.interview_models import Interview, InterviewSlot
from lms.admissions.models import Round
from lms.admissions.rating_models import BlindSheet, CalibrationExample, Rater, Rating, RatingStatus
from lms.admissions.rounds import with_everything
from lms.core.db import db
from lms.core.errors import NotFound

MOST_PEOPLE = 200


def access_letter(public_id: str) -> tuple[Decision, Letter]:
    """A decision about oneself that was told, with its letter."""
    found = db.session.execute(
        select(Decision, Letter)
        .join(Letter, Letter.decision_id == Decision.id)
        .join(Application, Application.id == Decision.application_id)
        .where(
            Decision.public_id == public_id,
            Decision.released_at.is_not(None),
            Application.user_id == current_person().id,
        )
    ).first()
    if found is None:
        raise NotFound
    return found[0], found[1]


def access_rating(public_id: str) -> tuple[Rating, BlindSheet]:
    """A rating that this person was asked for, with what she reads for it."""
    found = db.session.execute(
        select(Rating, BlindSheet)
        .join(BlindSheet, BlindSheet.application_id == Rating.application_id)
        .where(
            Rating.public_id == public_id,
            Rating.rater_id == current_person().id,
            Rating.status.in_((RatingStatus.ASKED, RatingStatus.DONE)),
            BlindSheet.checked_at.is_not(None),
        )
        .options(selectinload(Rating.scores), selectinload(BlindSheet.work))
    ).first()
    if found is None:
        raise NotFound
    return found[0], found[1]


def access_rater(round_id: str) -> tuple[Round, Rater]:
    """A round in which this person rates, with her place in it."""
    found = db.session.execute(
        select(Round, Rater)
        .join(Rater, Rater.round_id == Round.id)
        .where(Round.public_id == round_id, Rater.user_id == current_person().id)
    ).first()
    if found is None:
        raise NotFound
    return found[0], found[1]


def access_example(screening: Round, position: int) -> CalibrationExample:
    """An example of a round; `screening` comes from `access_rater` or `access_round`."""
    found = db.session.scalar(
        select(CalibrationExample)
        .where(CalibrationExample.round_id == screening.id, CalibrationExample.position == position)
        .options(selectinload(CalibrationExample.levels))
    )
    if found is None:
        raise NotFound
    return found


def access_open_rating(screening: Round, public_id: str) -> Rating:
    """A rating of this round, for its coordinators; `screening` comes from `access_round`."""
    found = db.session.scalar(
        select(Rating).where(Rating.public_id == public_id, Rating.round_id == screening.id)
    )
    if found is None:
        raise NotFound
    return found


def access_objection(screening: Round, public_id: str) -> Objection:
    """A second look in this round; `screening` comes from `access_round`. Nobody looks at her own."""
    found = db.session.scalar(
        select(Objection)
        .join(Application, Application.id == Objection.application_id)
        .where(
            Objection.public_id == public_id,
            Application.round_id == screening.id,
            Application.user_id != current_person().id,
        )
    )
    if found is None:
        raise NotFound
    return found


def access_slot(screening: Round, public_id: str) -> InterviewSlot:
    """A time for talks of this round; `screening` comes from `access_round`."""
    found = db.session.scalar(
        select(InterviewSlot).where(
            InterviewSlot.public_id == public_id, InterviewSlot.round_id == screening.id
        )
    )
    if found is None:
        raise NotFound
    return found


def access_talk(application_id: str) -> Interview:
    """A talk with a candidate, for who holds it and for those who coordinate the round; never one's own.

    Who rates her by code does not open it, also when a time was picked in the moment in which she was asked to rate.
    """
    person = current_person()
    found = db.session.scalar(
        select(Interview)
        .join(Application, Application.id == Interview.application_id)
        .where(
            Application.public_id == application_id,
            Application.status == ApplicationStatus.SUBMITTED,
            Application.user_id != person.id,
        )
        .options(
            joinedload(Interview.application).joinedload(Application.user),
            joinedload(Interview.application).joinedload(Application.round).options(*with_everything()),
            joinedload(Interview.slot).joinedload(InterviewSlot.interviewer),
        )
    )
    if found is None:
        raise NotFound
    if coordinates(person, found.application.round.programme_id):
        return found
    rates = exists().where(Rating.application_id == found.application_id, Rating.rater_id == person.id)
    holds = found.slot is not None and found.slot.interviewer_id == person.id
    if not holds or db.session.scalar(select(rates)):
        raise NotFound
    return found


def possible_interviewers(screening: Round) -> list[User]:
    """Who can hold talks: the programme's coordinators and teachers."""
    found = db.session.scalars(
        select(User).where(User.id.in_(_staff_of(screening))).order_by(User.name).limit(MOST_PEOPLE)
    )
    return list(found)


def possible_raters(screening: Round) -> list[User]:
    """Who can be asked to rate: the programme's coordinators and teachers who do not yet."""
    rates = select(Rater.user_id).where(Rater.round_id == screening.id)
    found = db.session.scalars(
        select(User)
        .where(User.id.in_(_staff_of(screening)), User.id.not_in(rates))
        .order_by(User.name)
        .limit(MOST_PEOPLE)
    )
    return list(found)


def _staff_of(screening: Round) -> CompoundSelect[int]:
    teaches = (
        select(Enrolment.user_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(
            Cohort.programme_id == screening.programme_id,
            Enrolment.role.in_(STAFF),
            Enrolment.status == EnrolmentStatus.ENROLLED,
        )
    )
    leads = select(ProgrammeStaff.user_id).where(ProgrammeStaff.programme_id == screening.programme_id)
    return teaches.union(leads)


def raters_of(screening: Round) -> list[Rater]:
    """Who rates in a round, by name."""
    found = db.session.scalars(
        select(Rater)
        .join(User, User.id == Rater.user_id)
        .where(Rater.round_id == screening.id)
        .options(joinedload(Rater.user))
        .order_by(User.name)
        .limit(MOST_PEOPLE)
    )
    return list(found)
