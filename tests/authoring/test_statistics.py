"""What authors see of how students fare: true numbers, nothing about fewer than ten people, and few queries."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lms.accounts.models import Cohort, Role, User
from lms.admissions.disclosure import SMALLEST
from lms.authoring.counting import (
    LOOK_AGAIN,
    STOPPED,
    Failure,
    count_next,
    failure_of,
    joined,
    normal,
)
from lms.authoring.models import AuthoredCourse, ExerciseStatistics
from lms.catalog.model import Course, Exercise
from lms.catalog.models import ExerciseVersion
from lms.catalog.services import get_course, remember_version
from lms.core.db import db, utcnow
from lms.grading.outcome import Outcome
from lms.grading.verdict import RuleBreak, TestResult, Verdict, verdict_to_json
from lms.submissions.models import Status, Submission
from tests.factories import COURSE, School, enrol, make_school, make_user, sign_in
from tests.queries import queries_of

_keys = count(1)


@pytest.fixture
def school(app: Flask) -> School:
    return make_school()


@pytest.fixture
def published(school: School) -> Course:
    found = get_course(Path(current_app.config["COURSES_DIR"]), COURSE)
    assert found is not None
    return found


@pytest.fixture
def course(school: School, published: Course) -> AuthoredCourse:
    """The shipped course, taken over by Ben's programme; what is served is as it was."""
    made = AuthoredCourse(slug=published.slug, title="First steps", programme=school.cohort.programme)
    db.session.add(made)
    db.session.commit()
    return made


@pytest.fixture
def exercise(published: Course) -> Exercise:
    return next(iter(published.exercises))


def students(cohort: Cohort, number: int, language: str | None = None) -> list[User]:
    made = [make_user(f"Student {next(_keys)}") for _ in range(number)]
    for user in made:
        user.language = language
        enrol(user, cohort)
    db.session.commit()
    return made


def wrong(got: str = "6", test: str = "adds up") -> Verdict:
    result = TestResult(0, test, False, Outcome.FAILED, expected="7", got=got)
    return Verdict(Outcome.FAILED, (result,))


def hand_in(
    user: User, exercise: Exercise, *outcomes: Outcome, days: float = 0, verdict: Verdict | None = None
) -> None:
    """Hand-ins one after the other, the last one so many days ago."""
    version = remember_version(exercise).hash
    for place, outcome in enumerate(outcomes):
        at = utcnow() - timedelta(days=days, minutes=len(outcomes) - place)
        stored = verdict if verdict is not None and outcome is not Outcome.PASSED else Verdict(outcome)
        db.session.add(
            Submission(
                user_id=user.id, cohort_id=user.enrolments[0].cohort_id, exercise_key=exercise.key,
                exercise_version=version, client_key=f"key-{next(_keys)}", files={"solution.py": "x"},
                received_at=at, status=Status.GRADED, outcome=outcome, verdict=verdict_to_json(stored),
            )
        )  # fmt: skip
    db.session.commit()


def count_all(after: timedelta = timedelta(0)) -> int:
    number = 0
    while count_next(utcnow() + after):
        db.session.commit()
        number += 1
    return number


def shown(exercise: Exercise | None) -> dict[str, object]:
    db.session.rollback()
    key, version = (exercise.key, exercise.version) if exercise is not None else ("", "")
    row = db.session.scalar(
        select(ExerciseStatistics).where(
            ExerciseStatistics.exercise_key == key, ExerciseStatistics.exercise_version == version
        )
    )
    assert row is not None
    return row.shown


FAILED, PASSED = Outcome.FAILED, Outcome.PASSED


def test_attempts_are_counted_up_to_the_first_that_passed(
    course: AuthoredCourse, exercise: Exercise, school: School
) -> None:
    everybody = students(school.cohort, 35)
    for user in everybody[:12]:
        hand_in(user, exercise, PASSED, FAILED)
    for user in everybody[12:23]:
        hand_in(user, exercise, FAILED, PASSED)
    for user in everybody[23:]:
        hand_in(user, exercise, FAILED)
    count_all()
    counted = shown(exercise)
    assert counted["people"] == 35
    assert counted["steps"] == [
        {"from": 1, "to": 1, "open": False, "people": 12},
        {"from": 2, "to": 2, "open": False, "people": 11},
        {"from": None, "to": None, "open": True, "people": 12},
    ]


def test_fewer_than_ten_people_are_not_shown(
    course: AuthoredCourse, exercise: Exercise, school: School
) -> None:
    for user in students(school.cohort, SMALLEST - 1):
        hand_in(user, exercise, FAILED, FAILED, PASSED, verdict=wrong())
    count_all()
    assert shown(exercise) == {}
    hand_in(students(school.cohort, 1)[0], exercise, PASSED)
    count_all(LOOK_AGAIN + timedelta(hours=1))
    assert shown(exercise)["people"] == SMALLEST


