"""Who may read whose work. A review is for the staff of its class, and its answer for the student alone."""

from __future__ import annotations

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from lms.accounts.access import access_cohort, coordinates, current_person, looked_after_by
from lms.accounts.models import Cohort, Programme, User
from lms.core.db import db
from lms.core.errors import NotFound
from lms.reviews.models import Remark, Review, TakenBack
from lms.reviews.services import of_classes


def my_classes(person: User) -> Select[int]:
    """The ids of the classes whose work this person may read; all of them for an admin."""
    return select(Cohort.id) if person.is_admin else looked_after_by(person)


def access_review(public_id: str) -> Review:
    """A review of a class she is staff of, unless the work is her own."""
    person = current_person()
    review = db.session.scalar(
        select(Review)
        .where(
            Review.public_id == public_id,
            of_classes(my_classes(person)),
            Review.user_id != person.id,
        )
        .options(
            joinedload(Review.submission),
            joinedload(Review.user),
            joinedload(Review.cohort),
            joinedload(Review.holder),
            joinedload(Review.decider),
        )
    )
    if review is None:
        raise NotFound
    return review


def access_decision(public_id: str) -> Review:
    """A review whose decision she may take back, or took back: her own decision, or one of her programme's."""
    review, person = access_review(public_id), current_person()
    if review.decided_by == person.id or may_hand_over(person, review.cohort):
        return review
    took = select(TakenBack.id).where(TakenBack.review_id == review.id, TakenBack.taken_by == person.id)
    if db.session.scalar(took.limit(1)) is None:
        raise NotFound
    return review


def access_answer(public_id: str) -> Review:
    """What a person said, or will say, about her own work."""
    review = db.session.scalar(
        select(Review)
        .where(Review.public_id == public_id, Review.user_id == current_person().id)
        .options(joinedload(Review.submission), joinedload(Review.decider), joinedload(Review.cohort))
    )
    if review is None:
        raise NotFound
    return review


def access_class(public_id: str) -> Cohort:
    """A class, for its staff."""
    return access_cohort(public_id)


def access_hand_over(public_id: str) -> Cohort:
    """A class, for those who may give back what somebody else holds: its coordinators."""
    cohort = access_cohort(public_id)
    if not may_hand_over(current_person(), cohort):
        raise NotFound
    return cohort


def may_hand_over(person: User, cohort: Cohort) -> bool:
    """Whether this person coordinates the class's programme, or looks after the site."""
    return coordinates(person, cohort.programme_id)


def access_programmes() -> list[Programme]:
    """The programmes whose shared remarks she uses: those of her classes."""
    person = current_person()
    of_hers = select(Cohort.programme_id).where(Cohort.id.in_(my_classes(person)))
    return list(
        db.session.scalars(select(Programme).where(Programme.id.in_(of_hers)).order_by(Programme.name))
    )


def access_programme(slug: str) -> Programme:
    """One of those programmes."""
    found = next((programme for programme in access_programmes() if programme.slug == slug), None)
    if found is None:
        raise NotFound
    return found


def access_remark(number: int) -> Remark:
    """A remark of her own, or one that is shared in a programme of hers."""
    person = current_person()
    of_hers = select(Cohort.programme_id).where(Cohort.id.in_(my_classes(person)))
    remark = db.session.scalar(
        select(Remark).where(
            Remark.id == number, or_(Remark.user_id == person.id, Remark.programme_id.in_(of_hers))
        )
    )
    if remark is None:
        raise NotFound
    return remark
