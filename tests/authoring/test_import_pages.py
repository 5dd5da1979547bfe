"""Importing through the front door: a dry run that writes nothing, then one yes."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import nbformat
import pytest
from flask import Flask
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lms.accounts.models import Programme
from lms.authoring import import_views
from lms.authoring.models import AuthoredCourse, CourseImport
from lms.authoring.package import pack
from lms.authoring.repository import Author, Repository
from lms.authoring.services import repository_of
from lms.core.db import db, utcnow
from tests.authoring import hostile
from tests.authoring.conftest import Write, Writer
from tests.authoring.imports import material
from tests.factories import AUTHORED_FILES, School

NOTEBOOK = nbformat.writes(
    new_notebook(
        cells=[
            new_markdown_cell("# Lists\n\nA list."),
            new_code_cell("print([1])"),
            new_code_cell("%%bash\nls"),
        ]
    )
).encode()


def send(writer: Writer, data: bytes, name: str = "lists.ipynb", **fields: object) -> TestResponse:
    """Choose a file and send the form."""
    programme = db.session.scalars(select(Programme)).first()
    assert programme is not None
    into = {"language": "en", "programme": programme.slug, "kind": "", "into": "", **fields}
    return writer.post("/authoring/import", file=(io.BytesIO(data), name), **into)


def counts() -> tuple[int, int]:
    return (
        db.session.scalar(select(func.count(AuthoredCourse.id))) or 0,
        db.session.scalar(select(func.count(CourseImport.id))) or 0,
    )


@pytest.fixture
def ada(write: Write, school: School) -> Writer:
    return write(school.ada)


@pytest.fixture
def programme(school: School) -> str:
    return school.cohort.programme.slug


def test_a_dry_run_writes_nothing_and_a_yes_begins_a_course(app: Flask, ada: Writer, programme: str) -> None:
    repositories = Path(app.config["REPOSITORIES_DIR"])
    answer = send(ada, NOTEBOOK, title="My lists", programme=programme)
    assert answer.status_code == 303
    page = ada.page(answer.location)
    assert "The lesson “Lists” from lists.ipynb" in page
    assert "“%%bash” cannot run in a lesson" in page
    assert "My lists" in page
    assert counts() == (0, 1)
    assert not repositories.exists() or not list(repositories.iterdir())
    done = ada.post(answer.location, slug="my-lists")
    assert done.status_code == 303
    course = db.session.scalars(select(AuthoredCourse)).one()
    assert (course.slug, course.title) == ("my-lists", "My lists")
    files = repository_of(course).files(repository_of(course).head())
    assert files["01-lists/lesson.md"].startswith(b"# Lists\n\nA list.\n")
    assert b'title = "My lists"' in files["course.toml"]
    assert counts() == (1, 0)
    assert ada.post(answer.location, slug="my-lists").status_code == 404


def test_into_a_course_that_she_writes(ada: Writer, course: AuthoredCourse, repository: Repository) -> None:
    before = repository.files(repository.head())
    answer = send(ada, NOTEBOOK, into=course.public_id)
    assert ada.post(answer.location).status_code == 303
    after = repository.files(repository.head())
    assert {path for path in before if after[path] != before[path]} <= {"translations/ar.po"}
    assert b"```{code-cell} python" in next(
        text for path, text in after.items() if path.endswith("-lists/lesson.md")
    )
    assert repository.history()[0].message == "Import lists.ipynb."
    assert repository.history()[0].mark == course.author.public_id  # type: ignore[union-attr]


def test_a_package_of_the_course_itself_replaces_its_draft(
    ada: Writer, course: AuthoredCourse, repository: Repository
) -> None:
    files = {**AUTHORED_FILES, "03-new/lesson.md": b"# New\n\nText.\n"}
    gone = next(path for path in sorted(AUTHORED_FILES) if path.endswith("/lesson.md"))
    del files[gone]
    answer = send(ada, pack("loops", files), "loops.zip", into=course.public_id)
    assert ada.post(answer.location).status_code == 303
    after = repository.files(repository.head())
    assert gone not in after
    assert after["03-new/lesson.md"] == files["03-new/lesson.md"]


def test_a_package_comes_byte_for_byte(ada: Writer, programme: str) -> None:
    package = pack("copied", AUTHORED_FILES)
    answer = send(ada, package, "copied.zip", programme=programme)
    assert ada.post(answer.location, slug="copied").status_code == 303
    course = db.session.scalars(select(AuthoredCourse)).one()
    repository = repository_of(course)
    assert pack(course.slug, repository.files(repository.head())) == package


def test_words_for_pictures_are_asked_and_written(ada: Writer, programme: str) -> None:
    answer = send(ada, material("market.ipynb"), "market.ipynb", programme=programme)
    page = ada.page(answer.location)
    assert "What do these pictures show?" in page
    assert "01-the-market/images/stall.png" in page
    assert "Wrong samples are missing." in page
    assert ada.post(answer.location, slug="market", **{"alt-0": "A [red] stall"}).status_code == 303
    course = db.session.scalars(select(AuthoredCourse)).one()
    repository = repository_of(course)
    lesson = repository.read(repository.head(), "01-the-market/lesson.md") or b""
    assert rb"![A \[red\] stall](images/stall.png)" in lesson


def test_a_short_name_that_is_taken(ada: Writer, course: AuthoredCourse, programme: str) -> None:
    answer = send(ada, pack("loops", AUTHORED_FILES), "loops.zip", programme=programme)
    taken = ada.post(answer.location, slug="loops")
    assert taken.status_code == 409
    assert "Another course has this short name: loops." in taken.get_data(as_text=True)
    assert ada.post(answer.location, slug="Loops!").status_code == 422
    assert ada.post(answer.location, slug="loops-two").status_code == 303
    assert counts() == (2, 0)


def test_a_course_that_changed_meanwhile_keeps_both_or_says_so(
    ada: Writer, course: AuthoredCourse, repository: Repository
) -> None:
    path = next(path for path in sorted(AUTHORED_FILES) if path.endswith("/lesson.md"))
    files = {**AUTHORED_FILES, path: b"# Mine\n\nFrom the package.\n"}
    answer = send(ada, pack("loops", files), "loops.zip", into=course.public_id)
    otto = Author("Otto", repository.history()[0].mark)
    repository.commit({path: b"# Theirs\n\nMeanwhile.\n"}, base=repository.head(), author=otto, message="M")
    refused = ada.post(answer.location)
    assert refused.status_code == 409
    assert "The course has changed since you sent the file" in refused.get_data(as_text=True)
    assert repository.read(repository.head(), path) == b"# Theirs\n\nMeanwhile.\n"


def test_no_forgets_it(ada: Writer) -> None:
    answer = send(ada, NOTEBOOK)
    assert ada.post(answer.location, action="drop").status_code == 303
    assert counts() == (0, 0)
    ada.page(answer.location, 404)


def test_an_import_is_hers_alone_and_for_a_day(ada: Writer, write: Write, school: School) -> None:
    answer = send(ada, NOTEBOOK)
    for other in (school.cora, school.ben, school.root):
        write(other).page(answer.location, 404)
    row = db.session.scalars(select(CourseImport)).one()
    row.created_at = utcnow() - timedelta(hours=25)
    db.session.commit()
    ada.page(answer.location, 404)


def test_only_some_imports_wait(ada: Writer) -> None:
    for _ in range(7):
        send(ada, NOTEBOOK)
    assert counts() == (0, 5)


@pytest.mark.parametrize(
    "what", ["name: parent", "kind: symbolic link", "bomb", "name: bidi override", "overlap", "name: NUL"]
)
def test_a_hostile_package_is_refused_with_its_entry(what: str, app: Flask, ada: Writer) -> None:
    root = Path(app.config["INSTANCE_DIR"])
    before = {path for path in root.rglob("*") if "passerelle.db" not in path.name}
    answer = send(ada, hostile.ENTRIES[what], "evil.zip")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "evil/" in page
    assert "\u202e" not in page
    assert "\x00" not in page
    assert counts() == (0, 0)
    assert {path for path in root.rglob("*") if "passerelle.db" not in path.name} == before


def test_only_this_page_takes_large_files(app: Flask, ada: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 100_000
    monkeypatch.setattr(import_views, "LARGEST_UPLOAD", 300_000)
    assert send(ada, b"PK" + b"x" * 200_000, "large.zip").status_code == 422
    assert send(ada, b"PK" + b"x" * 400_000, "large.zip").status_code == 413
    assert ada.post("/authoring/new", title="x" * 200_000).status_code == 413
    stranger = app.test_client()
    assert stranger.post("/authoring/import", data={"title": "x" * 200_000}).status_code == 413


def test_a_student_and_a_course_of_others(write: Write, school: School, course: AuthoredCourse) -> None:
    write(school.ben).page("/authoring/import", 404)
    otto = write(school.otto)
    assert course.public_id not in otto.page("/authoring/import")
    assert send(otto, NOTEBOOK, into=course.public_id).status_code == 422


def test_nothing_chosen(ada: Writer) -> None:
    answer = ada.post("/authoring/import", language="en", kind="", into="", programme="", title="Kept title")
    assert answer.status_code == 422
    assert "Choose a file first." in answer.get_data(as_text=True)
    assert "Kept title" in answer.get_data(as_text=True)