def test_a_small_step_is_joined_with_its_neighbour(
    course: AuthoredCourse, exercise: Exercise, school: School
) -> None:
    everybody = students(school.cohort, 30)
    for user in everybody[:27]:
        hand_in(user, exercise, PASSED)
    for user in everybody[27:]:
        hand_in(user, exercise, FAILED)
    count_all()
    assert shown(exercise)["steps"] == [{"from": 1, "to": None, "open": True, "people": 30}]


@given(st.lists(st.integers(0, 40), max_size=12))
def test_no_sum_of_steps_is_about_few_people(numbers: list[int]) -> None:
    found = joined(numbers)
    assert all(people >= SMALLEST for _, _, people in found)
    assert [people for _, _, people in found] == [sum(numbers[first : last + 1]) for first, last, _ in found]
    places = [place for first, last, _ in found for place in range(first, last + 1)]
    assert places == sorted(set(places))
    assert sum(numbers) < SMALLEST or sum(people for _, _, people in found) == sum(numbers)


def test_a_few_beyond_the_last_large_step_are_added_to_it() -> None:
    assert joined([12, 0, 3, 9, 0, 20, 2, 0]) == [(0, 0, 12), (2, 3, 12), (5, 7, 22)]
    assert joined([0, 0, 9]) == []


def test_numbers_change_only_when_ten_people_have_handed_in_since(
    course: AuthoredCourse, exercise: Exercise, school: School
) -> None:
    for user in students(school.cohort, 12):
        hand_in(user, exercise, PASSED, days=2)
    count_all()
    for user in students(school.cohort, SMALLEST - 1):
        hand_in(user, exercise, PASSED, days=-0.5)
    count_all(LOOK_AGAIN + timedelta(hours=1))
    assert shown(exercise)["people"] == 12
    hand_in(students(school.cohort, 1)[0], exercise, PASSED, days=-0.5)
    count_all(2 * LOOK_AGAIN + timedelta(hours=2))
    assert shown(exercise)["people"] == 22


def test_what_goes_wrong_is_told_when_ten_people_did_it_and_not_when_nine_did(
    course: AuthoredCourse, exercise: Exercise, school: School
) -> None:
    everybody = students(school.cohort, 30)
    for user in everybody[:11]:
        hand_in(user, exercise, FAILED, FAILED, verdict=wrong("<object at 0x7f00" + f"{user.id:06x}>"))
    for user in everybody[11:20]:
        hand_in(user, exercise, FAILED, FAILED, FAILED, verdict=wrong("a secret of nine"))
    for user in everybody[20:]:
        hand_in(
            user,
            exercise,
            Outcome.ERROR,
            verdict=Verdict(Outcome.ERROR, traceback="…\nNameError: name 'ali'"),
        )
    count_all()
    assert shown(exercise)["failures"] == [
        {"outcome": "failed", "test": "adds up", "got": "<object at 0x…>", "error": "", "people": 11},
        {"outcome": "error", "test": "", "got": "", "error": "NameError", "people": 10},
    ]
    assert "secret" not in str(shown(exercise))
    assert "ali" not in str(shown(exercise))


def test_small_languages_are_held_back_so_that_none_can_be_subtracted(
    course: AuthoredCourse, exercise: Exercise, school: School
) -> None:
    sizes = {"ar": 30, "uk": 20, "fr": 11, "ti": 2}
    for tag, number in sizes.items():
        for user in students(school.cohort, number, tag):
            hand_in(user, exercise, FAILED, PASSED)
    count_all()
    languages = shown(exercise)["languages"]
    assert isinstance(languages, dict)
    groups = {one["language"]: (one["people"], one["median"]) for one in languages["groups"]}
    assert groups.keys() <= {"ar", "uk"}
    assert groups["ar"] == (30, 2)
    held = sum(sizes.values()) - sum(people for people, _ in groups.values())
    assert languages["rest"] == held > SMALLEST + 2


def test_another_programme_and_staff_are_not_counted(
    course: AuthoredCourse, exercise: Exercise, school: School
) -> None:
    outside = school.cleo.enrolments[0].cohort
    for user in students(outside, 12):
        hand_in(user, exercise, PASSED)
    hand_in(school.ada, exercise, PASSED)
    for user in students(school.cohort, 10):
        hand_in(user, exercise, PASSED)
    count_all()
    assert shown(exercise)["people"] == 10
    assert school.ada.enrolments[0].role == Role.INSTRUCTOR
    course.programme_id = None
    db.session.query(ExerciseStatistics).delete()
    db.session.commit()
    count_all()
    assert shown(exercise)["people"] == 22


