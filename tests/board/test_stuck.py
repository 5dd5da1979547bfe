"""Who is stuck on what, before a class: most people first, where it fails, and no word that shames."""

from __future__ import annotations

from lms.board.stuck import PAGE, stuck_in
from lms.core.db import db
from lms.grading.outcome import Outcome
from lms.grading.verdict import TestResult, Verdict
from lms.learning.models import Draft
from tests.board.conftest import ago, due_lessons, hand_in
from tests.factories import enrol, make_user, sign_in


def tasks(school):
    return [exercise for lesson in due_lessons(school.cohort) for exercise in lesson.exercises]


def failing(*names: str, outcome: Outcome = Outcome.FAILED, traceback: str | None = None) -> Verdict:
    tests = tuple(
        TestResult(place, name, name.startswith("hidden"), outcome) for place, name in enumerate(names)
    )
    return Verdict(outcome, tests, traceback=traceback)


def page(client, school, query: str = "") -> str:
    sign_in(client, school.ada)
    answer = client.get(f"/classes/{school.cohort.public_id}/board/stuck{query}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def begin(user, exercise, *, days: float = 1) -> None:
    db.session.add(
        Draft(
            user_id=user.id,
            exercise_key=exercise.key,
            files=dict(exercise.starter),
            updated_at=ago(days=days),
        )
    )
    db.session.commit()


def test_most_people_first_with_where_it_fails_and_a_link(client, school):
    one, two = tasks(school)[:2]
    hand_in(school.ben, school.cohort, one, verdict=failing("Adds both"))
    hand_in(school.ben, school.cohort, two, verdict=failing("Other"))
    newest = hand_in(school.ben, school.cohort, two, days=0.5, verdict=failing("Greets"))
    hand_in(school.dina, school.cohort, two, verdict=failing("Greets"))
    found = stuck_in(school.cohort)
    assert [(item.exercise_key, item.people) for item in found.items] == [(two.key, 2), (one.key, 1)]
    assert found.items[0].common is not None
    assert (found.items[0].common[0].test, found.items[0].common[1]) == ("Greets", 2)
    text = page(client, school)
    assert f"/submissions/{newest.public_id}" in text
    assert "The test “Greets” does not pass yet." in text
    for word in ("wrong", "failed", "bad", "tries"):
        assert word not in text.lower().replace("countries", "")


def test_who_is_through_is_not_stuck(client, school):
    one = tasks(school)[0]
    hand_in(school.ben, school.cohort, one, days=3, outcome=Outcome.FAILED)
    hand_in(school.ben, school.cohort, one, days=2)
    hand_in(school.ben, school.cohort, one, days=1, outcome=Outcome.FAILED)
    assert stuck_in(school.cohort).items == ()
    assert "Nobody is stuck right now." in page(client, school)


def test_what_was_long_ago_is_left_out(school):
    hand_in(school.ben, school.cohort, tasks(school)[0], days=30, outcome=Outcome.FAILED)
    begin(school.dina, tasks(school)[1], days=30)
    assert stuck_in(school.cohort).items == ()


def test_who_has_begun_and_not_handed_in_is_named_apart(client, school):
    one = tasks(school)[0]
    begin(school.ben, one)
    begin(school.dina, one)
    hand_in(school.dina, school.cohort, one, outcome=Outcome.FAILED)
    (item,) = stuck_in(school.cohort).items
    assert [user.name for user in item.begun] == ["Ben"]
    assert [one.person.name for one in item.tries] == ["Dina"]
    assert "Begun, not handed in yet:" in page(client, school)


def test_an_error_is_called_by_its_name_and_a_hidden_test_is_not_named(client, school):
    one, two, three = tasks(school)[:3]
    hand_in(
        school.ben, school.cohort, one,
        verdict=Verdict(Outcome.ERROR, traceback="Traceback …\n  line 1\nNameError: name 'x' is not defined"),
    )  # fmt: skip
    hand_in(school.ben, school.cohort, two, verdict=failing("hidden canary"))
    hand_in(school.ben, school.cohort, three, verdict=Verdict(Outcome.TIME_LIMIT))
    text = page(client, school)
    assert '<code translate="no">NameError</code>' in text
    assert "The visible tests pass; a test that students do not see fails." in text
    assert "The program does not come to an end." in text
    assert "canary" not in text


def test_only_people_of_the_class_and_hand_ins_of_the_programme_count(school):
    one = tasks(school)[0]
    hand_in(school.cleo, school.cohort, one, outcome=Outcome.FAILED)
    hand_in(school.ben, school.other, one, outcome=Outcome.FAILED)
    assert stuck_in(school.cohort).items == ()
    hand_in(school.ben, school.beside, one, outcome=Outcome.FAILED)
    assert len(stuck_in(school.cohort).items) == 1, "what he did before he moved goes with him"


def test_long_lists_are_paged(client, school):
    user = make_user("Nour")
    enrol(user, school.cohort)
    many = tasks(school)[: PAGE + 1]
    for exercise in many:
        hand_in(user, school.cohort, exercise, outcome=Outcome.FAILED)
    first, second = stuck_in(school.cohort), stuck_in(school.cohort, 2)
    assert (len(first.items), first.after, len(second.items), second.after) == (
        PAGE,
        2,
        len(many) - PAGE,
        None,
    )
    assert "page=2" in page(client, school)


def test_a_verdict_of_another_version_is_passed_over(client, school):
    broken = hand_in(school.ben, school.cohort, tasks(school)[0], outcome=Outcome.FAILED)
    broken.verdict = {"format": 99}
    db.session.commit()
    (item,) = stuck_in(school.cohort).items
    assert item.common is None
    assert "Ben" in page(client, school)
