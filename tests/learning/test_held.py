"""Classes that are held at a version of a course: what their people read, hand in, and are shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.accounts.models import EnrolmentStatus
from lms.catalog.shelf import published_folder, read_index
from lms.core.db import db
from lms.submissions.models import Submission
from tests.catalog.published import lay_out, serve
from tests.factories import COURSE, School, csrf_token, enrol, sign_in
from tests.learning.conftest import write_course
from tests.queries import queries_of

LESSON = f"/courses/{COURSE}/01-hello"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def versions(app: Flask, tmp_path: Path) -> tuple[str, str]:
    """Two published versions of the course: in the second, texts, the picture and the exercise are new."""
    folder = published_folder(app)
    draft = tmp_path / "draft" / COURSE
    write_course(draft)
    lesson = draft / "01-hello" / "lesson.md"
    picture = draft / "01-hello" / "images" / "dog.png"
    picture.parent.mkdir()
    picture.write_bytes(PNG + b"old")
    lesson.write_text(f"{lesson.read_text()}\n![A dog](images/dog.png)\n\nThe old way.\n")
    first = lay_out(folder, draft)
    lesson.write_text(lesson.read_text().replace("The old way.", "The new way."))
    picture.write_bytes(PNG + b"new")
    starter = draft / "01-hello" / "double" / "starter.py"
    starter.write_text("def double(n):\n    ...\n")
    second = lay_out(folder, draft)
    serve(folder, COURSE, first, second)
    return first[0], second[0]


def hold(school: School, version: str | None) -> None:
    school.cohort.course_pins = {COURSE: version} if version else {}
    db.session.commit()


def picture(browser: FlaskClient) -> bytes:
    with browser.get(f"/courses/{COURSE}/files/01-hello/images/dog.png") as answer:
        return answer.data


def test_a_class_reads_the_version_at_which_it_is_held(
    ben: FlaskClient, school: School, versions: tuple[str, str]
) -> None:
    hold(school, versions[0])
    page = ben.get(LESSON).get_data(as_text=True)
    assert "The old way." in page
    assert "The new way." not in page
    assert picture(ben) == PNG + b"old"
    hold(school, None)
    page = ben.get(LESSON).get_data(as_text=True)
    assert "The new way." in page
    assert picture(ben) == PNG + b"new"


def test_the_exercise_that_is_handed_in_is_the_one_that_was_read(
    ben: FlaskClient, school: School, versions: tuple[str, str]
) -> None:
    handed_in = []
    for version in (versions[0], None):
        hold(school, version)
        page = ben.get(f"{LESSON}/double").get_data(as_text=True)
        assert ("def double(number)" in page) is (version is not None)
        ben.post(
            f"{LESSON}/double/submissions",
            data={"code": "x = 1\n", "client_key": f"key-{version}"[:20]},
            headers={"X-CSRFToken": csrf_token(ben, "/me")},
        )
        newest = db.session.query(Submission).order_by(Submission.id.desc()).first()
        assert newest is not None
        handed_in.append(newest.exercise_version)
        assert ben.get(f"/submissions/{newest.public_id}").status_code == 200
    assert handed_in[0] != handed_in[1]


def test_of_two_classes_the_one_she_is_in_now_counts(
    ben: FlaskClient, school: School, versions: tuple[str, str]
) -> None:
    hold(school, versions[0])
    place = enrol(school.ben, school.beside)
    place.status = EnrolmentStatus.MOVED
    db.session.commit()
    assert "The old way." in ben.get(LESSON).get_data(as_text=True)
    place.status = EnrolmentStatus.ENROLLED
    db.session.commit()
    assert "The new way." in ben.get(LESSON).get_data(as_text=True), "the newer of two classes"


def test_the_class_page_shows_the_exercises_of_its_version(
    app: Flask, school: School, versions: tuple[str, str], tmp_path: Path
) -> None:
    draft = tmp_path / "other" / COURSE
    write_course(draft)
    toml = draft / "01-hello" / "double" / "exercise.toml"
    toml.write_text(toml.read_text().replace("Double a number", "Twice as much"))
    folder = published_folder(app)
    newest = lay_out(folder, draft)
    serve(folder, COURSE, *read_index(folder)[COURSE].versions.items(), newest)
    ada = app.test_client()
    sign_in(ada, school.ada)
    url = f"/classes/{school.cohort.public_id}"
    assert "Twice as much" in ada.get(url).get_data(as_text=True)
    hold(school, versions[0])
    page = ada.get(url).get_data(as_text=True)
    assert "Double a number" in page
    assert "Twice as much" not in page


def test_holding_a_class_costs_no_query(ben: FlaskClient, school: School, versions: tuple[str, str]) -> None:
    pages = [f"/courses/{COURSE}", LESSON, f"{LESSON}/double"]
    for path in pages:
        ben.get(path)
    free = [queries_of(ben, path) for path in pages]
    hold(school, versions[0])
    assert [queries_of(ben, path) for path in pages] == free
