"""The page of a class shows how work that a person reads stands: waiting, needing work, approved."""

from __future__ import annotations

import re

import pytest

from lms.core.db import db
from lms.grading.outcome import Outcome
from lms.reviews.models import Review, ReviewStatus
from tests.factories import enrol, make_user
from tests.queries import count_queries, queries_of
from tests.reviews.conftest import PLAIN_KEY, hand_in, review_of


def cells(page: str) -> list[str]:
    """The states of all cells that somebody has handed in for."""
    states = re.findall(r'<td class="standing (\w+)">', page)
    return [state for state in states if state != "none"]


def test_a_cell_says_how_the_review_stands(school, abel, read):
    path = f"/classes/{school.cohort.public_id}"
    ada = read(school.ada)
    page = ada.page(path)
    assert "passed, waits for a person" in page  # the legend, before anybody has handed in
    assert not cells(page)
    first = review_of(hand_in(school.ben, hours=3))
    assert cells(ada.page(path)) == ["review_waiting"]
    ada.claim(first)
    ada.decide(first, "needs_work", summary="Use a loop.")
    assert cells(ada.page(path)) == ["review_needs_work"]
    # Trying again without success changes nothing; once approved it stays approved.
    hand_in(school.ben, hours=2, outcome=Outcome.FAILED)
    assert cells(ada.page(path)) == ["review_needs_work"]
    second = review_of(hand_in(school.ben, hours=1))
    assert cells(ada.page(path)) == ["review_waiting"]
    db.session.get_one(Review, second.id).status = ReviewStatus.REPLACED
    db.session.commit()
    assert cells(ada.page(path)) == ["review_needs_work"]


@pytest.mark.parametrize(
    ("status", "state"),
    [("approve", "review_approved"), ("needs_work", "review_needs_work")],
)
def test_each_student_has_her_own_state(school, read, status, state):
    ada = read(school.ada)
    asked = review_of(hand_in(school.ben))
    ada.claim(asked)
    ada.decide(asked, status, summary="Read it.")
    hand_in(school.dina)
    hand_in(school.dina, key=PLAIN_KEY)
    assert sorted(cells(ada.page(f"/classes/{school.cohort.public_id}"))) == sorted(
        [state, "review_waiting", "passed"]
    )


def test_a_review_of_another_programme_is_not_told(school, read):
    hand_in(school.ben)
    enrol(school.ben, school.other)
    db.session.commit()
    otto = read(school.otto)
    page = otto.page(f"/classes/{school.other.public_id}")
    assert "Ben" in page
    assert not cells(page)


def test_reviews_cost_one_query_whatever_the_size(school, read):
    path = f"/classes/{school.cohort.public_id}"
    ada = read(school.ada)
    hand_in(school.ben)
    ada.page(path)
    few = queries_of(ada.client, path)
    assert review_queries(ada, path) == 1
    for number in range(5):
        student = make_user(f"Student {number}")
        enrol(student, school.cohort)
        db.session.commit()
        hand_in(student)
    ada.page(path)
    assert review_queries(ada, path) == 1
    assert queries_of(ada.client, path) == few


def review_queries(reader, path: str) -> int:
    with count_queries() as seen:
        reader.page(path)
    return sum("FROM review" in statement for statement in seen)
