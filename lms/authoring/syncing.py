"""A course and its repository elsewhere: compared, brought together, sent. Functions flush; views and jobs commit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from lms.authoring import remotes
from lms.authoring.addresses import Refused, parse_address
from lms.authoring.merging import Conflict, Settle
from lms.authoring.models import AuthoredCourse
from lms.authoring.remotes import Code, RemoteFault
from lms.authoring.repository import DRAFT, Author, Commit, Repository
from lms.authoring.services import note_change, repository_of
from lms.core.db import changed_rows, db, utcnow

EVERY = timedelta(minutes=15)
PASSERELLE = Author("Passerelle", "passerelle")
MERGE = "Bring together with {url}."
MOST_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Standing:
    """How the draft and the remote stand to one another, as far as the remote is known here."""

    tip: str | None
    ours: tuple[Commit, ...] = ()
    theirs: tuple[Commit, ...] = ()
    related: bool = True


def set_remote(course: AuthoredCourse, url: str, branch: str) -> None:
    """Give the course a remote, or none. Raises `RemoteFault`. The key that the server showed is forgotten."""
    if url:
        try:
            parse_address(url)
        except Refused as refused:
            raise RemoteFault(Code(refused.code)) from refused
    course.remote_url, course.remote_branch = url, branch
    course.synced_at, course.sync_fault = None, ""
    remotes.keys_of(course).forget_hosts()
    db.session.flush()


def standing_of(repository: Repository) -> Standing:
    """What only one side has, the newest first."""
    tip = repository.remote_head()
    if tip is None:
        return Standing(None)
    head = repository.head()
    return Standing(
        tip,
        tuple(repository.only_in(head, tip, MOST_SHOWN)),
        tuple(repository.only_in(tip, head, MOST_SHOWN)),
        repository.related(head, tip),
    )


def compare(course: AuthoredCourse) -> None:
    """Learn what the remote has; nothing of ours changes."""
    _noting(course, lambda: remotes.fetch(course, repository_of(course)))


def pull(course: AuthoredCourse, author: Author) -> None:
    """Bring what the remote has into the draft. Raises `Conflict` or `RemoteFault`."""
    repository = repository_of(course)

    def bring() -> None:
        tip = remotes.fetch(course, repository)
        _merge(course, repository, tip, author, None)

    _noting(course, bring)


def bring_together(course: AuthoredCourse, author: Author, settle: Settle) -> None:
    """Bring what is known of the remote into the draft, as a person decides; `Conflict` where she has not."""
    repository = repository_of(course)
    tip = repository.remote_head()
    if tip is not None:
        _noting(course, lambda: _merge(course, repository, tip, author, settle))


def take_whole(course: AuthoredCourse, author: Author) -> None:
    """Let the draft be what the remote has: for a course that was only begun here, to be the one that is there."""
    repository = repository_of(course)
    tip = repository.remote_head()
    if tip is None or repository.related(repository.head(), tip):
        return

    def take() -> None:
        message = f"Take the whole course from {course.remote_url}."
        repository.take_whole(tip, DRAFT, author=author, message=message)
        note_change(course, repository)

    _noting(course, take)


def push(course: AuthoredCourse) -> None:
    """Send the draft to the remote's branch."""
    repository = repository_of(course)

    def send() -> None:
        head = repository.head()
        remotes.push(course, repository, head)
        repository.note_remote(head)

    _noting(course, send)


def claim_due(now: datetime | None = None) -> AuthoredCourse | None:
    """A course whose remote was not looked at for a while; no other process gets it for as long."""
    now = now or utcnow()
    due = or_(AuthoredCourse.synced_at.is_(None), AuthoredCourse.synced_at < now - EVERY)
    query = select(AuthoredCourse.id).where(AuthoredCourse.remote_url != "", due)
    for course_id in db.session.scalars(
        query.order_by(AuthoredCourse.synced_at, AuthoredCourse.id).limit(20)
    ):
        claim = update(AuthoredCourse).where(AuthoredCourse.id == course_id, due).values(synced_at=now)
        if changed_rows(claim):
            return db.session.get(AuthoredCourse, course_id, populate_existing=True)
    return None


def _merge(
    course: AuthoredCourse,
    repository: Repository,
    tip: str,
    author: Author,
    settle: Settle | None,
) -> None:
    message = MERGE.format(url=course.remote_url)
    repository.merge(tip, DRAFT, author=author, message=message, fast_forward=True, settle=settle)
    note_change(course, repository)


def _noting(course: AuthoredCourse, act: Callable[[], object]) -> None:
    """Do it, and keep with the course how it went."""
    try:
        act()
    except RemoteFault as fault:
        course.sync_fault = fault.stored
        raise
    except Conflict:
        course.sync_fault = RemoteFault(Code.CONFLICT).stored
        raise
    else:
        course.sync_fault = ""
    finally:
        course.synced_at = utcnow()
        db.session.flush()
