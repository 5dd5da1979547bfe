"""What the student sees: that a person will read, the answer in her language, comments beside her code."""

from __future__ import annotations

import pytest

from lms.core.db import db
from lms.reviews.models import Review
from tests.factories import School
from tests.reviews.conftest import KEY, Read, Reader, hand_in, review_of

EXERCISE = f"/courses/{KEY}"
LESSON = EXERCISE.rpartition("/")[0]


@pytest.fixture
def ben(school: School, read: Read) -> Reader:
    return read(school.ben)


@pytest.fixture
def ada(school: School, read: Read) -> Reader:
    return read(school.ada)


@pytest.fixture
def answered(school: School, ada: Reader) -> Review:
    """Ben's first attempt, with a comment at its second line."""
    review = review_of(hand_in(school.ben, hours=5))
    ada.claim(review)
    ada.send(review, "comment", comment="اسم أوضح من فضلك", line="0:2")
    ada.send(review, "needs_work", summary="Good work so far.", met=["1", "2"])
    return review_of(review.submission)


def test_the_exercise_says_beforehand_what_a_person_looks_at(ben: Reader) -> None:
    page = ben.page(EXERCISE)
    assert "When all tests have passed, a person reads your program too." in page
    assert "The names say what is in them." in page
    assert "A person reads your program" not in ben.page(LESSON + "/order-total")


def test_she_sees_that_her_work_waits(school: School, ben: Reader) -> None:
    review = review_of(hand_in(school.ben))
    assert "Waiting for a person" in ben.page(EXERCISE)
    assert "Waiting for a person" in ben.page(LESSON)
    assert "Waiting for a person" in ben.page("/answers")
    assert "A person will read your program." in ben.page(f"/answers/{review.public_id}")
    assert "Answers to your work" in ben.page("/courses")


def test_without_any_review_the_courses_say_nothing_of_it(ben: Reader) -> None:
    assert "Answers to your work" not in ben.page("/courses")
    assert "There is no answer yet." in ben.page("/answers")


def test_the_answer_is_told_until_she_has_opened_it(ben: Reader, answered: Review) -> None:
    assert "There is 1 new answer." in ben.page("/courses")
    assert ">New<" in ben.page("/answers")
    page = ben.page(f"/answers/{answered.public_id}")
    assert "Good work so far." in page
    assert "There is something to make better" in page
    assert "new answer" not in ben.page("/courses")
    assert ">New<" not in ben.page("/answers")


def test_comments_stand_beside_her_code(ben: Reader, answered: Review) -> None:
    page = ben.page(f"/answers/{answered.public_id}")
    line = page.split('id="line-0-2"')[1].split("</li>")[0]
    assert "<code>total = 0</code>" in line
    assert '<p class="said-text" dir="auto">اسم أوضح من فضلك</p>' in line
    assert 'name="line"' not in page
    assert "Still open:" in page


def test_the_exercise_page_shows_the_last_answer_and_the_way_to_it(ben: Reader, answered: Review) -> None:
    page = ben.page(EXERCISE)
    assert "Needs work" in page
    assert "Good work so far." in page
    assert "Read 1 comment beside your code" in page
    assert f"/answers/{answered.public_id}" in page
    assert "Needs work" in ben.page(LESSON)


def test_an_approval_is_shown_everywhere_and_stays(
    school: School, ben: Reader, ada: Reader, answered: Review
) -> None:
    better = review_of(hand_in(school.ben, hours=1))
    assert "Waiting for a person" in ben.page(EXERCISE)
    ada.decide(better, "approve", summary="Now it reads well.")
    for path in (EXERCISE, LESSON, "/answers", f"/answers/{better.public_id}"):
        assert "Approved" in ben.page(path), path
    page = ben.page(f"/answers/{better.public_id}")
    assert "This exercise is done." in page
    assert "What was said before" in page
    assert "Good work so far." in page
    hand_in(school.ben, "print('worse')\n")
    assert "Approved" in ben.page(LESSON)


def test_an_answer_is_hers_alone(school: School, read: Read, answered: Review) -> None:
    for who in (school.dina, school.cleo, school.otto, school.ada, school.cora, school.root):
        reader = read(who)
        reader.page(f"/answers/{answered.public_id}", 404)
        assert answered.public_id not in reader.page("/answers")


def test_she_never_sees_the_reviewers_pages(ben: Reader, answered: Review) -> None:
    ben.page("/reviews", 404)
    ben.page("/reviews/remarks", 404)
    ben.page(f"/reviews/{answered.public_id}", 404)


def test_the_answer_is_in_her_language(ben: Reader, answered: Review) -> None:
    ben.post("/language", lang="ar")
    page = ben.page(f"/answers/{answered.public_id}")
    assert '<html lang="ar" dir="rtl">' in page
    assert '<ol class="code-lines" dir="ltr" translate="no">' in page
    assert '<div class="said" dir="rtl" translate="yes">' in page
    assert "There is something to make better" not in page
    assert "The names say what is in them." not in page


def test_she_is_told_of_the_answer_when_she_reads_it_and_in_her_language(school: School, read: Read) -> None:
    review = review_of(hand_in(school.ben))
    read(school.ada).decide(review)
    again = review_of(hand_in(school.dina))
    read(school.ada).decide(again, "needs_work", summary="Look at the total again.")
    ben, dina = read(school.ben), read(school.dina)
    assert "is approved." in ben.page("/messages")
    assert "Look at what you can improve." in dina.page("/messages")
    school.ben.language = "fr"
    db.session.commit()
    page = ben.page("/messages")
    assert "est approuvé." in page
    opened = ben.client.get(f"/messages/{page.split('/messages/')[-1][:16]}")
    assert (opened.status_code, opened.location) == (303, f"/answers/{review.public_id}")
