"""How work gets to a person and back: the queue, claims, what she writes, and her decision.

Nothing here commits. A claim and a decision are conditional updates: of two people, one gets it. What is written
comes with the version that was seen and with a key of its own, so that neither a second click nor a second tab
loses or doubles anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, update
from sqlalchemy.orm import aliased

from lms.accounts.models import HERE, Cohort, Enrolment, Role
from lms.announcements.notices import notify
from lms.core.db import changed_rows, db, utcnow
from lms.core.errors import Conflict, PasserelleError
from lms.core.text import clean_lines
from lms.reviews.models import (
    LONGEST_COMMENT,
    LONGEST_SUMMARY,
    Review,
    ReviewComment,
    ReviewStatus,
)

CLAIM = timedelta(hours=2)
"""A volunteer's evening. Everything she keeps begins it anew."""
CLAIM_TRIES = 10
MOST_COMMENTS = 200
"""Comments on one attempt."""
# What an exercise counts as: the first of these that any of its reviews has.
_STANDING = (ReviewStatus.APPROVED, ReviewStatus.WAITING, ReviewStatus.NEEDS_WORK)


class NothingSaid(PasserelleError):
    """ "Needs work" without a word about what is to be done."""

    status = 422
    code = "nothing_said"
    sentence = lazy_gettext(
        "Say what the student should change: write a comment or a summary, or leave a point open."
    )


class PointsOpen(PasserelleError):
    """Approved although not every criterion is met."""

    status = 422
    code = "points_open"
    sentence = lazy_gettext("Some points are still open. Tick every point, or choose “Needs work”.")


class TooLong(PasserelleError):
    """More text than anybody reads on a phone."""

    status = 422
    code = "too_long"
    sentence = lazy_gettext("That text is too long. Say it in fewer words.")


class NoSuchLine(PasserelleError):
    """A line that the program does not have."""

    status = 422
    code = "no_such_line"
    sentence = lazy_gettext("The program has no such line. Choose the line again.")


class ReviewConflict(Conflict):
    """What is stored is not what was seen; nothing was written. `review` is the row as it is now."""

    code = "review_conflict"

    def __init__(self, review: Review) -> None:
        super().__init__()
        self.review = review


@dataclass(frozen=True, slots=True)
class Written:
    """What the form of a review holds. `file` and `line` say what the comment is about; both may be missing."""

    version: int
    client_key: str
    met: tuple[int, ...] = ()
    summary: str = ""
    comment: str = ""
    file: str | None = None
    line: int | None = None
    remove: int | None = None
    """A comment to be taken out again."""


def claim(review_id: int, person_id: int, now: datetime | None = None) -> bool:
    """Take a review, or keep it for longer; False when somebody else has it or it waits no more."""
    now = now or utcnow()
    changed = changed_rows(
        update(Review)
        .where(Review.id == review_id, _claimable(person_id, now))
        .values(claimed_by=person_id, claimed_until=now + CLAIM)
    )
    return changed == 1


def claim_next(person_id: int, classes: Select[int], now: datetime | None = None) -> Review | None:
    """The review this person holds already, else the oldest that is free in these classes; None: none is."""
    now = now or utcnow()
    mine = Review.claimed_by == person_id
    oldest = (
        select(Review.id)
        .where(of_classes(classes), _claimable(person_id, now))
        .order_by(mine.is_not(True), Review.waiting_since, Review.id)
        .limit(1)
    )
    for _ in range(CLAIM_TRIES):
        chosen = db.session.scalar(oldest)
        if chosen is None:
            return None
        if claim(chosen, person_id, now):
            return db.session.get_one(Review, chosen, populate_existing=True)
    return None  # others were quicker every time: they are at work


def release(review_id: int, person_id: int) -> bool:
    """Give a review back to the queue; what was written about it stays for whoever takes it next."""
    changed = changed_rows(
        update(Review)
        .where(Review.id == review_id, Review.claimed_by == person_id)
        .values(claimed_by=None, claimed_until=None)
    )
    return changed == 1


