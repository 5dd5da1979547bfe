"""Questions: marked on the server, with and without scripts."""

from __future__ import annotations

import pytest
from flask import current_app
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.catalog.quiz import shuffled_lines
from lms.catalog.services import load_courses
from lms.core.db import db
from lms.learning.models import QuizAnswer
from tests.factories import School, csrf_token, post
from tests.queries import count_queries

LESSON = "/courses/first-steps-python/01-hello"


def answer(client: FlaskClient, quiz: str, *, script: bool = True, **fields: object) -> TestResponse:
    data = {"csrf_token": csrf_token(client, "/me"), **fields}
    headers = {"Accept": "application/json"} if script else {}
    return client.post(f"{LESSON}/quiz/{quiz}", data=data, headers=headers)


@pytest.mark.parametrize(
    ("quiz", "fields", "right"),
    [
        ("one", {"answer": "0"}, True),
        ("one", {"answer": "1"}, False),
        ("many", {"answer": ["0", "1"]}, True),
        ("many", {"answer": ["0"]}, False),
        ("many", {"answer": ["0", "1", "2"]}, False),
        ("short", {"answer": " 3 "}, True),
        ("short", {"answer": "٣"}, True),
        ("short", {"answer": "12"}, False),
        ("short", {"answer": "four"}, False),
    ],
)
def test_each_kind_is_marked(ben: FlaskClient, quiz: str, fields: dict[str, object], right: bool) -> None:
    got = answer(ben, quiz, **fields)
    assert got.status_code == 200
    assert got.json is not None
    assert got.json["right"] is right
    assert ("That is right." in got.json["html"]) is right


def test_a_short_answer_may_be_written_in_the_reader_s_language(ben: FlaskClient) -> None:
    got = answer(ben, "word", answer="برنامج")
    assert got.json is not None
    assert got.json["right"] is False
    post(ben, "/language", {"lang": "ar"})
    for text in ("«بَرنامَج»", "A program"):
        got = answer(ben, "word", answer=text)
        assert got.json is not None
        assert got.json["right"] is True
    answer(ben, "word", answer="برنامج")
    post(ben, "/language", {"lang": "en"})
    kept = db.session.query(QuizAnswer).one()
    assert kept.right
    # It stays right on the English page.
    assert "That is right." in ben.get(LESSON).get_data(as_text=True)


def test_lines_are_put_in_order_by_numbers(ben: FlaskClient) -> None:
    quiz = load_courses(current_app.config["COURSES_DIR"])["first-steps-python"].lessons[0].quiz("order")
    assert quiz is not None
    shown = shuffled_lines(quiz)
    places = {f"line-{i}": str(quiz.lines.index(line) + 1) for i, line in enumerate(shown)}
    got = answer(ben, "order", **places)
    assert got.json is not None
    assert got.json["right"] is True
    swapped = {**places, "line-0": places["line-1"], "line-1": places["line-0"]}
    got = answer(ben, "order", **swapped)
    assert got.json is not None
    assert got.json["right"] is False


def test_feedback_is_for_what_she_chose(ben: FlaskClient) -> None:
    got = answer(ben, "one", answer="1")
    assert got.json is not None
    assert "No printer is used." in got.json["html"]
    assert "Yes, on the screen." not in got.json["html"]
    assert "The word is old." not in got.json["html"]
    got = answer(ben, "short", answer="12")
    assert got.json is not None
    assert "You joined two texts." in got.json["html"]


def test_without_scripts_the_lesson_comes_back_with_the_feedback(ben: FlaskClient) -> None:
    got = answer(ben, "one", script=False, answer="0")
    assert got.status_code == 303
    assert got.headers["Location"].endswith(f"{LESSON}#quiz-one")
    page = ben.get(LESSON).get_data(as_text=True)
    assert "That is right." in page
    assert "Yes, on the screen." in page


@pytest.mark.parametrize(
    ("quiz", "fields"),
    [
        ("one", {}),
        ("one", {"answer": "9"}),
        ("one", {"answer": ["0", "1"]}),
        ("one", {"answer": "-1"}),
        ("short", {"answer": "  "}),
        ("order", {"line-0": "1", "line-1": "1", "line-2": "2"}),
        ("order", {"line-0": "1"}),
    ],
)
def test_what_is_no_answer_is_said_and_not_kept(
    ben: FlaskClient, quiz: str, fields: dict[str, object]
) -> None:
    got = answer(ben, quiz, script=False, **fields)
    assert got.status_code == 422
    assert "error-text" in got.get_data(as_text=True)
    assert answer(ben, quiz, **fields).status_code == 400
    assert db.session.query(QuizAnswer).count() == 0


def test_once_right_it_stays_done(ben: FlaskClient, school: School) -> None:
    answer(ben, "one", answer="0")
    answer(ben, "one", answer="1")
    kept = db.session.query(QuizAnswer).one()
    assert (kept.user_id, kept.right, kept.ever_right, kept.tries) == (school.ben.id, False, True, 2)


def test_an_outsider_cannot_answer_and_a_form_without_token_is_refused(
    ben: FlaskClient, cleo: FlaskClient
) -> None:
    assert answer(cleo, "one", answer="0").status_code == 404
    assert answer(ben, "none", answer="0").status_code == 404
    assert ben.post(f"{LESSON}/quiz/one", data={"answer": "0"}).status_code == 400
    assert db.session.query(QuizAnswer).count() == 0


def test_an_answer_takes_few_queries(ben: FlaskClient) -> None:
    data = {"csrf_token": csrf_token(ben, "/me"), "answer": "0"}
    with count_queries() as queries:
        ben.post(f"{LESSON}/quiz/one", data=data, headers={"Accept": "application/json"})
    assert len(queries) <= 8, "\n".join(queries)
