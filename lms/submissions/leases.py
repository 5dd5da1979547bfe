"""The queue in the table: claim a row under a lease, write back with the lease's token, sweep what is lost.

Nothing here commits: the grader does. Moments are UTC; durations are in seconds unless a timedelta.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from lms.core.db import changed_rows, db, utcnow
from lms.grading.outcome import Outcome
from lms.grading.verdict import Verdict, verdict_to_json
from lms.submissions.graded import tell_graded
from lms.submissions.models import WAITING, GraderEvent, Status, Submission, SubmissionTest

LEASE = timedelta(seconds=15)
MAX_ATTEMPTS = 3
MAX_FAULTS = 8
"""Runs that end in our fault although the sandbox says it is well: then a person should look."""
BACKOFF_FIRST = 0.25
BACKOFF_MOST = 4.0
CLAIM_TRIES = 5


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write one submission's verdict, until it runs out."""

    submission_id: int
    run: int
    token: str


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep found: rows given back to the queue, rows given to staff, rows that may be claimed now."""

    requeued: tuple[int, ...]
    needs_staff: tuple[int, ...]
    claimable: int


def claim(now: datetime | None = None) -> Lease | None:
    """Take the next waiting submission, or None. Each student gets a fair share: her second row waits for the
    first rows of the others."""
    now = now or utcnow()
    for _ in range(CLAIM_TRIES):
        chosen = db.session.execute(_fair_order(now).limit(1)).first()
        if chosen is None:
            return None
        token = secrets.token_urlsafe(16)
        taken = changed_rows(
            update(Submission)
            .where(Submission.id == chosen.id, Submission.status.in_(WAITING))
            .values(
                status=Status.RUNNING,
                token=token,
                lease_until=now + LEASE,
                not_before=None,
                attempts=Submission.attempts + 1,
                run=chosen.run + 1,
            )
        )
        if taken:
            return Lease(chosen.id, chosen.run + 1, token)
    return None  # others were quicker every time; they are at work


def renew(lease: Lease, now: datetime | None = None) -> bool:
    """Keep the lease for another while; False when it was lost."""
    return _update_held(lease, lease_until=(now or utcnow()) + LEASE)


def record_tests(lease: Lease, first: int, results: Sequence[dict[str, Any]]) -> bool:
    """Write tests that have ended, numbered from `first`; False, nothing written, when the lease was lost."""
    if not renew(lease):
        count("stale_test")
        return False
    db.session.execute(
        db.insert(SubmissionTest),
        [
            {
                "submission_id": lease.submission_id,
                "run": lease.run,
                "position": first + place,
                "result": result,
            }
            for place, result in enumerate(results)
        ],
    )
    return True


def finish(lease: Lease, verdict: Verdict, now: datetime | None = None) -> bool:
    """Write the verdict; False when the lease was lost: nothing is written and the refusal is counted."""
    if verdict.outcome is Outcome.OUR_FAULT:
        raise ValueError("our own fault is never a verdict: give the submission back instead")
    written = _update_held(
        lease,
        status=Status.GRADED,
        token=None,
        lease_until=None,
        outcome=verdict.outcome,
        verdict=verdict_to_json(verdict),
        image=verdict.image,
        graded_at=now or utcnow(),
    )
    if not written:
        count("stale_verdict")
        return False
    # The verdict holds every test now.
    db.session.execute(delete(SubmissionTest).where(SubmissionTest.submission_id == lease.submission_id))
    tell_graded(lease.submission_id)
    return True


def give_back(lease: Lease, *, seconds: float = 0.0) -> bool:
    """Back to the queue after `seconds`, as if the run had not been: nobody's fault."""
    return _update_held(
        lease,
        status=Status.QUEUED,
        token=None,
        lease_until=None,
        not_before=utcnow() + timedelta(seconds=seconds),
        attempts=Submission.attempts - 1,
    )


