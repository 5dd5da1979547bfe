"""Who is asked to rate whom: the work is shared, and nobody rates whom she knows."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from sqlalchemy import exists, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from lms.accounts.models import STAFF, Enrolment, User
from lms.admissions.application_models import Application, ApplicationStatus
from lms.admissions.calibration import has_examples, shows_levels
from lms.admissions.interview_models import Interview, InterviewNote, InterviewSlot
from lms.admissions.models import Round
from lms.admissions.rating import MOST_RATINGS
from lms.admissions.rating_models import (
    BlindSheet,
    CalibrationAnswer,
    CalibrationExample,
    Disagreement,
    Rater,
    Rating,
    RatingStatus,
)
from lms.admissions.telling import tell_raters
from lms.core.db import changed_rows, db, utcnow

THIRD = 3
"""The slot of who is asked when the first raters are far apart."""
MOST_ROUNDS = 20


def add_rater(round_: Round, user: User) -> Rater:
    """Let this person rate in the round; nothing changes when she does."""
    known = db.session.get(Rater, (round_.id, user.id))
    if known is not None:
        return known
    rater = Rater(round_id=round_.id, user_id=user.id)
    if not has_examples(round_.id):
        rater.calibrated_at = utcnow()  # there is nothing to begin with
    try:
        with db.session.begin_nested():
            db.session.add(rater)
    except IntegrityError:  # another tab was quicker
        return db.session.get_one(Rater, (round_.id, user.id))
    return rater


def assign(round_: Round) -> int:
    """Ask raters for every application that is ready to be read and has too few; how many ratings were asked for.

    Whoever has the fewest open ratings is asked first. Who teaches or taught the candidate, holds her interview, said
    that she knows her, or is the candidate, is never asked.
    """
    raters = _ready_raters(round_.id)
    load = _open_by_rater(round_.id)
    barred = _barred(round_.id)
    taken = _slots(round_.id)
    apart = _apart(round_.id)
    asked: list[int] = []
    for application_id in _to_read(round_.id):
        slots = taken.get(application_id, {})
        for slot in _wanted_slots(round_, slots, apart=application_id in apart):
            free = [
                rater
                for rater in raters
                if rater not in slots.values() and (application_id, rater) not in barred
            ]
            if not free:
                break
            rater = min(free, key=lambda one: (load.get(one, 0), secrets.randbelow(1 << 30)))
            if not _ask(round_.id, application_id, rater, slot):
                break  # somebody else assigns at this moment
            slots = {**slots, slot: rater}
            load[rater] = load.get(rater, 0) + 1
            asked.append(rater)
    if asked:
        tell_raters(round_, asked)
    return len(asked)


def lacking(round_: Round) -> int:
    """How many ratings nobody can be asked for: the round needs more raters."""
    taken, apart = _slots(round_.id), _apart(round_.id)
    return sum(
        len(_wanted_slots(round_, taken.get(application_id, {}), apart=application_id in apart))
        for application_id in _to_read(round_.id)
    )


def take_back(rating: Rating) -> bool:
    """Give an open rating to somebody else: its rater does not answer. False when it is done already."""
    changed = changed_rows(
        update(Rating)
        .where(Rating.id == rating.id, Rating.status == RatingStatus.ASKED)
        .values(status=RatingStatus.TAKEN_BACK, version=Rating.version + 1)
    )
    db.session.expire(rating)
    return changed == 1


def open_ratings(round_id: int) -> list[tuple[Rating, str]]:
    """What was asked for and is not answered, the longest first, with the candidate's code."""
    found = db.session.execute(
        select(Rating, BlindSheet.code)
        .join(BlindSheet, BlindSheet.application_id == Rating.application_id)
        .where(Rating.round_id == round_id, Rating.status == RatingStatus.ASKED)
        .options(joinedload(Rating.rater))
        .order_by(Rating.asked_at, Rating.id)
        .limit(MOST_RATINGS)
    )
    return [(rating, code) for rating, code in found]


def progress_of(round_id: int) -> dict[int, tuple[int, int]]:
    """By rater how many ratings are done, and how many were asked for in all."""
    done = func.count().filter(Rating.status == RatingStatus.DONE)
    found = db.session.execute(
        select(Rating.rater_id, done, func.count())
        .where(Rating.round_id == round_id, Rating.status.in_((RatingStatus.ASKED, RatingStatus.DONE)))
        .group_by(Rating.rater_id)
    )
    return {rater: (finished, asked) for rater, finished, asked in found if rater is not None}


