"""The queue: oldest first, one reader for each, given back in time, and how long classes wait."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select, update

from lms.accounts.models import Cohort, Role, User
from lms.core.db import db, utcnow
from lms.grading.outcome import Outcome
from lms.programmes.demo import seed_demo
from lms.reviews.demo import seed_reviews
from lms.reviews.models import Review
from lms.reviews.services import CLAIM, claim, claim_next, hand_over
from lms.reviews.waiting import PAGE, turnarounds
from tests.factories import School, enrol, make_school, make_user
from tests.queries import count_queries
from tests.reviews.conftest import Read, hand_in, hours_ago, review_of


def in_class(cohort: Cohort):
    return select(Cohort.id).where(Cohort.id == cohort.id)


def students(cohort: Cohort, number: int) -> list[User]:
    made = [make_user(f"Student {place}") for place in range(number)]
    for user in made:
        enrol(user, cohort)
    db.session.commit()
    return made


def test_the_oldest_work_comes_first_with_its_age_class_and_attempt(school: School, read: Read) -> None:
    hand_in(school.dina, hours=2)
    hand_in(school.ben, hours=75, outcome=Outcome.FAILED)
    hand_in(school.ben, hours=74)
    page = read(school.ada).page("/reviews")
    assert page.index("Ben") < page.index("Dina")
    assert "Waiting for 3 days" in page
    assert "Waiting for 2 hours" in page
    assert "Attempt 2" in page
    assert "Morning class" in page
    assert "Step 4: the whole till" in page


def test_the_oldest_is_taken_and_a_second_click_leads_back_to_it(school: School, read: Read) -> None:
    hand_in(school.dina, hours=1)
    oldest = review_of(hand_in(school.ben, hours=9))
    ada = read(school.ada)
    answers = [ada.post("/reviews/next") for _ in range(2)]
    assert {answer.location for answer in answers} == {f"/reviews/{oldest.public_id}"}
    assert review_of(oldest.submission).claimed_by == school.ada.id
    assert "Go on reading" in ada.page("/reviews")


def test_two_volunteers_get_different_work_and_a_third_is_told(
    school: School, abel: User, read: Read
) -> None:
    first, second = review_of(hand_in(school.ben, hours=9)), review_of(hand_in(school.dina, hours=1))
    assert read(school.ada).post("/reviews/next").location == f"/reviews/{first.public_id}"
    assert read(abel).post("/reviews/next").location == f"/reviews/{second.public_id}"
    cora = read(school.cora)
    assert cora.post("/reviews/next").location == "/reviews"
    page = cora.page("/reviews")
    assert "Nothing is free right now" in page
    assert page.count("Being read by") == 2


def test_work_that_somebody_reads_cannot_be_taken(school: School, abel: User, read: Read) -> None:
    review = review_of(hand_in(school.ben))
    read(school.ada).claim(review)
    other = read(abel)
    other.claim(review)
    assert review_of(review.submission).claimed_by == school.ada.id
    page = other.page(f"/reviews/{review.public_id}")
    assert "Somebody else was quicker" in page
    assert "is reading this now" in page
    assert 'id="review-form"' not in page


def test_a_claim_ends_by_itself_and_the_reader_who_comes_next_has_it(school: School, abel: User) -> None:
    review = review_of(hand_in(school.ben))
    assert claim(review.id, school.ada.id)
    assert not claim(review.id, abel.id, utcnow() + CLAIM - timedelta(seconds=5))
    assert claim(review.id, abel.id, utcnow() + CLAIM + timedelta(seconds=5))
    db.session.commit()
    assert review_of(review.submission).claimed_by == abel.id
    assert not claim(review.id, school.ada.id)


def test_nobody_reads_her_own_work(school: School, read: Read) -> None:
    enrol(school.ada, school.other)
    db.session.commit()
    own = review_of(hand_in(school.ada, cohort=school.other))
    assert claim_next(school.ada.id, in_class(school.other)) is None
    assert not claim(own.id, school.ada.id)
    school.ada.is_admin = True
    db.session.commit()
    ada = read(school.ada)
    ada.page(f"/reviews/{own.public_id}", 404)
    assert own.public_id not in ada.page("/reviews")


def test_two_readers_in_one_moment_never_get_the_same(threaded_app: Flask) -> None:
    school = make_school()
    readers = [school.ada.id, school.cora.id]
    for user in students(school.cohort, 6):
        hand_in(user, cohort=school.cohort)
    cohort_id, both = school.cohort.id, Barrier(2)
    got: dict[int, list[int]] = {reader: [] for reader in readers}

    def read_three(reader: int) -> None:
        with threaded_app.app_context():
            both.wait()
            for _ in range(3):
                review = claim_next(reader, select(Cohort.id).where(Cohort.id == cohort_id))
                db.session.commit()
                assert review is not None
                got[reader].append(review.id)
                # She has read it; what she still holds would come again.
                answered = {"status": "approved", "decided_at": utcnow(), "waited_seconds": 1}
                db.session.execute(
                    update(Review).where(Review.id == review.id).values(claimed_by=None, **answered)
                )
                db.session.commit()

    threads = [Thread(target=read_three, args=(reader,)) for reader in readers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    taken = [number for numbers in got.values() for number in numbers]
    assert len(taken) == len(set(taken)) == 6


def test_one_row_and_many_readers_has_one_winner(threaded_app: Flask) -> None:
    school = make_school()
    review = review_of(hand_in(school.ben))
    readers = [school.ada.id, school.cora.id, school.otto.id, school.root.id]
    number, start = review.id, Barrier(len(readers))
    won: list[int] = []

    def race(reader: int) -> None:
        with threaded_app.app_context():
            start.wait()
            if claim(number, reader):
                won.append(reader)
            db.session.commit()

    threads = [Thread(target=race, args=(reader,)) for reader in readers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(won) == 1
    assert review_of(review.submission).claimed_by == won[0]


def test_a_volunteer_who_leaves_gives_back_what_she_holds(school: School, abel: User, read: Read) -> None:
    first, second = review_of(hand_in(school.ben, hours=2)), review_of(hand_in(school.dina, hours=1))
    leaving = read(abel)
    for review in (first, second):
        leaving.claim(review)
    leaving.send(first, comment="Call it price.", line="0:1", summary="Nearly there.")
    cora = read(school.cora)
    path = f"/classes/{school.cohort.public_id}/reviews"
    assert "2 reviews" in cora.page(path)
    answer = cora.post(f"{path}/hand-over", person=abel.public_id)
    assert answer.location == path
    assert "2 reviews are back in the queue." in cora.page(path)
    assert [review_of(one.submission).claimed_by for one in (first, second)] == [None, None]
    cora.claim(first)
    page = cora.page(f"/reviews/{first.public_id}")
    assert "Call it price." in page
    assert "Nearly there." in page


def test_an_instructor_does_not_decide_what_her_colleague_gives_back(
    school: School, abel: User, read: Read
) -> None:
    review = review_of(hand_in(school.ben))
    read(abel).claim(review)
    ada = read(school.ada)
    path = f"/classes/{school.cohort.public_id}/reviews"
    assert "cannot go on" not in ada.page(path)
    assert ada.post(f"{path}/hand-over", person=abel.public_id).status_code == 404
    assert review_of(review.submission).claimed_by == abel.id


def test_handing_over_in_one_class_leaves_the_others(school: School, abel: User) -> None:
    enrol(abel, school.other, Role.INSTRUCTOR)
    db.session.commit()
    here, there = review_of(hand_in(school.ben)), review_of(hand_in(school.cleo))
    assert claim(here.id, abel.id)
    assert claim(there.id, abel.id)
    assert hand_over(abel.id, school.cohort.id) == 1
    db.session.commit()
    assert review_of(there.submission).claimed_by == abel.id


def test_work_given_back_is_free_for_the_next(school: School, abel: User, read: Read) -> None:
    review = review_of(hand_in(school.ben))
    ada = read(school.ada)
    ada.claim(review)
    ada.send(review, "release", summary="I have to go.")
    assert review_of(review.submission).claimed_by is None
    other = read(abel)
    assert other.post("/reviews/next").location == f"/reviews/{review.public_id}"
    assert "I have to go." in other.page(f"/reviews/{review.public_id}")


def test_long_queues_come_page_by_page_and_none_twice(school: School, read: Read) -> None:
    for place, user in enumerate(students(school.cohort, PAGE + 3)):
        hand_in(user, hours=100 - place)
    ada = read(school.ada)
    first = ada.page("/reviews")
    after = first.split("?after=")[1].split('"')[0]
    second = ada.page(f"/reviews?after={after}")
    ids = [review.public_id for review in db.session.scalars(select(Review).order_by(Review.waiting_since))]
    assert [one for one in ids if f"/reviews/{one}" in first] == ids[:PAGE]
    assert [one for one in ids if f"/reviews/{one}" in second] == ids[PAGE:]
    assert "Show what came later" not in second


def test_a_page_goes_on_after_work_that_was_answered_meanwhile(school: School, read: Read) -> None:
    older = review_of(hand_in(school.ben, hours=5))
    newer = review_of(hand_in(school.dina, hours=1))
    ada = read(school.ada)
    ada.decide(older, "approve")
    page = ada.page(f"/reviews?after={older.public_id}")
    assert newer.public_id in page


def test_the_queue_takes_few_queries_however_long_it_is(school: School, read: Read) -> None:
    hand_in(school.ben)
    ada = read(school.ada)
    few = queries_of(ada, "/reviews")
    for user in students(school.cohort, 15):
        hand_in(user)
    assert queries_of(ada, "/reviews") == few
    assert few <= 9


def queries_of(reader, path: str) -> int:
    reader.page(path)
    with count_queries() as seen:
        reader.page(path)
    return len(seen)


@pytest.mark.parametrize(
    ("waits", "median"), [([60], 60), ([60, 120], 90), ([600, 60, 120], 120), ([60, 60, 120, 180], 90)]
)
def test_the_median_of_a_class_s_waits(school: School, waits: list[int], median: int) -> None:
    for place, (user, wait) in enumerate(zip(students(school.cohort, len(waits)), waits, strict=True)):
        review = review_of(hand_in(user))
        answered = {"status": "approved", "decided_at": hours_ago(place), "waited_seconds": wait}
        db.session.execute(update(Review).where(Review.id == review.id).values(**answered))
    hand_in(school.ben, hours=7)
    (one,) = turnarounds(in_class(school.cohort))
    assert (one.waiting, one.answered, one.median) == (1, len(waits), timedelta(seconds=median))
    assert one.oldest is not None
    assert timedelta(hours=6.9) < utcnow() - one.oldest < timedelta(hours=7.1)


def test_answers_of_long_ago_are_not_counted(school: School) -> None:
    review = review_of(hand_in(school.ben))
    answered = {"status": "approved", "decided_at": hours_ago(31 * 24), "waited_seconds": 5}
    db.session.execute(update(Review).where(Review.id == review.id).values(**answered))
    assert turnarounds(in_class(school.cohort)) == []


def test_the_turnaround_is_shown_by_class_and_only_of_hers(school: School, read: Read) -> None:
    hand_in(school.cleo, hours=50)
    review = review_of(hand_in(school.ben, hours=49))
    read(school.ada).decide(review, "approve")
    hand_in(school.dina, hours=5)
    page = read(school.ada).page("/reviews")
    assert "The oldest waits for" in page
    assert "5 hours" in page
    assert "2 days" in page
    assert "Evening class" not in page
    everywhere = read(school.root).page("/reviews")
    assert "Evening class" in everywhere
    assert "Morning class" in everywhere


def test_work_goes_with_a_student_who_moves_to_another_class(school: School, read: Read) -> None:
    review = review_of(hand_in(school.ben))
    mila = read(school.mila)
    mila.page(f"/reviews/{review.public_id}", 404)
    assert review.public_id not in mila.page("/reviews")
    enrol(school.ben, school.beside)
    db.session.commit()
    assert review.public_id in mila.page("/reviews")
    assert mila.post("/reviews/next").location == f"/reviews/{review.public_id}"
    mila.page(f"/reviews/{review.public_id}")
    # A class of another programme learns nothing of it.
    enrol(school.ben, school.other)
    db.session.commit()
    read(school.otto).page(f"/reviews/{review.public_id}", 404)


def test_an_empty_queue_says_when_work_comes(school: School, read: Read) -> None:
    assert "Nothing waits here." in read(school.ada).page("/reviews")
    assert "Nothing waits here." in read(school.cora).page(f"/classes/{school.cohort.public_id}/reviews")


def test_staff_of_another_class_and_students_see_nothing_of_it(school: School, read: Read) -> None:
    review = review_of(hand_in(school.ben))
    otto = read(school.otto)
    assert review.public_id not in otto.page("/reviews")
    assert otto.post("/reviews/next", **{"class": school.cohort.public_id}).status_code == 404
    otto.post("/reviews/next")
    assert review_of(review.submission).claimed_by is None
    for who in (school.ben, school.dina, school.cleo, school.otto):
        reader = read(who)
        reader.page(f"/reviews/{review.public_id}", 404)
        reader.page(f"/classes/{school.cohort.public_id}/reviews", 404)
        assert reader.post(f"/reviews/{review.public_id}", version="1").status_code == 404
        assert reader.post(f"/reviews/{review.public_id}/claim").status_code == 404


def test_the_demonstration_school_has_work_to_read(app: Flask, read: Read) -> None:
    assert seed_reviews() == 0
    assert seed_demo()
    assert seed_reviews() == 3
    assert seed_reviews() == 0
    db.session.commit()
    ada = db.session.scalars(select(User).where(User.name == "Ada")).one()
    ada.password = make_user("Somebody").password
    db.session.commit()
    page = read(ada).page("/reviews")
    assert page.index("Femi") < page.index("Noor") < page.index("Taras")
