"""Courses, lessons and exercises through the front door."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import current_app
from flask.testing import FlaskClient

from lms.catalog.services import get_exercise, load_courses, remember_version
from lms.core.db import db, utcnow
from lms.learning.models import LessonVisit
from lms.submissions.models import Status, Submission
from tests.factories import School, post, sign_in
from tests.learning.conftest import EXERCISE as EXERCISE_TOML
from tests.queries import count_queries

COURSE = "/courses/first-steps-python"
LESSON = f"{COURSE}/01-hello"
EXERCISE = f"{LESSON}/double"
PAGES = [COURSE, LESSON, EXERCISE]


def write_javascript(lesson: Path) -> None:
    """One cell and one exercise in JavaScript."""
    toml = EXERCISE_TOML.replace("\n", '\nkernel = "javascript"\n', 1).replace("None", "undefined")
    files = {
        "lesson.md": "# Two\n\n```{code-cell} javascript\n:id: two\n2;\n```\n\n```{exercise} twice\n```\n",
        "twice/exercise.toml": toml,
        "twice/statement.md": "Write a function `double(number)`.\n",
        "twice/starter.js": "function double(number) {}\n",
        "twice/solution.js": "const double = (number) => number * 2;\n",
        "twice/wrong/zero.js": "const double = () => 0;\n",
        "twice/wrong/none.js": "const double = () => {};\n",
    }
    for name, content in files.items():
        path = lesson / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


def text(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("path", PAGES)
def test_a_student_of_the_class_sees_it_and_an_outsider_does_not(
    ben: FlaskClient, cleo: FlaskClient, path: str
) -> None:
    assert "<h1" in text(ben, path)
    outside = text(cleo, path, 404)
    assert "Double" not in outside
    assert "First steps" not in outside


@pytest.mark.parametrize("path", PAGES)
def test_nobody_signed_in_is_asked_who_she_is(client: FlaskClient, school: School, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 303
    assert "/sign-in?next=" in answer.headers["Location"]


@pytest.mark.parametrize(
    "path", ["/courses/none", f"{COURSE}/none", f"{LESSON}/none", f"{COURSE}/files/x.png"]
)
def test_what_does_not_exist_is_not_found(ben: FlaskClient, path: str) -> None:
    text(ben, path, 404)


def test_the_keys_below_an_editor_are_the_signs_of_its_language(ben: FlaskClient, tmp_path: Path) -> None:
    in_python = text(ben, EXERCISE)
    assert 'data-text="#"' in in_python
    assert 'data-text="`"' not in in_python

    write_javascript(tmp_path / "courses" / "first-steps-python" / "02-reading")
    load_courses(tmp_path / "courses", reload=True)

    for path in (f"{COURSE}/02-reading", f"{COURSE}/02-reading/twice"):
        in_javascript = text(ben, path)
        assert 'data-text="`"' in in_javascript
        assert 'data-text="&amp;"' in in_javascript
        assert 'data-text="#"' not in in_javascript


def test_staff_see_the_courses_of_their_classes_and_admins_all(client: FlaskClient, school: School) -> None:
    for person, status in ((school.ada, 200), (school.otto, 404), (school.root, 200)):
        browser = client.application.test_client()
        sign_in(browser, person)
        assert browser.get(LESSON).status_code == status


def test_the_list_has_her_courses_only(ben: FlaskClient, cleo: FlaskClient) -> None:
    assert "First steps in Python" in text(ben, "/courses")
    empty = text(cleo, "/courses")
    assert "You have no course yet" in empty
    assert "/join" in empty


def test_a_lesson_holds_prose_cells_questions_and_exercises(ben: FlaskClient) -> None:
    page = text(ben, LESSON)
    assert 'href="#term-program"' in page
    assert 'id="term-program"' in page
    assert 'data-cell="first"' in page
    assert 'id="quiz-one"' in page
    assert EXERCISE in page
    assert "<script>alert" not in page


def test_no_answer_is_in_the_page_before_she_has_answered(ben: FlaskClient) -> None:
    page = text(ben, LESSON)
    assert "No printer is used." not in page
    assert "Yes, on the screen." not in page
    assert "The word is old." not in page


def test_pages_have_no_inline_script_or_style_and_nothing_from_elsewhere(ben: FlaskClient) -> None:
    for path in ("/courses", *PAGES):
        page = text(ben, path)
        assert "<style" not in page
        assert " style=" not in page
        assert "<script>" not in page
        assert 'src="http' not in page
        assert " onclick=" not in page


def test_code_is_left_to_right_and_left_alone(ben: FlaskClient) -> None:
    page = text(ben, EXERCISE)
    field = page[page.index("<textarea") :].split(">", 1)[0]
    for wanted in ('dir="ltr"', 'translate="no"', 'spellcheck="false"', 'autocapitalize="off"'):
        assert wanted in field


def test_arabic_turns_the_page_and_says_what_is_draft_or_untranslated(ben: FlaskClient) -> None:
    post(ben, "/language", {"lang": "ar"}, form="/courses")
    page = text(ben, LESSON)
    assert '<html lang="ar" dir="rtl">' in page
    assert "مرحبا" in page
    assert "Draft translation" in page
    assert 'class="untranslated"' in page
    assert "(program)</bdi>" in page  # the English term stays beside the Arabic one


def test_continue_leads_to_the_first_unfinished_lesson_after_the_last_visit(
    ben: FlaskClient, school: School
) -> None:
    assert "Start the course" in text(ben, COURSE)
    text(ben, f"{COURSE}/02-reading")
    page = text(ben, COURSE)
    assert "Continue where you stopped" in page
    assert "1 of 7 tasks done" in page  # the reading lesson is done, six tasks of the first are not
    visits = db.session.query(LessonVisit).all()
    assert [(visit.user_id, visit.lesson_key) for visit in visits] == [
        (school.ben.id, "first-steps-python/02-reading")
    ]


def test_a_second_visit_soon_after_writes_nothing(ben: FlaskClient) -> None:
    text(ben, LESSON)
    with count_queries() as queries:
        text(ben, LESSON)
    assert not [query for query in queries if query.startswith(("INSERT", "UPDATE", "SAVEPOINT"))]


@pytest.mark.parametrize(("path", "most"), [("/courses", 7), (COURSE, 7), (LESSON, 7), (EXERCISE, 8)])
def test_pages_take_few_queries(ben: FlaskClient, path: str, most: int) -> None:
    text(ben, path)
    with count_queries() as queries:
        text(ben, path)
    assert len(queries) <= most, "\n".join(queries)


def hand_in(school: School, outcome: str | None, key: str) -> None:
    exercise = get_exercise(current_app.config["COURSES_DIR"], "first-steps-python/01-hello/double")
    assert exercise is not None
    remember_version(exercise)
    db.session.add(
        Submission(
            user_id=school.ben.id,
            cohort_id=school.cohort.id,
            exercise_key=exercise.key,
            exercise_version=exercise.version,
            client_key=key,
            files={"solution.py": "x = 1"},
            received_at=utcnow(),
            status=Status.GRADED if outcome else Status.RECEIVED,
            outcome=outcome,
        )
    )
    db.session.commit()


def test_attempts_and_progress_show_what_was_handed_in(ben: FlaskClient, school: School) -> None:
    hand_in(school, "failed", "a" * 10)
    assert "Tried, not passed yet" in text(ben, LESSON)
    hand_in(school, None, "b" * 10)
    assert "Waiting for the grader" in text(ben, LESSON)
    assert "data-events-url" in text(ben, EXERCISE)
    hand_in(school, "passed", "c" * 10)
    assert "Passed" in text(ben, LESSON)
    assert "1 of 7 tasks done" in text(ben, COURSE)
    page = text(ben, EXERCISE)
    assert "Attempt 3" in page
    assert "Attempt 1" in page
