"""What enters the queue, when, and in which place; approvals and earlier reviews that stay."""

from __future__ import annotations

from pathlib import Path
from threading import Barrier, Thread

import pytest
from flask import Flask, current_app
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from lms.catalog.model import Course
from lms.catalog.services import get_course
from lms.core.db import db, utcnow
from lms.grading.outcome import Outcome
from lms.learning.services import course_progress, passed_exercises
from lms.reviews.entering import enter_queue
from lms.reviews.models import Review, ReviewStatus
from lms.reviews.services import claim
from lms.submissions.models import Submission
from tests.factories import School, make_school
from tests.reviews.conftest import (
    KEY,
    PLAIN_KEY,
    Read,
    exercise,
    grade,
    hand_in,
    hours_ago,
    review_of,
    reviews,
)


def test_work_that_passed_its_tests_waits_for_a_person(school: School) -> None:
    submission = hand_in(school.ben, hours=3)
    (review,) = reviews()
    assert (review.submission_id, review.user_id, review.cohort_id) == (
        submission.id,
        school.ben.id,
        school.cohort.id,
    )
    assert (review.status, review.attempt, review.exercise_key) == ("waiting", 1, KEY)
    assert review.waiting_since == submission.received_at


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.ERROR, Outcome.RULE])
def test_work_that_did_not_pass_does_not(school: School, outcome: Outcome) -> None:
    hand_in(school.ben, outcome=outcome)
    assert reviews() == []


def test_an_exercise_that_asks_for_no_review_has_none(school: School) -> None:
    hand_in(school.ben, key=PLAIN_KEY)
    assert reviews() == []


def test_the_work_of_who_is_in_no_class_waits_for_nobody(school: School) -> None:
    hand_in(school.root)
    assert reviews() == []


def test_a_verdict_told_twice_makes_one_row(school: School) -> None:
    submission = hand_in(school.ben)
    enter_queue(submission.id)
    db.session.commit()
    assert len(reviews()) == 1


def test_a_better_attempt_takes_the_place_of_the_one_that_waits(school: School) -> None:
    first = hand_in(school.ben, hours=5)
    old = review_of(first)
    assert claim(old.id, school.ada.id)
    db.session.commit()
    second = hand_in(school.ben, hours=1)
    old, new = review_of(first), review_of(second)
    assert (old.status, old.claimed_by) == (ReviewStatus.REPLACED, None)
    assert (new.status, new.attempt, new.claimed_by) == (ReviewStatus.WAITING, 2, school.ada.id)
    assert new.waiting_since == first.received_at


def test_a_worse_attempt_leaves_the_one_that_waits(school: School) -> None:
    first = hand_in(school.ben, hours=5)
    hand_in(school.ben, hours=1, outcome=Outcome.FAILED)
    assert [review.submission_id for review in reviews()] == [first.id]


def test_an_older_attempt_that_is_graded_late_does_not_push_out_the_newer(school: School) -> None:
    second = hand_in(school.ben, hours=1)
    first = hand_in(school.ben, hours=5)
    assert review_of(second).status == ReviewStatus.WAITING
    assert review_of(first).status == ReviewStatus.REPLACED


def test_after_an_approval_nothing_more_is_asked_for(school: School, read: Read) -> None:
    approved = hand_in(school.ben, hours=2)
    read(school.ada).decide(review_of(approved), "approve")
    hand_in(school.ben)
    assert [(review.submission_id, review.status) for review in reviews()] == [(approved.id, "approved")]


def test_after_needs_work_the_next_attempt_waits_anew_and_the_answer_stays(
    school: School, read: Read
) -> None:
    first = hand_in(school.ben, hours=30)
    read(school.ada).decide(review_of(first), "needs_work", summary="Give the total a better name.")
    second = hand_in(school.ben, hours=1)
    old, new = review_of(first), review_of(second)
    assert (old.status, old.summary) == ("needs_work", "Give the total a better name.")
    assert (new.status, new.waiting_since, new.attempt) == ("waiting", second.received_at, 2)


