"""The queue as it is shown: what waits, oldest first and page by page, and how long classes wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from lms.accounts.models import Cohort, User
from lms.core.db import db, utcnow
from lms.reviews.models import DECIDED, Review, ReviewStatus
from lms.reviews.services import of_classes

PAGE = 20
MOST_CLASSES = 50
TURNAROUND_DAYS = 30


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Some of what waits, and the id after which the next page begins; None: this is the last one."""

    reviews: tuple[Review, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class Turnaround:
    """How long a class waits: how many wait now and since when, and the median of the last month's answers."""

    cohort: Cohort
    waiting: int
    oldest: datetime | None
    answered: int
    median: timedelta | None


def queue_page(classes: Select[int], person_id: int, after: str | None = None) -> QueuePage:
    """What waits in these classes, the oldest first. `after` is the last review of the page before."""
    query = (
        select(Review)
        .join(Review.user)
        .where(
            Review.status == ReviewStatus.WAITING,
            of_classes(classes),
            Review.user_id != person_id,
        )
        .options(contains_eager(Review.user), joinedload(Review.cohort), joinedload(Review.holder))
        .order_by(Review.waiting_since, Review.id)
        .limit(PAGE + 1)
    )
    if after:
        # Whatever became of it since, its place says where the page goes on.
        place = db.session.execute(
            select(Review.waiting_since, Review.id).where(Review.public_id == after, of_classes(classes))
        ).first()
        if place is not None:
            since, number = place
            query = query.where(
                or_(Review.waiting_since > since, and_(Review.waiting_since == since, Review.id > number))
            )
    found = list(db.session.scalars(query))
    more = found[PAGE - 1].public_id if len(found) > PAGE else None
    return QueuePage(tuple(found[:PAGE]), more)


def held_by(person_id: int, classes: Select[int]) -> list[Review]:
    """What this person holds now, the oldest first."""
    found = db.session.scalars(
        select(Review)
        .where(
            Review.claimed_by == person_id,
            Review.claimed_until >= utcnow(),
            of_classes(classes),
        )
        .options(joinedload(Review.user), joinedload(Review.cohort))
        .order_by(Review.waiting_since, Review.id)
        .limit(PAGE)
    )
    return list(found)


def holders(cohort: Cohort) -> list[tuple[User, int]]:
    """Who holds reviews of a class, whether in time or not, and how many."""
    rows = db.session.execute(
        select(User, func.count())
        .join(Review, Review.claimed_by == User.id)
        .where(Review.cohort_id == cohort.id)
        .group_by(User.id)
        .order_by(User.name)
    )
    return [(user, count) for user, count in rows]


def turnarounds(classes: Select[int], now: datetime | None = None) -> list[Turnaround]:
    """By class how long it waits, the longest waiting first; classes without reviews are left out."""
    waiting = _waiting(classes)
    medians = _medians(classes, (now or utcnow()) - timedelta(days=TURNAROUND_DAYS))
    ids = waiting.keys() | medians.keys()
    if not ids:
        return []
    cohorts = db.session.scalars(select(Cohort).where(Cohort.id.in_(ids)))
    found = [
        Turnaround(cohort, *waiting.get(cohort.id, (0, None)), *medians.get(cohort.id, (0, None)))
        for cohort in cohorts
    ]
    never = datetime.max.replace(tzinfo=UTC)
    return sorted(found, key=lambda one: (one.oldest or never, one.cohort.name))[:MOST_CLASSES]


def _waiting(classes: Select[int]) -> dict[int, tuple[int, datetime | None]]:
    rows = db.session.execute(
        select(Review.cohort_id, func.count(), func.min(Review.waiting_since))
        .where(Review.status == ReviewStatus.WAITING, Review.cohort_id.in_(classes))
        .group_by(Review.cohort_id)
    )
    return {cohort: (count, oldest) for cohort, count, oldest in rows}


def _medians(classes: Select[int], since: datetime) -> dict[int, tuple[int, timedelta | None]]:
    """The median by window functions: SQLite has no percentile. Of an even number, the mean of the middle two."""
    answered = (
        select(
            Review.cohort_id,
            Review.waited_seconds,
            func.row_number()
            .over(partition_by=Review.cohort_id, order_by=Review.waited_seconds)
            .label("place"),
            func.count().over(partition_by=Review.cohort_id).label("number"),
        )
        .where(Review.cohort_id.in_(classes), Review.status.in_(DECIDED), Review.decided_at >= since)
        .subquery()
    )
    middle = (answered.c.place * 2).between(answered.c.number, answered.c.number + 2)
    rows = db.session.execute(
        select(answered.c.cohort_id, func.max(answered.c.number), func.avg(answered.c.waited_seconds))
        .where(middle)
        .group_by(answered.c.cohort_id)
    )
    return {cohort: (number, timedelta(seconds=int(seconds))) for cohort, number, seconds in rows}