def hand_over(person_id: int, cohort_id: int) -> int:
    """Give back all that this person holds in a class; how many they were."""
    return changed_rows(
        update(Review)
        .where(Review.claimed_by == person_id, Review.cohort_id == cohort_id)
        .values(claimed_by=None, claimed_until=None)
    )


def keep(
    review: Review,
    person_id: int,
    written: Written,
    *,
    criteria: int,
    decision: ReviewStatus | None = None,
    now: datetime | None = None,
) -> None:
    """Keep what was written about a review, and decide on it if there is a decision.

    `criteria` is how many the exercise has. Raises ReviewConflict when the review is not hers to write on, or not
    as she saw it: then nothing is written.
    """
    if review.saved_key == written.client_key:
        return
    now = now or utcnow()
    written = _checked(review, written, criteria)
    if decision is not None:
        _check_decision(review, written, decision, criteria)
    values: dict[str, Any] = {"claimed_by": person_id, "claimed_until": now + CLAIM}
    if decision is not None:
        waited = max(0, int((now - review.waiting_since).total_seconds()))
        values = {
            "claimed_by": None,
            "claimed_until": None,
            "status": decision,
            "decided_by": person_id,
            "decided_at": now,
            "waited_seconds": waited,
        }
    kept = changed_rows(
        update(Review)
        .where(Review.id == review.id, Review.version == written.version, _claimable(person_id, now))
        .values(
            version=written.version + 1,
            saved_key=written.client_key,
            met=list(written.met),
            summary=written.summary,
            **values,
        )
    )
    if not kept:
        db.session.refresh(review)
        if review.saved_key != written.client_key:
            raise ReviewConflict(review)
        return  # the same form, sent twice at the same time
    _write_comment(review, person_id, written)
    if decision is not None:
        _publish(review, now)
        notify(
            [review.user_id],
            f"review_{decision.value}",
            {"exercise": review.exercise_key},
            f"/answers/{review.public_id}",
        )
    db.session.refresh(review)


def newest_of(review: Review) -> Review:
    """The student's waiting review of the same exercise, if this one was replaced; else this one."""
    if review.status != ReviewStatus.REPLACED:
        return review
    waiting = db.session.scalar(
        select(Review).where(
            Review.user_id == review.user_id,
            Review.exercise_key == review.exercise_key,
            Review.status == ReviewStatus.WAITING,
        )
    )
    return waiting or review


def comments_on(reviews: Sequence[int], *, published: bool = False) -> list[ReviewComment]:
    """The comments on these reviews, in the order they were written; for students the published ones only."""
    query = (
        select(ReviewComment).where(ReviewComment.review_id.in_(reviews)).order_by(ReviewComment.id)
    )  # fmt: skip
    if published:
        query = query.where(ReviewComment.published_at.is_not(None))
    return list(db.session.scalars(query))


def note_seen(review: Review) -> bool:
    """The student has opened the answer; whether that had to be written."""
    if review.seen_at is not None or not review.is_decided:
        return False
    review.seen_at = utcnow()
    db.session.flush()
    return True


def states_of(user_id: int, exercise_keys: Sequence[str] | None = None) -> Mapping[str, ReviewStatus]:
    """By exercise: approved once, else waiting, else needing work; what nobody was asked to read is left out."""
    query = _states().where(Review.user_id == user_id)
    if exercise_keys is not None:
        query = query.where(Review.exercise_key.in_(exercise_keys))
    return {key: state for (_, key), state in _standing(query).items()}


def states_in(
    programme_id: int, user_ids: Sequence[int], exercise_keys: Sequence[str]
) -> Mapping[tuple[int, str], ReviewStatus]:
    """The same by person and exercise, for what was handed in in the classes of one programme."""
    classes = select(Cohort.id).where(Cohort.programme_id == programme_id)
    return _standing(
        _states().where(
            Review.user_id.in_(user_ids),
            Review.exercise_key.in_(exercise_keys),
            Review.cohort_id.in_(classes),
        )
    )