def rounds_of(user: User) -> list[tuple[Round, Rater, int]]:
    """The rounds in which this person rates, with the first example that she has not answered, or -1."""
    answered = exists().where(
        CalibrationAnswer.example_id == CalibrationExample.id, CalibrationAnswer.user_id == user.id
    )
    first = (
        select(func.min(CalibrationExample.position))
        .where(CalibrationExample.round_id == Round.id, shows_levels(), ~answered)
        .scalar_subquery()
    )
    found = db.session.execute(
        select(Round, Rater, func.coalesce(first, -1))
        .join(Rater, Rater.round_id == Round.id)
        .where(Rater.user_id == user.id)
        .order_by(Round.closes_at.desc())
        .limit(MOST_ROUNDS)
    )
    return [(round_, rater, position) for round_, rater, position in found]


def _ready_raters(round_id: int) -> list[int]:
    return list(
        db.session.scalars(
            select(Rater.user_id).where(Rater.round_id == round_id, Rater.calibrated_at.is_not(None))
        )
    )


def _open_by_rater(round_id: int) -> dict[int, int]:
    found = db.session.execute(
        select(Rating.rater_id, func.count())
        .where(Rating.round_id == round_id, Rating.status == RatingStatus.ASKED)
        .group_by(Rating.rater_id)
    )
    return {rater: count for rater, count in found if rater is not None}


def _barred(round_id: int) -> set[tuple[int, int]]:
    """Pairs of application and person that must not be: she taught, knows or interviews her, or is she."""
    taught = (
        select(Application.id, Enrolment.user_id)
        .join(Enrolment, Enrolment.cohort_id == Application.from_cohort_id)
        .where(Application.round_id == round_id, Enrolment.role.in_(STAFF))
    )
    asked_before = select(Rating.application_id, Rating.rater_id).where(
        Rating.round_id == round_id, Rating.rater_id.is_not(None)
    )
    talked = (
        select(Interview.application_id, InterviewSlot.interviewer_id)
        .join(InterviewSlot, InterviewSlot.id == Interview.slot_id)
        .where(InterviewSlot.round_id == round_id, InterviewSlot.interviewer_id.is_not(None))
    )
    heard = (
        select(InterviewNote.application_id, InterviewNote.author_id)
        .join(Application, Application.id == InterviewNote.application_id)
        .where(Application.round_id == round_id, InterviewNote.author_id.is_not(None))
    )
    herself = select(Application.id, Application.user_id).where(Application.round_id == round_id)
    return {
        (application_id, user_id)
        for query in (taught, asked_before, talked, heard, herself)
        for application_id, user_id in db.session.execute(query)
        if user_id is not None
    }


def _slots(round_id: int) -> dict[int, dict[int, int]]:
    """Who holds which slot of which application."""
    found = db.session.execute(
        select(Rating.application_id, Rating.slot, Rating.rater_id).where(
            Rating.round_id == round_id, Rating.status.in_((RatingStatus.ASKED, RatingStatus.DONE))
        )
    )
    slots: dict[int, dict[int, int]] = {}
    for application_id, slot, rater_id in found:
        slots.setdefault(application_id, {})[slot] = rater_id or 0
    return slots


def _to_read(round_id: int) -> list[int]:
    """Applications whose sheet a person has looked over, by code: an order that says nothing."""
    return list(
        db.session.scalars(
            select(BlindSheet.application_id)
            .join(Application, Application.id == BlindSheet.application_id)
            .where(
                BlindSheet.round_id == round_id,
                BlindSheet.checked_at.is_not(None),
                Application.status == ApplicationStatus.SUBMITTED,
            )
            .order_by(BlindSheet.code)
        )
    )


def _apart(round_id: int) -> set[int]:
    """Applications whose raters are far apart, with nothing settled."""
    return set(
        db.session.scalars(
            select(Disagreement.application_id)
            .join(Application, Application.id == Disagreement.application_id)
            .where(Application.round_id == round_id, Disagreement.settled_at.is_(None))
        )
    )


def _wanted_slots(round_: Round, taken: Mapping[int, int], *, apart: bool) -> list[int]:
    """The slots of one application for which nobody is asked yet."""
    wanted = [slot for slot in range(1, round_.raters_each + 1) if slot not in taken]
    if apart and round_.raters_each < THIRD and THIRD not in taken:
        wanted.append(THIRD)
    return wanted


def _ask(round_id: int, application_id: int, rater_id: int, slot: int) -> bool:
    try:
        with db.session.begin_nested():
            db.session.add(
                Rating(round_id=round_id, application_id=application_id, rater_id=rater_id, slot=slot)
            )
    except IntegrityError:
        return False
    return True
