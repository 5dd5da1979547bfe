"""A decision is taken back: with a reason, in time, once; the work waits where it waited, and nothing said is lost."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from lms.accounts.models import User
from lms.announcements.models import Message
from lms.core.db import db, utcnow
from lms.reviews.models import Review, ReviewComment, ReviewStatus, TakenBack
from lms.reviews.services import ReviewConflict
from lms.reviews.taking_back import TAKE_BACK_DAYS, take_back
from tests.factories import School, make_school
from tests.reviews.conftest import CODE, Read, Reader, hand_in, review_of
from tests.reviews.test_class_grid import cells

WHY = "I read the wrong file, sorry."


@pytest.fixture
def ada(read: Read, school: School) -> Reader:
    return read(school.ada)


@pytest.fixture
def review(school: School, ada: Reader) -> Review:
    """Ben's attempt of two hours ago, approved by Ada; kept as it was then, whatever becomes of the row."""
    submission = hand_in(school.ben, hours=2)
    ada.decide(review_of(submission), comment="Lovely.", line="0:3", summary="All is well.")
    found = review_of(submission)
    assert found.submission is submission
    db.session.expunge(found)
    return found


def take(reader: Reader, review: Review, reason: str = WHY, version: int | None = None) -> TestResponse:
    return reader.post(
        f"/reviews/{review.public_id}/take-back",
        version=str(review.version if version is None else version),
        reason=reason,
    )


def traces() -> list[TakenBack]:
    db.session.rollback()
    return list(db.session.scalars(select(TakenBack).order_by(TakenBack.id)))


def kinds(user: User) -> list[str]:
    db.session.rollback()
    return list(
        db.session.scalars(select(Message.kind).where(Message.user_id == user.id).order_by(Message.id))
    )


def test_who_decided_takes_it_back_and_the_trace_says_all(
    ada: Reader, review: Review, school: School
) -> None:
    assert "Take this answer back" in ada.page(f"/reviews/{review.public_id}")
    answer = take(ada, review)
    assert answer.status_code == 303
    now = review_of(review.submission)
    assert (now.status, now.decided_by, now.decided_at, now.waited_seconds) == ("waiting", None, None, None)
    assert (now.version, now.claimed_by) == (review.version + 1, None)
    (trace,) = traces()
    assert (trace.decision, trace.summary, trace.met) == ("approved", "All is well.", [0, 1, 2])
    assert (trace.decided_by, trace.taken_by, trace.reason) == (school.ada.id, school.ada.id, WHY)
    assert (trace.decided_at, trace.version) == (review.decided_at, review.version)
    page = ada.page(f"/reviews/{review.public_id}")
    assert "It was: approved" in page
    assert WHY in page
    assert "Lovely." in page
    assert "Take this answer back" not in page


def test_it_waits_at_its_old_place(ada: Reader, review: Review, school: School) -> None:
    hand_in(school.dina, hours=1)
    take(ada, review)
    assert ada.post("/reviews/next").location == f"/reviews/{review.public_id}"
    assert review_of(review.submission).waiting_since == review.waiting_since


def test_the_student_is_told_calmly_and_reads_what_was_said(
    ada: Reader, review: Review, school: School, read: Read
) -> None:
    ben = read(school.ben)
    take(ada, review)
    assert kinds(school.ben)[-1] == "review_taken_back"
    page = ben.page(f"/answers/{review.public_id}")
    assert "The answer that you had was taken back." in page
    assert "A person has read your program and approved it." not in page
    for said in (WHY, "All is well.", "Lovely.", "It was: approved"):
        assert said in page
    assert "was taken back" in ben.page(f"/courses/{review.exercise_key}")
    assert "was taken back. A person reads your work again" in ben.page("/messages")


