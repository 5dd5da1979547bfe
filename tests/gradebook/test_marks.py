"""The marks of a class: what is passed, late, waits or is open; filters, pages, and the file to take away."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from flask import current_app
from sqlalchemy import select

from lms.catalog.model import Lesson
from lms.catalog.services import get_course, remember_version
from lms.core.db import db, utcnow
from lms.gradebook import services
from lms.gradebook.services import Filter
from lms.grading.outcome import Outcome
from lms.learning.models import Extension, LessonDate, QuizAnswer
from lms.programmes.services import courses_of
from lms.reviews.models import Review
from lms.submissions.models import Status, Submission
from tests.factories import COURSE, School, enrol, make_school, make_user, plan_class, sign_in
from tests.queries import queries_of


@pytest.fixture
def school(app) -> School:
    made = make_school()
    plan_class(made.cohort)
    return made


@pytest.fixture
def ada(client, school):
    sign_in(client, school.ada)
    return client


def lesson_of(number: int) -> Lesson:
    course = get_course(Path(current_app.config["COURSES_DIR"]), COURSE)
    return [lesson for lesson in course.lessons if lesson.exercises][number]


def due_of(school, lesson):
    return db.session.get_one(LessonDate, (school.cohort.id, lesson.key)).due_at


def hand_in(user, exercise, at, outcome=Outcome.PASSED, cohort=None) -> Submission:
    made = Submission(
        user_id=user.id, cohort_id=(cohort or user.enrolments[0].cohort).id, exercise_key=exercise.key,
        exercise_version=remember_version(exercise).hash, client_key=f"{exercise.slug}-{at.timestamp()}-{user.id}",
        files={"solution.py": "print(1)"}, received_at=at, status=Status.GRADED, outcome=outcome,
    )  # fmt: skip
    db.session.add(made)
    db.session.commit()
    return made


def line_of(school, user, **wanted):
    page = services.marks_page(school.cohort, courses_of(school.cohort), Filter(**wanted))
    return next((line for line in page.lines if line.user.id == user.id), None)


def test_the_first_hand_in_that_passed_says_whether_it_was_late(school):
    lesson = lesson_of(0)
    first, second = lesson.exercises[:2]
    due = due_of(school, lesson)
    hand_in(school.ben, first, due - timedelta(hours=1), Outcome.FAILED)
    hand_in(school.ben, first, due, Outcome.PASSED)
    hand_in(school.ben, first, due + timedelta(days=1), Outcome.PASSED)
    hand_in(school.ben, second, due + timedelta(seconds=1), Outcome.PASSED)
    mark, other = line_of(school, school.ben, lesson=lesson.key).lessons[0].marks[:2]
    assert (mark.tries, mark.passed, mark.late) == (3, True, False)
    assert (other.tries, other.passed, other.late) == (1, True, True)
    db.session.add(
        Extension(
            user_id=school.ben.id,
            cohort_id=school.cohort.id,
            lesson_key=lesson.key,
            due_at=due + timedelta(days=2),
        )
    )
    db.session.commit()
    assert line_of(school, school.ben).late == 0, "she had more time"


def test_work_of_another_class_of_the_programme_counts_and_of_another_programme_does_not(school):
    lesson = lesson_of(0)
    at = due_of(school, lesson) - timedelta(days=1)
    hand_in(school.ben, lesson.exercises[0], at, cohort=school.beside)
    hand_in(school.ben, lesson.exercises[1], at, cohort=school.other)
    assert line_of(school, school.ben).passed == 1


def test_reviews_and_questions_are_part_of_it(school):
    lesson = next(
        lesson
        for course in courses_of(school.cohort)
        for lesson in course.lessons
        if any(exercise.review for exercise in lesson.exercises)
    )
    exercise = next(exercise for exercise in lesson.exercises if exercise.review)
    work = hand_in(school.ben, exercise, utcnow())
    db.session.add(
        Review(
            submission_id=work.id, user_id=school.ben.id, cohort_id=school.cohort.id, exercise_key=exercise.key,
            attempt=1, waiting_since=utcnow(),
        )
    )  # fmt: skip
    asking = next(
        lesson for course in courses_of(school.cohort) for lesson in course.lessons if lesson.quizzes
    )
    db.session.add(
        QuizAnswer(
            user_id=school.ben.id, lesson_key=asking.key, quiz_id=asking.quizzes[0].id, answer={}, right=False,
            ever_right=True,
        )
    )  # fmt: skip
    db.session.commit()
    his = {mark.lesson.key: mark for mark in line_of(school, school.ben).lessons}
    assert his[lesson.key].to_read == 1
    assert not his[lesson.key].done
    assert his[asking.key].quizzes_right == 1


def test_filters(ada, school):
    lesson = lesson_of(0)
    due = due_of(school, lesson)
    for exercise in lesson.exercises:
        hand_in(school.ben, exercise, due + timedelta(days=1))
    for quiz in lesson.quizzes:
        db.session.add(
            QuizAnswer(
                user_id=school.ben.id,
                lesson_key=lesson.key,
                quiz_id=quiz.id,
                answer={},
                right=True,
                ever_right=True,
            )
        )
    db.session.commit()
    assert line_of(school, school.dina, only_late=True) is None
    assert line_of(school, school.ben, only_late=True) is not None
    assert line_of(school, school.ben, lesson=lesson.key, only_open=True) is None
    assert line_of(school, school.dina, lesson=lesson.key, only_open=True) is not None
    assert line_of(school, school.ben, name="DIN") is None
    assert line_of(school, school.dina, name="DIN") is not None
    url = f"/classes/{school.cohort.public_id}/marks"
    page = ada.get(f"{url}?lesson={lesson.key}&late=1").text
    assert "Ben" in page
    assert "Dina" not in page.split("<tbody>")[1]
    assert "Nobody fits." in ada.get(f"{url}?name=zzz%25_").text
    assert ada.get(f"{url}?lesson=no/such&after=nobody").status_code == 404


def many(school, count: int) -> None:
    for number in range(count):
        enrol(make_user(f"Kim {number:02d}"), school.cohort)
    db.session.commit()


@pytest.mark.parametrize("wanted", ["", "&open=1"])
def test_pages_go_on_where_the_last_one_ended(ada, school, wanted):
    many(school, 60)
    url, seen = f"/classes/{school.cohort.public_id}/marks?name={wanted}", []
    names = [user.name for user in (school.ben, school.dina)] + [f"Kim {number:02d}" for number in range(60)]
    page = services.marks_page(school.cohort, courses_of(school.cohort), Filter(only_open=bool(wanted)))
    while True:
        seen += [line.user.name for line in page.lines]
        shown = ada.get(f"{url}&after={page.lines[0].user.public_id}")
        assert shown.status_code == 200
        if page.after is None:
            break
        last = page.lines[-1].user
        assert last.public_id == page.after
        page = services.marks_page(
            school.cohort, courses_of(school.cohort), Filter(only_open=bool(wanted)), last.id
        )
    assert seen == names


def test_the_whole_class_as_a_file(ada, school):
    many(school, 30)
    hand_in(school.ben, lesson_of(0).exercises[0], utcnow() + timedelta(days=90))
    answer = ada.get(f"/classes/{school.cohort.public_id}/marks.csv")
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert len(rows) == 1 + 32
    assert rows[1][:2] == ["Ben", "1"]
    assert rows[1][3] == "1"
    assert ada.get(f"/classes/{school.cohort.public_id}/marks.xlsx").status_code == 200


@pytest.mark.parametrize(
    ("status", "words"),
    [("approved", "Approved"), ("waiting", "Waiting for a person"), ("needs_work", "Needs work")],
)
def test_the_file_says_how_work_stands_with_who_reads_it(ada, school, status, words):
    read = next(
        (lesson, exercise)
        for course in courses_of(school.cohort)
        for lesson in course.lessons
        for exercise in lesson.exercises
        if exercise.review is not None
    )
    submission = hand_in(school.ben, read[1], utcnow())
    decided = {} if status == "waiting" else {"decided_at": utcnow(), "waited_seconds": 9}
    db.session.add(
        Review(
            submission_id=submission.id,
            user_id=school.ben.id,
            cohort_id=school.cohort.id,
            exercise_key=read[1].key,
            attempt=1,
            waiting_since=utcnow(),
            status=status,
            **decided,
        )
    )
    db.session.commit()
    text = ada.get(f"/classes/{school.cohort.public_id}/marks.csv").get_data().decode("utf-8-sig")
    ben, dina = list(csv.DictReader(io.StringIO(text)))[:2]
    assert {state: ben[state] for state in ("Approved", "Waiting for a person", "Needs work")} == {
        "Approved": "0",
        "Waiting for a person": "0",
        "Needs work": "0",
        words: "1",
    }
    column = next(name for name in ben if name.endswith(": read by a person") and ben[name])
    assert ben[column] == f"{words}: 1"
    assert dina[column] == ""


def test_a_large_class_costs_the_same_queries(ada, school):
    urls = [f"/classes/{school.cohort.public_id}/marks{rest}" for rest in ("", "?late=1", ".csv")]
    small = [queries_of(ada, url) for url in urls]
    many(school, 20)
    for user in db.session.scalars(
        select(type(school.ben)).where(type(school.ben).name.startswith("Kim"))
    ).all():
        hand_in(user, lesson_of(0).exercises[0], utcnow())
    assert [queries_of(ada, url) for url in urls] == small


def asking_lesson(school) -> Lesson:
    return next(
        lesson
        for course in courses_of(school.cohort)
        for lesson in course.lessons
        if lesson.quizzes and lesson.exercises
    )


def answer_of(school, lesson, quiz_id: str) -> QuizAnswer:
    return QuizAnswer(
        user_id=school.ben.id, lesson_key=lesson.key, quiz_id=quiz_id, answer={}, right=True, ever_right=True
    )


def test_an_answer_to_a_question_that_is_gone_counts_for_nothing(school):
    lesson = asking_lesson(school)
    for exercise in lesson.exercises:
        hand_in(school.ben, exercise, utcnow())
    db.session.add_all(
        answer_of(school, lesson, f"gone-{number}") for number in range(len(lesson.quizzes) + 2)
    )
    db.session.commit()
    mark = next(one for one in line_of(school, school.ben).lessons if one.lesson.key == lesson.key)
    assert (mark.quizzes_right, mark.done) == (0, False)


def test_questions_stand_beside_the_exercises_of_a_lesson(ada, school):
    lesson = asking_lesson(school)
    db.session.add(answer_of(school, lesson, lesson.quizzes[0].id))
    db.session.commit()
    page = ada.get(f"/classes/{school.cohort.public_id}/marks").text
    assert f"1/{len(lesson.quizzes)}" in page.split("<tbody>")[1]


def test_one_lesson_is_shown_in_the_reader_s_language(ada, school):
    lesson = lesson_of(0)
    url = f"/classes/{school.cohort.public_id}/marks?lesson={lesson.key}"
    assert lesson.exercises[0].title in ada.get(url).text
    assert lesson.exercises[0].title not in ada.get(url, headers={"Accept-Language": "uk"}).text


def test_a_name_that_is_a_formula_stays_a_name(ada, school):
    enrol(make_user("=HYPERLINK(1)"), school.cohort)
    db.session.commit()
    text = ada.get(f"/classes/{school.cohort.public_id}/marks.csv").get_data().decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in [row[0] for row in csv.reader(io.StringIO(text))]
