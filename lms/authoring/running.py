"""What is to be run for authors: rows that are asked for, claimed under a lease, and written back by its token.

Nothing here commits. A row waits until the worker of some process takes it (`lms.authoring.jobs`); a fault of ours
makes it wait again and is never the author's. `AuthorRun.report` is written while a run goes on:

    {"faults": [{"path", "line", "message", "cure"}],          of the whole run
     "exercises": [{"path", "title", "state": "waiting"|"running"|"done"|"proven",
                    "rows": [{"what": "solution"|"starter"|"wrong/<name>", "wanted": "pass"|"fail",
                              "runs": 10, "outcomes": {"passed": 10}, "alike": true, "ok": true|false|null,
                              "seconds": 1.5, "verdict": {…} | null, "tests": […]}],
                    "faults": [{…}]}],
     "recorded": ["<lesson>/<exercise>"],   whose suite.lock the run has written
     "commit": "…",                         the state of the course that was run, records included
     "code": ""|"overtaken"|"moved_on"|"own_changes",   why nothing was published, where no file is at fault
     "published": <number of the version> | null}

`ok` is null while runs are missing; `verdict` and `tests` are those of the first run.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import User
from lms.authoring.models import AuthoredCourse, AuthorRun, RunKind, RunStatus
from lms.core.db import changed_rows, db, utcnow

LEASE = timedelta(seconds=20)
MAX_ATTEMPTS = 3
AWAY_SECONDS = 5.0
"""How long a run waits after the sandbox was away."""
FAULT_SECONDS = (5.0, 20.0)
"""How long it waits after each fault of a sandbox that says it is well."""
OPEN = (RunStatus.WAITING, RunStatus.RUNNING)


class PublicationUnderWay(Exception):
    """Somebody is publishing this course at this moment."""


@dataclass(frozen=True, slots=True)
class RunLease:
    """The right to write one run's report, until it runs out."""

    run_id: int
    token: str


def ask_try(course: AuthoredCourse, person: User, commit: str, path: str) -> AuthorRun:
    """Let one exercise of a commit be run, "<lesson>/<exercise>"; what she has asked for already is not asked twice.

    The caller commits, and then calls `lms.authoring.jobs.ring`.
    """
    known = db.session.scalar(
        select(AuthorRun).where(
            AuthorRun.course_id == course.id,
            AuthorRun.kind == RunKind.TRY,
            AuthorRun.path == path,
            AuthorRun.commit == commit,
            AuthorRun.author_id == person.id,
            AuthorRun.status.in_(OPEN),
        )
    )
    if known is not None:
        return known
    run = AuthorRun(course_id=course.id, author_id=person.id, kind=RunKind.TRY, commit=commit, path=path)
    db.session.add(run)
    db.session.flush()
    return run


def ask_publication(
    course: AuthoredCourse,
    person: User,
    commit: str,
    *,
    number: int,
    note: str = "",
    moving: Sequence[str] = (),
) -> AuthorRun:
    """Let a commit be run and published as version `number`; `moving` are public ids of classes that go along.

    Raises PublicationUnderWay: a course has one publication at a time. The caller commits and rings.
    """
    run = AuthorRun(
        course_id=course.id,
        author_id=person.id,
        kind=RunKind.PUBLISH,
        commit=commit,
        options={"number": number, "note": note, "moving": list(moving)},
    )
    try:
        with db.session.begin_nested():
            db.session.add(run)
    except IntegrityError as error:
        raise PublicationUnderWay from error
    return run


def open_publication(course: AuthoredCourse) -> AuthorRun | None:
    """The publication of this course that is under way."""
    return db.session.scalar(
        select(AuthorRun).where(
            AuthorRun.course_id == course.id,
            AuthorRun.kind == RunKind.PUBLISH,
            AuthorRun.status.in_(OPEN),
        )
    )


def last_run(course: AuthoredCourse, kind: RunKind, path: str = "") -> AuthorRun | None:
    """The newest run of this kind, of an exercise or of the course."""
    return db.session.scalar(
        select(AuthorRun)
        .where(AuthorRun.course_id == course.id, AuthorRun.kind == kind, AuthorRun.path == path)
        .order_by(AuthorRun.id.desc())
        .limit(1)
    )


def place_in_queue(run: AuthorRun) -> int:
    """How many runs are before this one."""
    before = select(func.count()).where(AuthorRun.status.in_(OPEN), AuthorRun.id < run.id)
    return db.session.scalar(before) or 0