def test_versions_of_an_exercise_are_counted_apart(
    course: AuthoredCourse, exercise: Exercise, school: School
) -> None:
    older = replace(exercise, version="0" * 64)
    for user in students(school.cohort, 10):
        hand_in(user, older, FAILED, PASSED)
    for user in students(school.cohort, 11):
        hand_in(user, exercise, PASSED)
    count_all()
    assert (shown(older)["people"], shown(exercise)["people"]) == (10, 11)
    ada = client_of(school.cora)
    path = f"/authoring/{course.public_id}/statistics/{exercise.key.partition('/')[2]}"
    assert "11 people have handed it in." in text(ada, path)
    assert "10 people have handed it in." in text(ada, f"{path}?of={older.version}")
    assert ada.get(f"{path}?of=nothing").status_code == 404


def test_where_people_stop(course: AuthoredCourse, published: Course, school: School) -> None:
    exercises = list(published.exercises)
    old, lately = STOPPED.days + 2, 1
    everybody = students(school.cohort, 40)
    for user in everybody[:14]:
        hand_in(user, exercises[0], PASSED, days=old + 1)
        hand_in(user, exercises[3], FAILED, days=old)
    for user in everybody[14:26]:
        hand_in(user, exercises[5], PASSED, days=old)
    for user in everybody[26:]:
        hand_in(user, exercises[1], PASSED, days=lately)
    count_all()
    assert shown(None)["stops"] == [
        {"from": exercises[3].key, "to": exercises[3].key, "people": 14},
        {"from": exercises[5].key, "to": exercises[5].key, "people": 12},
    ]
    page = text(client_of(school.cora), f"/authoring/{course.public_id}/statistics")
    assert "Where people stop" in page
    assert "14 people" in page


def test_the_pages_say_what_is_held_back_and_cost_the_same_queries(
    course: AuthoredCourse, exercise: Exercise, school: School
) -> None:
    cora = client_of(school.cora)
    index = f"/authoring/{course.public_id}/statistics"
    one = f"{index}/{exercise.key.partition('/')[2]}"
    assert "Fewer than ten people so far" in text(cora, index)
    assert "There are no numbers yet." in text(cora, one)
    few = [queries_of(cora, index), queries_of(cora, one)]
    for user in students(school.cohort, 25, "uk"):
        hand_in(user, exercise, FAILED, PASSED, verdict=wrong("<b>5</b>"))
    count_all()
    page = text(cora, one)
    assert "Passed at attempt 1 to" not in page
    assert "&lt;b&gt;5&lt;/b&gt;" in page
    assert "25 people have handed it in." in page
    assert [queries_of(cora, index), queries_of(cora, one)] == few
    assert max(few) <= 12


def test_who_does_not_write_the_course_sees_nothing(
    course: AuthoredCourse, exercise: Exercise, school: School
) -> None:
    index = f"/authoring/{course.public_id}/statistics"
    for path in (index, f"{index}/{exercise.key.partition('/')[2]}"):
        for person in (school.ben, school.otto, school.olga, school.ada):
            assert client_of(person).get(path).status_code == 404
    assert client_of(school.cora).get(f"{index}/no/such").status_code == 404


def test_each_version_is_looked_at_once_a_day(
    course: AuthoredCourse, exercise: Exercise, school: School
) -> None:
    hand_in(school.ben, exercise, PASSED)
    versions = len(db.session.scalars(select(ExerciseVersion.hash)).all())
    assert count_all() == versions + 1
    assert count_all() == 0
    assert count_all(LOOK_AGAIN + timedelta(hours=1)) == versions + 1


@pytest.mark.parametrize(
    ("verdict", "failure"),
    [
        (wrong(" 6\n 7 "), Failure("failed", "adds up", "6 7")),
        (Verdict(Outcome.TIME_LIMIT), Failure("time_limit")),
        (Verdict(Outcome.RULE, rules=(RuleBreak("sort", 1, "must_not"),)), Failure("rule", got="sort")),
        (Verdict(Outcome.ERROR, traceback="  File x\nValueError: bad"), Failure("error", error="ValueError")),
        (Verdict(Outcome.FAILED, (TestResult(0, "hidden", True, FAILED),)), Failure("failed", "hidden")),
    ],
)
def test_hand_ins_that_failed_in_the_same_way_are_alike(verdict: Verdict, failure: Failure) -> None:
    assert failure_of(verdict) == failure


def test_a_value_is_put_on_one_short_line() -> None:
    assert normal("a\n\n b\x1b[31m") == "a b"
    assert len(normal("x" * 500)) == 80
    assert Counter([normal("<A at 0x7f01>"), normal("<A at 0x7f02>")]) == {"<A at 0x…>": 2}
    assert normal(None) == ""


def client_of(user: User) -> FlaskClient:
    client = current_app.test_client()
    sign_in(client, user)
    return client


def text(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.get_data(as_text=True)
