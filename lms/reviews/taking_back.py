"""Taking a decision back: the work goes back to its old place in the queue, and what was decided stays to be read.

It can be done for a while, and until the student has answered by handing in anew. The change is one conditional
update: of two people, or of a person and a newer attempt, one is first, and the other learns it. Nothing commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import lazy_gettext
from sqlalchemy import ColumnElement, and_, select, true, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased, joinedload

from lms.announcements.notices import notify
from lms.core.db import changed_rows, db, utcnow
from lms.core.errors import PasserelleError
from lms.core.text import clean_lines
from lms.reviews.models import DECIDED, LONGEST_REASON, Review, ReviewStatus, TakenBack
from lms.reviews.services import ReviewConflict, TooLong
from lms.submissions.models import Submission

TAKE_BACK_DAYS = 14


class NoReason(PasserelleError):
    """Taken back without a word."""

    status = 422
    code = "no_reason"
    sentence = lazy_gettext("Say in a sentence why you take the answer back.")


def can_take_back(review: Review, person_id: int, *, anyones: bool, now: datetime | None = None) -> bool:
    """Whether this person may still take the decision back; `anyones`: other people's decisions too."""
    allowed = select(Review.id).where(Review.id == review.id, _open(person_id, anyones, now or utcnow()))
    return review.is_decided and db.session.scalar(allowed) is not None


def take_back(
    review: Review, person_id: int, version: int, reason: str, *, anyones: bool, now: datetime | None = None
) -> None:
    """Take back the decision that was seen at `version`, and tell the student.

    Raises ReviewConflict when it is too late or no longer so: then nothing was written. The same form sent twice is
    kept once.
    """
    reason = clean_lines(reason)
    if not reason:
        raise NoReason
    if len(reason) > LONGEST_REASON:
        raise TooLong
    now = now or utcnow()
    if not _put_back(
        review, TakenBack(version=version, taken_by=person_id, taken_at=now, reason=reason), anyones
    ):
        db.session.refresh(review)
        if _has_taken_back(review.id, person_id, version):
            return
        raise ReviewConflict(review)
    notify(
        [review.user_id],
        "review_taken_back",
        {"exercise": review.exercise_key},
        f"/answers/{review.public_id}",
    )
    db.session.refresh(review)


def taken_back_on(reviews: Sequence[int]) -> dict[int, list[TakenBack]]:
    """By review the decisions on it that were taken back, the newest first."""
    found: dict[int, list[TakenBack]] = {}
    for entry in db.session.scalars(
        select(TakenBack)
        .where(TakenBack.review_id.in_(reviews))
        .options(joinedload(TakenBack.decider), joinedload(TakenBack.taker))
        .order_by(TakenBack.id.desc())
    ):
        found.setdefault(entry.review_id, []).append(entry)
    return found


def _put_back(review: Review, trace: TakenBack, anyones: bool) -> bool:
    """Change the row and keep the trace; False when the decision is not what was seen, or not to be taken back."""
    # What is written down is what was loaded: the update goes through for that version alone.
    if review.decided_at is None or review.waited_seconds is None or review.version != trace.version:
        return False
    trace.review_id, trace.decision = review.id, review.status
    trace.met, trace.summary = list(review.met), review.summary
    trace.decided_by, trace.decided_at = review.decided_by, review.decided_at
    trace.waited_seconds = review.waited_seconds
    person_id, version = trace.taken_by, trace.version
    try:
        with db.session.begin_nested():
            changed = changed_rows(
                update(Review)
                .where(
                    Review.id == review.id,
                    Review.version == version,
                    _open(person_id, anyones, trace.taken_at),
                )
                .values(
                    status=ReviewStatus.WAITING,
                    version=version + 1,
                    saved_key=None,
                    decided_by=None,
                    decided_at=None,
                    waited_seconds=None,
                    seen_at=None,
                )
            )
    except IntegrityError:  # in this moment a newer attempt of hers began to wait
        return False
    if not changed:
        return False
    db.session.add(trace)
    db.session.flush()
    return True


def _has_taken_back(review_id: int, person_id: int, version: int) -> bool:
    hers = select(TakenBack.id).where(
        TakenBack.review_id == review_id, TakenBack.version == version, TakenBack.taken_by == person_id
    )
    return db.session.scalar(hers) is not None


def _open(person_id: int | None, anyones: bool, now: datetime) -> ColumnElement[bool]:
    """Decided not long ago, by her unless `anyones`, and nothing of the same exercise has come since."""
    newer = aliased(Review)
    again = select(Submission.id).where(
        Submission.user_id == Review.user_id,
        Submission.exercise_key == Review.exercise_key,
        Submission.received_at > Review.decided_at,
    )
    answered = select(newer.id).where(
        newer.user_id == Review.user_id,
        newer.exercise_key == Review.exercise_key,
        newer.attempt > Review.attempt,
        newer.status != ReviewStatus.REPLACED,
    )
    return and_(
        Review.status.in_(DECIDED),
        Review.decided_at >= now - timedelta(days=TAKE_BACK_DAYS),
        Review.user_id != person_id,
        true() if anyones else Review.decided_by == person_id,
        ~again.correlate(Review).exists(),
        ~answered.correlate(Review).exists(),
    )