def test_the_grid_and_the_marks_follow(ada: Reader, review: Review, school: School) -> None:
    path = f"/classes/{school.cohort.public_id}"
    assert cells(ada.page(path)) == ["review_approved"]
    take(ada, review)
    assert cells(ada.page(path)) == ["review_waiting"]
    ada.decide(review_of(review.submission), "needs_work", summary="Name it.")
    assert cells(ada.page(path)) == ["review_needs_work"]


def test_a_new_decision_is_news_and_the_old_one_stays_readable(
    ada: Reader, review: Review, school: School, read: Read
) -> None:
    ben = read(school.ben)
    ben.page(f"/answers/{review.public_id}")
    take(ada, review)
    ada.decide(review_of(review.submission), "needs_work", summary="Name it.")
    assert "New</span>" in ben.page("/answers")
    page = ben.page(f"/answers/{review.public_id}")
    assert "Name it." in page
    assert "It was: approved" in page
    take(ada, review_of(review.submission), "Too strict.")
    assert [trace.decision for trace in traces()] == ["approved", "needs_work"]


def test_it_stays_readable_when_a_newer_attempt_takes_the_place(
    ada: Reader, review: Review, school: School, read: Read
) -> None:
    take(ada, review)
    newest = review_of(hand_in(school.ben, CODE + "# more\n"))
    assert (newest.status, newest.waiting_since) == ("waiting", review.waiting_since)
    assert review_of(review.submission).status == "replaced"
    for page in (
        ada.page(f"/reviews/{newest.public_id}"),
        read(school.ben).page(f"/answers/{newest.public_id}"),
    ):
        assert WHY in page


def test_a_coordinator_takes_back_what_somebody_else_decided(
    review: Review, school: School, read: Read
) -> None:
    assert take(read(school.cora), review).status_code == 303
    (trace,) = traces()
    assert (trace.decided_by, trace.taken_by) == (school.ada.id, school.cora.id)


def test_nobody_else_may(review: Review, abel: User, school: School, read: Read) -> None:
    assert "Take this answer back" not in read(abel).page(f"/reviews/{review.public_id}")
    for person in (abel, school.ben, school.otto, school.cleo):
        assert take(read(person), review).status_code == 404
    assert traces() == []


@pytest.mark.parametrize(("reason", "sentence"), [(" \n", "Say in a sentence why"), ("x" * 1001, "too long")])
def test_a_reason_is_asked_for_beside_its_field(
    ada: Reader, review: Review, reason: str, sentence: str
) -> None:
    answer = take(ada, review, reason)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page.split('id="reason-error"')[1].split("</p>")[0]
    assert reason.strip() in page
    assert review_of(review.submission).status == "approved"
    assert traces() == []


def test_not_after_she_has_handed_in_anew(ada: Reader, review: Review, school: School) -> None:
    hand_in(school.ben, CODE + "# again\n")
    assert "Take this answer back" not in ada.page(f"/reviews/{review.public_id}")
    answer = take(ada, review)
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "the student has handed in again" in page
    assert WHY in page
    assert review_of(review.submission).status == "approved"


def test_not_when_it_is_long_ago(ada: Reader, review: Review) -> None:
    before = utcnow() - timedelta(days=TAKE_BACK_DAYS, minutes=1)
    db.session.execute(update(Review).where(Review.id == review.id).values(decided_at=before))
    db.session.commit()
    assert take(ada, review).status_code == 409
    assert traces() == []


def test_a_newer_attempt_that_waits_is_not_pushed_aside(ada: Reader, school: School) -> None:
    first = review_of(hand_in(school.ben, hours=3))
    ada.claim(first)
    form = ada.form(first)
    second = hand_in(school.ben, CODE + "# better\n", hours=2)
    db.session.execute(
        update(Review)
        .where(Review.id == first.id)
        .values(status="needs_work", decided_at=utcnow(), waited_seconds=1, decided_by=school.ada.id)
    )
    db.session.commit()
    assert form["version"]
    assert take(ada, review_of(first.submission)).status_code == 409
    assert review_of(second).status == "waiting"