def put_off(lease: Lease, *, sandbox_is_well: bool) -> float | None:
    """After our own fault: run again later, without costing an attempt. Seconds to wait, or None.

    None means that the lease was lost, or that staff must look: the fault came again and again from a sandbox
    that says it is well. While the sandbox is away there is no such end: the work waits.
    """
    faults = db.session.scalar(select(Submission.faults).where(Submission.id == lease.submission_id)) or 0
    if sandbox_is_well and faults + 1 >= MAX_FAULTS:
        _update_held(lease, status=Status.NEEDS_STAFF, token=None, lease_until=None)
        return None
    wait = backoff(faults)
    held = _update_held(
        lease,
        status=Status.QUEUED,
        token=None,
        lease_until=None,
        not_before=utcnow() + timedelta(seconds=wait),
        attempts=Submission.attempts - 1,
        faults=faults + 1 if sandbox_is_well else min(faults + 1, MAX_FAULTS // 2),
    )
    return wait if held else None


def give_up(lease: Lease) -> bool:
    """A run that broke the grader itself: try again, and hand over to staff after the last attempt."""
    attempts = db.session.scalar(select(Submission.attempts).where(Submission.id == lease.submission_id)) or 0
    return _update_held(
        lease,
        status=Status.NEEDS_STAFF if attempts >= MAX_ATTEMPTS else Status.QUEUED,
        token=None,
        lease_until=None,
    )


def sweep(now: datetime | None = None) -> Swept:
    """Take back leases that have run out, and say how many rows wait for a grader."""
    now = now or utcnow()
    expired = and_(Submission.status == Status.RUNNING, Submission.lease_until < now)
    spent = tuple(
        db.session.scalars(select(Submission.id).where(expired, Submission.attempts >= MAX_ATTEMPTS))
    )
    lost = tuple(db.session.scalars(select(Submission.id).where(expired, Submission.attempts < MAX_ATTEMPTS)))
    for ids, status in ((spent, Status.NEEDS_STAFF), (lost, Status.QUEUED)):
        if ids:
            changed_rows(
                update(Submission)
                .where(Submission.id.in_(ids), expired)
                .values(status=status, token=None, lease_until=None)
            )
            count("lease_expired", len(ids))
    waiting = db.session.scalar(select(func.count()).select_from(Submission).where(_claimable(now))) or 0
    return Swept(lost, spent, waiting)


def anyone_waits(now: datetime | None = None) -> bool:
    """Whether a hand-in waits for a grader that is free."""
    return bool(db.session.scalar(select(exists().where(_claimable(now or utcnow())))))


def backoff(faults: int) -> float:
    """Seconds to wait after so many earlier faults."""
    return float(min(BACKOFF_MOST, BACKOFF_FIRST * 2 ** min(faults, 10)))


def count(name: str, number: int = 1) -> None:
    """Add to a named count that the doctor and the tests read."""
    insert = postgresql_insert if db.engine.dialect.name == "postgresql" else sqlite_insert
    statement = insert(GraderEvent).values(name=name, count=number)
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=[GraderEvent.name], set_={"count": GraderEvent.count + number}
        )
    )


def counted(name: str) -> int:
    """How often something named happened so far."""
    return db.session.scalar(select(GraderEvent.count).where(GraderEvent.name == name)) or 0


def _claimable(now: datetime) -> ColumnElement[bool]:
    return and_(
        Submission.status.in_(WAITING), or_(Submission.not_before.is_(None), Submission.not_before <= now)
    )


def _fair_order(now: datetime) -> Select[Any]:
    """Waiting rows, each student's n-th (running ones counted) after everybody's n-1st; then oldest first."""
    waiting = (
        select(
            Submission.id,
            Submission.run,
            Submission.user_id,
            Submission.received_at,
            func.row_number()
            .over(partition_by=Submission.user_id, order_by=(Submission.received_at, Submission.id))
            .label("place"),
        )
        .where(_claimable(now))
        .subquery()
    )
    running = (
        select(Submission.user_id, func.count().label("number"))
        .where(Submission.status == Status.RUNNING)
        .group_by(Submission.user_id)
        .subquery()
    )
    return (
        select(waiting.c.id, waiting.c.run)
        .outerjoin_from(waiting, running, running.c.user_id == waiting.c.user_id)
        .order_by(waiting.c.place + func.coalesce(running.c.number, 0), waiting.c.received_at, waiting.c.id)
    )


def _update_held(lease: Lease, **values: Any) -> bool:
    held = (Submission.token == lease.token, Submission.status == Status.RUNNING)
    return (
        changed_rows(update(Submission).where(Submission.id == lease.submission_id, *held).values(**values))
        > 0
    )