def anything_waits(now: datetime | None = None, kind: RunKind | None = None) -> bool:
    """Whether there is a row to claim."""
    return bool(db.session.scalar(select(exists().where(_claimable(now or utcnow(), kind)))))


def claim(now: datetime | None = None, kind: RunKind | None = None) -> RunLease | None:
    """Take the next row, or None. Tries go first, since somebody looks at the page."""
    now = now or utcnow()
    chosen = db.session.scalar(
        select(AuthorRun.id)
        .where(_claimable(now, kind))
        .order_by(AuthorRun.kind != RunKind.TRY, AuthorRun.id)
        .limit(1)
    )
    if chosen is None:
        return None
    token = secrets.token_urlsafe(16)
    taken = changed_rows(
        update(AuthorRun)
        .where(AuthorRun.id == chosen, AuthorRun.status == RunStatus.WAITING)
        .values(
            status=RunStatus.RUNNING,
            token=token,
            lease_until=now + LEASE,
            not_before=None,
            attempts=AuthorRun.attempts + 1,
        )
    )
    return RunLease(chosen, token) if taken else None


def renew(lease: RunLease, now: datetime | None = None) -> bool:
    """Keep the lease for another while; False when it was lost."""
    return _update_held(lease, lease_until=(now or utcnow()) + LEASE)


def write_report(lease: RunLease, report: Mapping[str, Any]) -> bool:
    """Write what is known so far; False when the lease was lost."""
    return _update_held(lease, report=dict(report), lease_until=utcnow() + LEASE)


def finish(lease: RunLease, report: Mapping[str, Any]) -> bool:
    """Write the whole report; False when the lease was lost, and nothing is written."""
    return _end(lease, RunStatus.DONE, report=dict(report))


def give_back(lease: RunLease) -> bool:
    """Back to the queue as if the run had not been: the process stops."""
    return _wait_again(lease, 0.0, attempts=AuthorRun.attempts - 1)


def put_off(lease: RunLease, *, sandbox_is_well: bool) -> bool:
    """After our own fault: once more, later. While the sandbox is away or full there is no end to that."""
    if not sandbox_is_well:
        return _wait_again(lease, AWAY_SECONDS, attempts=AuthorRun.attempts - 1)
    return give_up(lease)


def give_up(lease: RunLease) -> bool:
    """A run that broke the worker, or a fault that has no cause we know: try again, but not for ever."""
    attempts = db.session.scalar(select(AuthorRun.attempts).where(AuthorRun.id == lease.run_id)) or 0
    if attempts >= MAX_ATTEMPTS:
        return _end(lease, RunStatus.FAILED)
    return _wait_again(lease, FAULT_SECONDS[min(attempts, len(FAULT_SECONDS)) - 1])


def sweep(now: datetime | None = None) -> None:
    """Take back leases that have run out."""
    now = now or utcnow()
    expired = and_(AuthorRun.status == RunStatus.RUNNING, AuthorRun.lease_until < now)
    if not db.session.scalar(select(exists().where(expired))):
        return  # a statement that writes would take SQLite's lock every other second for nothing
    gone = {"token": None, "lease_until": None}
    changed_rows(
        update(AuthorRun)
        .where(expired, AuthorRun.attempts >= MAX_ATTEMPTS)
        .values(status=RunStatus.FAILED, finished_at=now, **gone)
    )
    changed_rows(update(AuthorRun).where(expired).values(status=RunStatus.WAITING, **gone))


def _claimable(now: datetime, kind: RunKind | None) -> ColumnElement[bool]:
    waiting = and_(
        AuthorRun.status == RunStatus.WAITING,
        or_(AuthorRun.not_before.is_(None), AuthorRun.not_before <= now),
    )
    return and_(waiting, AuthorRun.kind == kind) if kind is not None else waiting


def _wait_again(lease: RunLease, seconds: float, **values: Any) -> bool:
    return _update_held(
        lease,
        status=RunStatus.WAITING,
        token=None,
        lease_until=None,
        not_before=utcnow() + timedelta(seconds=seconds),
        **values,
    )


def _end(lease: RunLease, status: RunStatus, **values: Any) -> bool:
    return _update_held(lease, status=status, token=None, lease_until=None, finished_at=utcnow(), **values)


def _update_held(lease: RunLease, **values: Any) -> bool:
    held = (AuthorRun.id == lease.run_id, AuthorRun.token == lease.token)
    return changed_rows(update(AuthorRun).where(*held).values(**values)) > 0
