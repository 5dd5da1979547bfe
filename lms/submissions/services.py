"""Receiving work and looking it up. Nothing here commits."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from flask_babel import lazy_gettext
from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select
from sqlalchemy.exc import IntegrityError

from lms.core.db import db, utcnow
from lms.core.errors import Conflict, PasserelleError, TooMany
from lms.grading.outcome import Outcome
from lms.submissions.models import PENDING, WAITING, Status, Submission, SubmissionTest

MAX_FILE_BYTES = 64 * 1024
MAX_WAITING = 5
"""Hand-ins of one person that may wait at the same time."""

# Put together once, since every lesson page asks.
_BEST_STATES = (
    select(
        Submission.exercise_key,
        func.max(case((Submission.outcome == Outcome.PASSED, 1), else_=0)),
        func.max(case((Submission.status.in_(PENDING), 1), else_=0)),
    )
    .where(
        Submission.user_id == bindparam("person"),
        Submission.exercise_key.in_(bindparam("keys", expanding=True)),
    )
    .group_by(Submission.exercise_key)
)

_CLIENT_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
_SURROGATES = re.compile("[\ud800-\udfff]")


class BadHandIn(PasserelleError):
    """What was sent is not the files of this exercise."""

    code = "bad_hand_in"
    sentence = lazy_gettext(
        "This page sent something we cannot read. Load the page again and hand in once more."
    )


class EmptyHandIn(PasserelleError):
    """Nothing was written yet."""

    code = "empty_hand_in"
    sentence = lazy_gettext("There is no code yet. Write your answer first, then hand it in.")


class HandInTooLarge(PasserelleError):
    """More text than any answer needs."""

    status = 413
    code = "hand_in_too_large"
    sentence = lazy_gettext("Your code is too long. 64 kilobytes is the most we take.")


class TooManyWaiting(TooMany):
    """The person has enough work in the queue."""

    code = "too_many_waiting"
    sentence = lazy_gettext(
        "Some of your earlier answers still wait for the grader. Hand in again when they are done."
    )


class KeyTaken(Conflict):
    """A client key names one hand-in and was sent with another exercise."""

    sentence = lazy_gettext("This page was already used to hand in other work. Load it again, then hand in.")


def receive_submission(
    *,
    user_id: int,
    cohort_id: int | None,
    exercise_key: str,
    exercise_version: str,
    wanted: Sequence[str],
    files: Mapping[str, str],
    client_key: str,
    now: datetime | None = None,
) -> tuple[Submission, bool]:
    """Store a hand-in once per client key; True when it is new. `wanted` are the exercise's file names."""
    if _CLIENT_KEY.fullmatch(client_key) is None:
        raise BadHandIn
    if known := _by_client_key(user_id, client_key, exercise_key):
        return known, False
    texts = clean_files(files, wanted)
    waiting = db.session.scalar(
        select(func.count()).where(Submission.user_id == user_id, Submission.status.in_(WAITING))
    )
    if (waiting or 0) >= MAX_WAITING:
        raise TooManyWaiting(seconds=10)
    submission = Submission(
        user_id=user_id,
        cohort_id=cohort_id,
        exercise_key=exercise_key,
        exercise_version=exercise_version,
        client_key=client_key,
        files=texts,
        received_at=now or utcnow(),
        status=Status.RECEIVED,
    )
    try:
        with db.session.begin_nested():
            db.session.add(submission)
    except IntegrityError:
        # The other tab, or the retry, was stored a moment ago.
        if known := _by_client_key(user_id, client_key, exercise_key):
            return known, False
        raise
    return submission, True


def clean_files(files: Mapping[str, str], wanted: Sequence[str]) -> dict[str, str]:
    """Exactly the exercise's files, as text that can be stored: LF line ends, no NUL, no lone surrogates."""
    if set(files) != set(wanted):
        raise BadHandIn
    texts = {
        name: _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", files[name])
        .replace("\0", "")
        .replace("\r\n", "\n")
        .replace("\r", "\n")
        for name in wanted
    }
    if sum(len(text.encode()) for text in texts.values()) > MAX_FILE_BYTES:
        raise HandInTooLarge
    if not any(text.strip() for text in texts.values()):
        raise EmptyHandIn
    return texts