def test_grading_again_keeps_the_review(school: School, read: Read) -> None:
    submission = hand_in(school.ben)
    read(school.ada).decide(review_of(submission), "needs_work", summary="Shorter, please.")
    again = {"status": "queued", "outcome": None, "verdict": None, "graded_at": None}
    db.session.execute(update(Submission).where(Submission.id == submission.id).values(**again))
    db.session.commit()
    grade(submission)
    (review,) = reviews()
    assert (review.status, review.summary) == ("needs_work", "Shorter, please.")


def test_the_table_holds_one_waiting_review_for_each_student_and_exercise(school: School) -> None:
    first = hand_in(school.ben, hours=2)
    other = hand_in(school.ben, hours=1, outcome=Outcome.FAILED)
    db.session.add(
        Review(
            submission_id=other.id,
            user_id=school.ben.id,
            cohort_id=school.cohort.id,
            exercise_key=KEY,
            attempt=2,
            waiting_since=utcnow(),
        )
    )
    with pytest.raises(IntegrityError):
        db.session.flush()
    assert review_of(first).status == ReviewStatus.WAITING


@pytest.mark.parametrize(
    "values",
    [
        {"status": "approved"},
        {"claimed_by": 1},
        {"status": "replaced", "claimed_by": 1, "claimed_until": hours_ago(-1)},
        {"status": "lost"},
        {"version": 0},
        {"status": "approved", "decided_at": hours_ago(0)},
    ],
)
def test_the_table_refuses_what_cannot_be(school: School, values: dict[str, object]) -> None:
    review = review_of(hand_in(school.ben))
    with pytest.raises(IntegrityError):
        db.session.execute(update(Review).where(Review.id == review.id).values(**values))


def test_two_graders_that_end_in_one_moment_leave_one_waiting(threaded_app: Flask) -> None:
    school = make_school()
    first = hand_in(school.ben, hours=2, outcome=Outcome.FAILED)
    second = hand_in(school.ben, hours=1, outcome=Outcome.FAILED)
    db.session.execute(update(Submission).values(outcome="passed"))
    db.session.commit()
    both, errors = Barrier(2), []

    def enter(submission_id: int) -> None:
        with threaded_app.app_context():
            both.wait()
            try:
                enter_queue(submission_id)
                db.session.commit()
            except IntegrityError as error:
                errors.append(error)

    threads = [Thread(target=enter, args=(one,)) for one in (first.id, second.id)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert errors == []
    assert review_of(second).status == ReviewStatus.WAITING
    assert review_of(first).status == ReviewStatus.REPLACED


def test_an_exercise_is_done_when_a_person_has_approved_it(school: School, read: Read) -> None:
    from_the_files = exercise()
    assert from_the_files.review is not None

    def done() -> int:
        (way,) = course_progress(school.ben.id, [_course()])
        return sum(lesson.exercises_passed for lesson in way.lessons)

    submission = hand_in(school.ben, hours=2)
    assert KEY in passed_exercises(school.ben.id)
    assert done() == 0
    read(school.ada).decide(review_of(submission), "needs_work", summary="Names!")
    assert done() == 0
    second = hand_in(school.ben, hours=1)
    assert done() == 0
    read(school.ada).decide(review_of(second), "approve")
    assert done() == 1
    hand_in(school.ben, outcome=Outcome.FAILED)
    assert done() == 1


def test_who_passed_before_a_review_was_asked_for_is_done(school: School) -> None:
    submission = hand_in(school.ben)
    db.session.execute(Review.__table__.delete())
    db.session.commit()
    (way,) = course_progress(school.ben.id, [_course()])
    assert submission.outcome == Outcome.PASSED
    assert sum(lesson.exercises_passed for lesson in way.lessons) == 1


def _course() -> Course:
    found = get_course(Path(current_app.config["COURSES_DIR"]), "first-steps-python")
    assert found is not None
    return found
