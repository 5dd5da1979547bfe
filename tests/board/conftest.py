"""A class three weeks under way: Ben and Dina learn in it, and what they did is put in row by row."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from flask import Flask, current_app
from sqlalchemy import select

from lms.accounts.models import Cohort, Enrolment, User
from lms.board.counting import Line, board_of
from lms.catalog.model import Exercise, Lesson
from lms.catalog.services import get_course, remember_version
from lms.core.db import db, utcnow
from lms.grading.outcome import Outcome
from lms.grading.verdict import TestResult, Verdict, verdict_to_json
from lms.learning.models import LessonDate, LessonVisit, QuizAnswer
from lms.reviews.models import Review, ReviewStatus
from lms.submissions.models import Status, Submission
from tests.factories import COURSE, School, make_school, plan_class

_keys = count(1)


def ago(*, days: float = 0, hours: float = 0) -> datetime:
    """A moment in the past."""
    return utcnow() - timedelta(days=days, hours=hours)


@pytest.fixture
def school(app: Flask) -> School:
    """Everybody; the class began three weeks ago, and its students joined four weeks ago."""
    school = make_school()
    plan_class(school.cohort)
    for place in db.session.scalars(select(Enrolment)):
        place.created_at = ago(days=28)
    db.session.commit()
    return school


def place_of(user: User, cohort: Cohort) -> Enrolment:
    """Somebody's place in a class."""
    return db.session.scalars(
        select(Enrolment).where(Enrolment.user_id == user.id, Enrolment.cohort_id == cohort.id)
    ).one()


def line_of(user: User, cohort: Cohort) -> Line:
    """Her line on the board of the class, as it is now."""
    db.session.rollback()
    found = [line for line in board_of(cohort).lines if line.place.user_id == user.id]
    assert len(found) == 1
    return found[0]


def reasons_of(user: User, cohort: Cohort) -> set[str]:
    """The signs that speak for a talk with her."""
    return {str(reason.sign) for reason in line_of(user, cohort).standing.reasons}


def due_lessons(cohort: Cohort) -> list[Lesson]:
    """The lessons of the class whose date has passed."""
    course = get_course(Path(current_app.config["COURSES_DIR"]), COURSE)
    assert course is not None
    keys = db.session.scalars(
        select(LessonDate.lesson_key)
        .where(LessonDate.cohort_id == cohort.id, LessonDate.due_at <= utcnow())
        .order_by(LessonDate.position)
    ).all()
    lessons = {lesson.key: lesson for lesson in course.lessons}
    assert len(keys) >= 3, "three weeks are enough for three lessons"
    return [lessons[key] for key in keys]


def hand_in(
    user: User,
    cohort: Cohort,
    exercise: Exercise,
    *,
    days: float = 1,
    outcome: Outcome = Outcome.PASSED,
    verdict: Verdict | None = None,
) -> Submission:
    """A hand-in of so many days ago, with its verdict."""
    at = ago(days=days)
    failing = TestResult(0, "Says hello", hidden=False, outcome=Outcome.FAILED)
    verdict = verdict or Verdict(outcome, () if outcome is Outcome.PASSED else (failing,))
    submission = Submission(
        user_id=user.id, cohort_id=cohort.id, exercise_key=exercise.key,
        exercise_version=remember_version(exercise).hash, client_key=f"board-{next(_keys)}",
        files=dict(exercise.starter), received_at=at, status=Status.GRADED, outcome=verdict.outcome,
        verdict=verdict_to_json(verdict), graded_at=at,
    )  # fmt: skip
    db.session.add(submission)
    db.session.commit()
    return submission


def finish(user: User, cohort: Cohort, lesson: Lesson, *, days: float = 1) -> None:
    """Do all of a lesson, so many days ago."""
    for exercise in lesson.exercises:
        hand_in(user, cohort, exercise, days=days)
    for quiz in lesson.quizzes:
        db.session.add(
            QuizAnswer(
                user_id=user.id, lesson_key=lesson.key, quiz_id=quiz.id, answer={"given": [], "lang": "en"},
                right=True, ever_right=True, answered_at=ago(days=days),
            )
        )  # fmt: skip
    db.session.add(
        LessonVisit(user_id=user.id, lesson_key=lesson.key, first_at=ago(days=days), last_at=ago(days=days))
    )
    db.session.commit()


def finish_all(user: User, cohort: Cohort, *, days: float = 1) -> None:
    """Do all that was due."""
    for lesson in due_lessons(cohort):
        finish(user, cohort, lesson, days=days)


def review(submission: Submission, status: ReviewStatus, *, days: float) -> Review:
    """What became of a hand-in with those who read, so many days ago."""
    decided = status is not ReviewStatus.WAITING
    row = Review(
        submission_id=submission.id, user_id=submission.user_id, cohort_id=submission.cohort_id,
        exercise_key=submission.exercise_key, attempt=1, status=status, waiting_since=ago(days=days),
        decided_at=ago(days=days) if decided else None, waited_seconds=60 if decided else None,
    )  # fmt: skip
    db.session.add(row)
    db.session.commit()
    return row
