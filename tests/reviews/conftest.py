"""Work that waits for a person: Ben and Dina hand in an exercise that asks for a review; Ada and Cora read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.accounts.models import Cohort, Role, User
from lms.catalog.model import Exercise
from lms.catalog.services import get_exercise, remember_version
from lms.core.db import db, utcnow
from lms.grading.outcome import Outcome
from lms.grading.verdict import Verdict
from lms.reviews.models import Review
from lms.submissions import leases
from lms.submissions.models import Submission
from lms.submissions.services import receive_submission
from tests.factories import School, csrf_token, enrol, make_school, make_user, sign_in

KEY = "first-steps-python/10-project/tea-kiosk-till"
PLAIN_KEY = "first-steps-python/10-project/order-total"
CODE = "prices = {}\ntotal = 0\nprint('Total:', total)\n"
_keys = count(1)


@pytest.fixture
def school(app: Flask) -> School:
    """Everybody, and Abel, who teaches Ben's class beside Ada."""
    return make_school()


@pytest.fixture
def abel(school: School) -> User:
    """A second volunteer of the class."""
    user = make_user("Abel")
    enrol(user, school.cohort, Role.INSTRUCTOR)
    db.session.commit()
    return user


def exercise(key: str = KEY) -> Exercise:
    """An exercise of the real course."""
    found = get_exercise(Path(current_app.config["COURSES_DIR"]), key)
    assert found is not None
    return found


def hand_in(
    user: User,
    code: str = CODE,
    *,
    key: str = KEY,
    cohort: Cohort | None = None,
    hours: float = 0,
    outcome: Outcome = Outcome.PASSED,
) -> Submission:
    """A hand-in of so many hours ago, graded; whatever follows from its verdict has followed."""
    asked = exercise(key)
    remember_version(asked)
    submission, _ = receive_submission(
        user_id=user.id,
        cohort_id=(cohort or user.enrolments[0].cohort).id if cohort or user.enrolments else None,
        exercise_key=asked.key,
        exercise_version=asked.version,
        wanted=asked.files,
        files=dict.fromkeys(asked.files, code),
        client_key=f"client-key-{next(_keys)}",
        now=utcnow() - timedelta(hours=hours),
    )
    db.session.commit()
    grade(submission, outcome)
    return submission


def grade(submission: Submission, outcome: Outcome = Outcome.PASSED) -> None:
    """Write the verdict as the grader does."""
    lease = leases.claim()
    assert lease is not None
    assert lease.submission_id == submission.id
    assert leases.finish(lease, Verdict(outcome=outcome, tests=(), image="sha256:test"))
    db.session.commit()


def review_of(submission: Submission) -> Review:
    """The review of this hand-in, as it is in the table now."""
    db.session.rollback()
    found = db.session.scalar(
        select(Review).where(Review.submission_id == submission.id).execution_options(populate_existing=True)
    )
    assert found is not None
    return found


def reviews() -> list[Review]:
    """All reviews, as they were made."""
    db.session.rollback()
    return list(db.session.scalars(select(Review).order_by(Review.id)))


class Reader:
    """Somebody who reads, in a browser of her own."""

    def __init__(self, app: Flask, user: User) -> None:
        self.user = user
        self.client: FlaskClient = app.test_client()
        sign_in(self.client, user)
        self.token = csrf_token(self.client, "/me")

    def page(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path)
        assert answer.status_code == status, answer.status_code
        return answer.get_data(as_text=True)

    def post(self, path: str, **data: object) -> TestResponse:
        return self.client.post(path, data={"csrf_token": self.token, **data})

    def claim(self, review: Review) -> None:
        answer = self.post(f"/reviews/{review.public_id}/claim")
        assert answer.status_code == 303

    def form(self, review: Review) -> dict[str, object]:
        """The hidden fields of the review's form as the page holds them."""
        page = self.page(f"/reviews/{review.public_id}")
        return {
            name: found[1]
            for name in ("version", "client_key")
            if (found := re.search(rf'name="{name}" value="([^"]+)"', page))
        }

    def send(self, review: Review, action: str = "keep", **more: object) -> TestResponse:
        """Open the page, fill its form and press a button."""
        fields: Mapping[str, object] = {**self.form(review), "action": action, **more}
        return self.post(f"/reviews/{review.public_id}", **fields)

    def decide(self, review: Review, action: str = "approve", **more: object) -> None:
        """Claim, answer, and see that it went through."""
        self.claim(review)
        answer = self.send(review, action, **{"met": ["0", "1", "2"] if action == "approve" else [], **more})
        assert answer.status_code == 303, answer.get_data(as_text=True)


Read = Callable[[User], Reader]


@pytest.fixture
def read(app: Flask) -> Read:
    """Open a browser for somebody."""
    return lambda user: Reader(app, user)


def hours_ago(hours: float) -> datetime:
    """That moment."""
    return utcnow() - timedelta(hours=hours)
