"""How work enters the queue: when its tests have passed, in the transaction that writes the verdict."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import and_, or_, select, update
from sqlalchemy.exc import IntegrityError

from lms.catalog.services import exercise_of_version
from lms.core.db import changed_rows, db
from lms.grading.outcome import Outcome
from lms.reviews.models import Review, ReviewStatus
from lms.submissions.models import Submission
from lms.submissions.services import attempt_number

ENTER_TRIES = 5


def enter_queue(submission_id: int) -> None:
    """A verdict was written: work that passed its tests and is to be read by a person enters the queue.

    It takes the place of an older attempt of hers that still waits, with that one's age and claim: who improves
    her work while it waits must not wait longer. After an approval nothing more is asked for.
    """
    outcome = db.session.scalar(select(Submission.outcome).where(Submission.id == submission_id))
    submission = db.session.get_one(Submission, submission_id)
    if outcome != Outcome.PASSED or submission.cohort_id is None:
        return
    if not _asks_for_review(submission.exercise_version):
        return
    for turn in range(ENTER_TRIES):
        try:
            with db.session.begin_nested():
                if _enter(submission):
                    return
        except IntegrityError:  # another grader brought an attempt of hers in this moment
            if turn + 1 == ENTER_TRIES:
                raise


def _enter(submission: Submission) -> bool:
    """Make the row, if one is needed; False when the one that waits changed meanwhile."""
    hers = (Review.user_id == submission.user_id, Review.exercise_key == submission.exercise_key)
    settled = or_(Review.submission_id == submission.id, and_(*hers, Review.status == ReviewStatus.APPROVED))
    if db.session.scalar(select(Review.id).where(settled).limit(1)) is not None:
        return True
    waiting = db.session.execute(
        select(Review, Submission.received_at)
        .join(Submission, Submission.id == Review.submission_id)
        .where(*hers, Review.status == ReviewStatus.WAITING)
        .execution_options(populate_existing=True)
    ).first()
    review = Review(
        submission_id=submission.id,
        user_id=submission.user_id,
        cohort_id=submission.cohort_id,
        exercise_key=submission.exercise_key,
        attempt=attempt_number(submission),
        status=ReviewStatus.WAITING,
        waiting_since=submission.received_at,
    )
    if waiting is not None:
        older, received_at = waiting
        if (received_at, older.submission_id) > (submission.received_at, submission.id):
            review.status = ReviewStatus.REPLACED  # it was graded after a newer one
        else:
            review.waiting_since, review.summary = older.waiting_since, older.summary
            review.claimed_by, review.claimed_until = older.claimed_by, older.claimed_until
            if not _replace(older):
                return False
    db.session.add(review)
    db.session.flush()
    return True


def _replace(older: Review) -> bool:
    as_seen = (Review.status == ReviewStatus.WAITING, Review.version == older.version)
    changed = changed_rows(
        update(Review)
        .where(Review.id == older.id, *as_seen)
        .values(status=ReviewStatus.REPLACED, version=Review.version + 1, claimed_by=None, claimed_until=None)
    )
    return changed == 1


@lru_cache(maxsize=1024)
def _asks_for_review(version: str) -> bool:
    """A version never changes, so the answer may be kept."""
    exercise = exercise_of_version(version)
    return exercise is not None and exercise.review is not None
