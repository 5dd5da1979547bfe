"""Work in the demonstration school that waits for a person. Who made it up knew that it would pass."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from lms.accounts.models import Cohort, Enrolment, Programme, User
from lms.catalog.model import Exercise
from lms.catalog.services import remember_version
from lms.catalog.shelf import find_exercise
from lms.core.db import db, utcnow
from lms.grading.outcome import Outcome
from lms.grading.verdict import TestResult, Verdict, verdict_to_json
from lms.programmes.demo import SLUG
from lms.reviews.entering import enter_queue
from lms.submissions.models import Status, Submission

TILL = "first-steps-python/10-project/tea-kiosk-till"
RECEIPT = "first-steps-python/10-project/print-receipt"
# Who handed in what, so many hours ago, with which names in the place of the solution's.
WORK: tuple[tuple[str, str, int, dict[str, str]], ...] = (
    ("Femi", RECEIPT, 52, {"total": "t", "price": "p"}),
    ("Noor", TILL, 30, {"parts": "x", "amount": "y"}),
    ("Taras", TILL, 5, {}),
)


def seed_reviews() -> int:
    """Put in what is not there yet; how much that was. The caller commits."""
    cohort = db.session.scalar(
        select(Cohort).join(Programme).where(Programme.slug == SLUG).order_by(Cohort.id)
    )
    if cohort is None:
        return 0
    people = {
        user.name: user
        for user in db.session.scalars(select(User).join(Enrolment).where(Enrolment.cohort_id == cohort.id))
    }
    count = 0
    for name, key, hours, names in WORK:
        exercise = find_exercise(key)
        if exercise is not None and name in people and not _is_there(people[name], exercise):
            _hand_in(people[name], cohort, exercise, utcnow() - timedelta(hours=hours), names)
            count += 1
    return count


def _client_key(exercise: Exercise) -> str:
    return f"demo-{exercise.slug}"


def _is_there(user: User, exercise: Exercise) -> bool:
    mine = select(Submission.id).filter_by(user_id=user.id, client_key=_client_key(exercise))
    return db.session.scalar(mine) is not None


def _hand_in(
    user: User, cohort: Cohort, exercise: Exercise, received_at: datetime, names: dict[str, str]
) -> None:
    files = dict(exercise.solution)
    for name, other in names.items():
        files = {file: text.replace(name, other) for file, text in files.items()}
    tests = tuple(
        TestResult(check.index, check.name, check.hidden, Outcome.PASSED) for check in exercise.checks
    )
    submission = Submission(
        user_id=user.id,
        cohort_id=cohort.id,
        exercise_key=exercise.key,
        exercise_version=remember_version(exercise).hash,
        client_key=_client_key(exercise),
        files=files,
        received_at=received_at,
        status=Status.GRADED,
        outcome=Outcome.PASSED,
        verdict=verdict_to_json(Verdict(Outcome.PASSED, tests)),
        graded_at=received_at,
    )
    db.session.add(submission)
    db.session.flush()
    enter_queue(submission.id)