def test_the_same_form_sent_twice_takes_back_once(ada: Reader, review: Review, school: School) -> None:
    assert [take(ada, review, version=review.version).status_code for _ in range(2)] == [303, 303]
    assert len(traces()) == 1
    assert kinds(school.ben).count("review_taken_back") == 1


def test_who_comes_second_changes_nothing(ada: Reader, review: Review, school: School, read: Read) -> None:
    seen = review.version
    take(ada, review, version=seen)
    answer = take(read(school.cora), review, "Mine.", version=seen)
    assert answer.status_code == 409
    assert "has taken this answer back already" in answer.get_data(as_text=True)
    assert [trace.taken_by for trace in traces()] == [school.ada.id]


@pytest.mark.parametrize("version", ["", "many", "0"])
def test_a_form_of_another_version_is_refused(ada: Reader, review: Review, version: str) -> None:
    answer = ada.post(f"/reviews/{review.public_id}/take-back", version=version, reason=WHY)
    assert answer.status_code in {400, 409}
    assert traces() == []


def test_two_people_in_one_moment_take_back_once(threaded_app: Flask) -> None:
    school = make_school()
    review = decided(school)
    number, version = review.id, review.version
    both, refused = Barrier(2), []

    def take_it(person: int) -> None:
        with threaded_app.app_context():
            mine = db.session.get_one(Review, number)
            both.wait()
            try:
                take_back(mine, person, version, WHY, anyones=True)
                db.session.commit()
            except ReviewConflict:
                db.session.rollback()
                refused.append(person)

    run_both(*(Thread(target=take_it, args=(person,)) for person in (school.ada.id, school.cora.id)))
    assert len(refused) == 1
    assert len(traces()) == 1


def test_a_newer_attempt_in_the_same_moment_leaves_one_that_waits(threaded_app: Flask) -> None:
    school = make_school()
    review = decided(school, ReviewStatus.NEEDS_WORK)
    number, version, ada, ben = review.id, review.version, school.ada.id, school.ben.id
    both = Barrier(2)

    def take_it() -> None:
        with threaded_app.app_context():
            mine = db.session.get_one(Review, number)
            both.wait()
            try:
                take_back(mine, ada, version, WHY, anyones=False)
                db.session.commit()
            except ReviewConflict:
                db.session.rollback()

    def hand_in_again() -> None:
        with threaded_app.app_context():
            student = db.session.get_one(User, ben)
            both.wait()
            hand_in(student, CODE + "# again\n")

    run_both(Thread(target=take_it), Thread(target=hand_in_again))
    db.session.rollback()
    waiting = db.session.scalars(select(Review).where(Review.status == ReviewStatus.WAITING)).all()
    assert [one.attempt for one in waiting] == [2]
    first = db.session.get_one(Review, number, populate_existing=True)
    # Either the answer stands, or it was taken back and then made room.
    assert (first.status, len(traces())) in {("needs_work", 0), ("replaced", 1)}


def decided(school: School, status: ReviewStatus = ReviewStatus.APPROVED) -> Review:
    review = review_of(hand_in(school.ben, hours=2))
    values = {"status": status, "decided_at": utcnow(), "waited_seconds": 60, "decided_by": school.ada.id}
    db.session.execute(update(Review).where(Review.id == review.id).values(**values))
    db.session.commit()
    return review_of(review.submission)


def run_both(*threads: Thread) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


def test_erasing_the_student_takes_the_trace_and_erasing_the_reviewer_leaves_it(
    ada: Reader, review: Review, school: School
) -> None:
    take(ada, review)
    db.session.delete(db.session.get_one(User, school.ada.id))
    db.session.commit()
    assert [(trace.decided_by, trace.taken_by) for trace in traces()] == [(None, None)]
    db.session.delete(db.session.get_one(User, school.ben.id))
    db.session.commit()
    assert traces() == []
    assert db.session.scalar(select(func.count()).select_from(ReviewComment)) == 0