def queue_place(submission: Submission) -> int | None:
    """How many waiting hand-ins came before this one, plus one; None when it does not wait."""
    if submission.status not in WAITING:
        return None
    before = db.session.scalar(
        select(func.count()).where(
            Submission.status.in_(WAITING),
            or_(
                Submission.received_at < submission.received_at,
                and_(Submission.received_at == submission.received_at, Submission.id < submission.id),
            ),
        )
    )
    return (before or 0) + 1


def streamed_tests(submission: Submission, after: int = -1) -> list[SubmissionTest]:
    """Tests of the run under way whose position is past `after`, in the order they ended."""
    return list(
        db.session.scalars(
            select(SubmissionTest)
            .where(
                SubmissionTest.submission_id == submission.id,
                SubmissionTest.run == submission.run,
                SubmissionTest.position > after,
            )
            .order_by(SubmissionTest.position)
        )
    )


def attempts(user_id: int, exercise_key: str) -> list[Submission]:
    """A person's hand-ins of one exercise, newest first."""
    return list(
        db.session.scalars(
            select(Submission)
            .where(Submission.user_id == user_id, Submission.exercise_key == exercise_key)
            .order_by(Submission.received_at.desc(), Submission.id.desc())
        )
    )


def attempt_number(submission: Submission) -> int:
    """This hand-in's place among the person's hand-ins of the exercise, from 1."""
    return 1 + (db.session.scalar(select(func.count()).where(*_earlier(submission))) or 0)


def failed_before(submission: Submission) -> int:
    """How many earlier hand-ins of this exercise by this person were graded and did not pass."""
    return (
        db.session.scalar(
            select(func.count()).where(
                *_earlier(submission),
                Submission.status == Status.GRADED,
                Submission.outcome != Outcome.PASSED,
            )
        )
        or 0
    )


def latest_submission(user_id: int, exercise_key: str) -> Submission | None:
    """The newest hand-in of one exercise."""
    return db.session.scalars(
        select(Submission)
        .where(Submission.user_id == user_id, Submission.exercise_key == exercise_key)
        .order_by(Submission.received_at.desc(), Submission.id.desc())
        .limit(1)
    ).first()


def best_states(user_id: int, exercise_keys: Sequence[str]) -> dict[str, str]:
    """By exercise key: "passed" once any passed, else "pending" or "tried"; untouched ones are left out."""
    rows = db.session.execute(_BEST_STATES, {"person": user_id, "keys": list(exercise_keys)})
    return {key: "passed" if passed else "pending" if pending else "tried" for key, passed, pending in rows}


def attempt_counts(
    user_ids: Sequence[int], exercise_keys: Sequence[str]
) -> dict[tuple[int, str], tuple[int, bool, bool]]:
    """By (user, exercise key): number of hand-ins, whether one passed, whether one waits."""
    rows = db.session.execute(
        select(
            Submission.user_id,
            Submission.exercise_key,
            func.count(),
            func.max(case((Submission.outcome == Outcome.PASSED, 1), else_=0)),
            func.max(case((Submission.status.in_(PENDING), 1), else_=0)),
        )
        .where(Submission.user_id.in_(user_ids), Submission.exercise_key.in_(exercise_keys))
        .group_by(Submission.user_id, Submission.exercise_key)
    )
    return {(user, key): (number, bool(passed), bool(pending)) for user, key, number, passed, pending in rows}


def _by_client_key(user_id: int, client_key: str, exercise_key: str) -> Submission | None:
    known = db.session.scalars(
        select(Submission).where(Submission.user_id == user_id, Submission.client_key == client_key)
    ).first()
    if known is not None and known.exercise_key != exercise_key:
        raise KeyTaken
    return known


def _earlier(submission: Submission) -> tuple[ColumnElement[bool], ...]:
    return (
        Submission.user_id == submission.user_id,
        Submission.exercise_key == submission.exercise_key,
        or_(
            Submission.received_at < submission.received_at,
            and_(Submission.received_at == submission.received_at, Submission.id < submission.id),
        ),
    )
