"""The made-up histories of the demonstration classes: plausible, complete, and the same for the same class."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest
from sqlalchemy import delete, select

from lms.accounts.models import Cohort
from lms.core.db import db, utcnow
from lms.grading.outcome import Outcome
from lms.grading.verdict import verdict_from_json
from lms.learning.models import LessonDate, LessonVisit, QuizAnswer
from lms.programmes.demo import seed_demo
from lms.programmes.demo_classes import BOOTCAMP_CLASS, EVENING_CLASS
from lms.programmes.demo_work import seed_work
from lms.submissions.models import Submission


@pytest.fixture
def evening(app) -> Cohort:
    seed_demo()
    db.session.commit()
    return db.session.scalars(select(Cohort).where(Cohort.name == EVENING_CLASS)).one()


def history(cohort: Cohort) -> list[tuple[object, ...]]:
    rows = db.session.scalars(
        select(Submission).where(Submission.cohort_id == cohort.id).order_by(Submission.id)
    )
    return [(row.user_id, row.exercise_key, row.outcome, row.files) for row in rows]


def test_each_class_has_a_history_up_to_now_and_no_further(evening):
    bootcamp = db.session.scalars(select(Cohort).where(Cohort.name == BOOTCAMP_CLASS)).one()
    for cohort in (evening, bootcamp):
        opened = set(
            db.session.scalars(
                select(LessonDate.lesson_key).where(
                    LessonDate.cohort_id == cohort.id, LessonDate.opens_at < utcnow()
                )
            )
        )
        work = db.session.scalars(select(Submission).where(Submission.cohort_id == cohort.id)).all()
        assert len(work) > 150
        assert max(row.graded_at for row in work) < utcnow()
        assert {row.exercise_key.rpartition("/")[0] for row in work} <= opened
        assert all(verdict_from_json(row.verdict).outcome == row.outcome for row in work)
    for row in db.session.scalars(select(QuizAnswer)):
        assert row.right is row.ever_right
    assert (
        db.session.scalars(select(LessonVisit.last_at).order_by(LessonVisit.last_at.desc())).first()
        < utcnow()
    )


def test_nobody_tries_again_what_she_has_passed(evening):
    tries: dict[tuple[int, str], list[str]] = defaultdict(list)
    for user, key, outcome, _ in history(evening):
        tries[user, key].append(outcome)
    assert all(Outcome.PASSED not in outcomes[:-1] for outcomes in tries.values())
    assert Counter(outcomes[-1] for outcomes in tries.values())[Outcome.FAILED] > 3, "somebody is stuck"


def test_some_did_nearly_all_and_some_stopped(evening):
    passed = Counter(user for user, _, outcome, _ in history(evening) if outcome == Outcome.PASSED)
    assert max(passed.values()) >= 3 * min([*passed.values(), 4])


def test_the_history_is_made_once_and_is_the_same_each_time(evening):
    before = history(evening)
    assert seed_work(evening) == 0
    for model in (Submission, QuizAnswer, LessonVisit):
        db.session.execute(delete(model))
    assert seed_work(evening) == len(before)
    assert history(evening) == before