def _states() -> Select[Any]:
    counts = [func.count().filter(Review.status == status) for status in _STANDING]
    columns: list[ColumnElement[Any]] = [Review.user_id.expression, Review.exercise_key.expression, *counts]
    return select(*columns).group_by(Review.user_id, Review.exercise_key)


def _standing(query: Select[Any]) -> dict[tuple[int, str], ReviewStatus]:
    states: dict[tuple[int, str], ReviewStatus] = {}
    for user_id, key, *counts in db.session.execute(query):
        found = next((status for status, count in zip(_STANDING, counts, strict=True) if count), None)
        if found is not None:
            states[user_id, key] = found
    return states


def of_classes(classes: Select[int]) -> ColumnElement[bool]:
    """Work handed in in these classes, or by students who have moved to them within the programme."""
    home = aliased(Cohort)
    programme = (
        select(home.programme_id).where(home.id == Review.cohort_id).correlate(Review).scalar_subquery()
    )
    moved = (
        select(Enrolment.id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(
            Enrolment.user_id == Review.user_id,
            Enrolment.role == Role.STUDENT,
            Enrolment.status.in_(HERE),
            Enrolment.cohort_id.in_(classes),
            Cohort.programme_id == programme,
        )
    )
    return or_(Review.cohort_id.in_(classes), moved.correlate(Review).exists())


def _checked(review: Review, written: Written, criteria: int) -> Written:
    """The same with clean texts; raises when a text is too long or a line is not there."""
    summary, comment = clean_lines(written.summary), clean_lines(written.comment)
    if len(summary) > LONGEST_SUMMARY or len(comment) > LONGEST_COMMENT:
        raise TooLong
    file, line = written.file, written.line
    if file is not None:
        text = review.submission.files.get(file)
        if text is None or (line is not None and not 1 <= line <= text.count("\n") + 1):
            raise NoSuchLine
    met = tuple(sorted({place for place in written.met if 0 <= place < criteria}))
    return replace(written, summary=summary, comment=comment, met=met)


def _check_decision(review: Review, written: Written, decision: ReviewStatus, criteria: int) -> None:
    if decision == ReviewStatus.APPROVED:
        if len(written.met) < criteria:
            raise PointsOpen
        return
    if written.summary or written.comment or len(written.met) < criteria:
        return
    if db.session.scalar(_unpublished(review).limit(1)) is None:
        raise NothingSaid


def _write_comment(review: Review, person_id: int, written: Written) -> None:
    if written.remove is not None:
        # What the student has read stays.
        changed_rows(
            delete(ReviewComment).where(
                ReviewComment.id == written.remove,
                ReviewComment.review_id == review.id,
                ReviewComment.published_at.is_(None),
            )
        )
    if not written.comment:
        return
    count = db.session.scalar(select(func.count()).where(ReviewComment.review_id == review.id)) or 0
    if count >= MOST_COMMENTS:
        raise TooLong
    db.session.add(
        ReviewComment(
            review_id=review.id,
            author_id=person_id,
            file=written.file,
            line=written.line,
            text=written.comment,
            client_key=written.client_key,
        )
    )
    db.session.flush()


def _publish(review: Review, now: datetime) -> None:
    """Show the student all that was written for her, on earlier attempts too if nobody decided on those."""
    ids = _unpublished(review)
    changed_rows(update(ReviewComment).where(ReviewComment.id.in_(ids)).values(published_at=now))


def _unpublished(review: Review) -> Select[int]:
    return (
        select(ReviewComment.id)
        .join(Review, Review.id == ReviewComment.review_id)
        .where(
            Review.user_id == review.user_id,
            Review.exercise_key == review.exercise_key,
            ReviewComment.published_at.is_(None),
        )
    )


def _claimable(person_id: int, now: datetime) -> ColumnElement[bool]:
    """Waiting, not her own work, and free, hers, or held by somebody whose time is over."""
    return and_(
        Review.status == ReviewStatus.WAITING,
        Review.user_id != person_id,
        or_(Review.claimed_by.is_(None), Review.claimed_by == person_id, Review.claimed_until < now),
    )
