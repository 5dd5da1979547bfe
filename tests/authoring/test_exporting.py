"""What is taken away: packages that come back the same, notebooks and pages without a word of the answers."""

from __future__ import annotations

import re
import tempfile
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from lms.authoring.archive import read_zip
from lms.authoring.exporting import lesson_notebook
from lms.authoring.importing.plan import ImportPlan
from lms.authoring.importing.reading import read_import
from lms.authoring.models import AuthoredCourse
from lms.authoring.package import unpack
from lms.authoring.repository import Repository
from lms.authoring.services import commit_files, draft_course
from lms.authoring.site_export import course_site
from lms.catalog.model import Course
from lms.catalog.parse import read_course
from lms.core.db import db
from tests.authoring.conftest import Write
from tests.authoring.imports import read_picture
from tests.authoring.test_importing import course_with
from tests.factories import School

COURSES = Path(__file__).resolve().parents[2] / "courses"
SHIPPED = sorted(path.parent.name for path in COURSES.glob("*/course.toml"))
ATTRIBUTE = re.compile(r'(?:src|href)="([^"]*)"')


@pytest.fixture(scope="module")
def shipped() -> dict[str, Course]:
    found = {}
    for name in SHIPPED:
        course = read_course(COURSES / name).course
        assert course is not None
        found[name] = course
    return found


def files_of(course: Course) -> dict[str, bytes]:
    return {
        path.relative_to(course.path).as_posix(): path.read_bytes()
        for path in course.path.rglob("*")
        if path.is_file()
    }


def secrets_of(course: Course) -> list[str]:
    """Lines that only an answer has."""
    given_away = "\n".join(
        [lesson.source for lesson in course.lessons]
        + [text for exercise in course.exercises for text in (*exercise.starter.values(), exercise.statement)]
    )
    hidden = [
        text
        for exercise in course.exercises
        for files in (
            exercise.solution,
            *exercise.wrong.values(),
            exercise.suite.files if exercise.suite else {},
        )
        for text in files.values()
    ]
    found = {line.strip() for text in hidden for line in text.split("\n") if len(line.strip()) > 25}
    return [line for line in found if line not in given_away]


def test_the_package_of_a_course_is_what_its_draft_is(
    write: Write, school: School, course: AuthoredCourse, repository: Repository
) -> None:
    answer = write(school.ada).client.get(f"/authoring/{course.public_id}/export/package")
    assert answer.headers["Content-Disposition"] == "attachment; filename=loops.zip"
    assert unpack(answer.data) == ("loops", repository.files(repository.head()))


def test_files_that_no_course_has_stay_behind(
    write: Write, school: School, course: AuthoredCourse, repository: Repository
) -> None:
    commit_files(course, school.ada, {".gitignore": b"x\n"}, repository.head(), "Ignore.")
    db.session.commit()
    ada = write(school.ada)
    assert ".gitignore" in ada.page(f"/authoring/{course.public_id}/export")
    assert ".gitignore" not in unpack(ada.client.get(f"/authoring/{course.public_id}/export/package").data)[1]


def test_the_page_and_its_files(write: Write, school: School, course: AuthoredCourse) -> None:
    ada = write(school.ada)
    page = ada.page(f"/authoring/{course.public_id}/export")
    for path in re.findall(rf'href="(/authoring/{course.public_id}/export/[^"]+)"', page):
        answer = ada.client.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert ada.client.get(f"/authoring/{course.public_id}/export/site?lang=ar").status_code == 200
    assert ada.client.get(f"/authoring/{course.public_id}/export/site?lang=xx").status_code == 404
    assert ada.client.get(f"/authoring/{course.public_id}/export/notebook/09-none").status_code == 404
    write(school.mila).page(f"/authoring/{course.public_id}/export/package", 404)


def test_a_broken_course_can_still_be_packed(
    write: Write, school: School, course: AuthoredCourse, repository: Repository
) -> None:
    commit_files(course, school.ada, {"course.toml": b"format = 1\n"}, repository.head(), "Break it.")
    db.session.commit()
    assert draft_course(course) is None
    ada = write(school.ada)
    assert "faults that must be mended first" in ada.page(f"/authoring/{course.public_id}/export")
    assert ada.client.get(f"/authoring/{course.public_id}/export/site").status_code == 409
    assert ada.client.get(f"/authoring/{course.public_id}/export/package").status_code == 200


@pytest.mark.parametrize("name", SHIPPED)
def test_notebooks_of_shipped_lessons_hold_no_answers(
    name: str, shipped: dict[str, Course], app: Flask
) -> None:
    course = shipped[name]
    files = files_of(course)
    hidden = secrets_of(course)
    assert hidden or not list(course.exercises)
    with app.test_request_context():
        for lesson in course.lessons:
            content = lesson_notebook(lesson, files)
            notebook = nbformat.reads(content.decode(), as_version=4)
            cells = [
                cell
                for cell in notebook.cells
                if cell.cell_type == "code" and "passerelle" not in cell.metadata
            ]
            assert [(cell.id, cell.source) for cell in cells] == [
                (cell.id, cell.code) for cell in lesson.cells
            ]
            text = "\n".join(cell.source for cell in notebook.cells)
            assert not [line for line in hidden if line in text]
            assert "[x]" not in text
            assert "{figure}" not in text
            plan = read_import(
                content, f"{lesson.slug}.ipynb", taken=[], read_picture=lambda data: (".png", data)
            )
            again = read_back(plan)
            assert [(cell.id, cell.code) for cell in again.lessons[0].cells] == [
                (cell.id, cell.code) for cell in lesson.cells
            ]


def read_back(plan: ImportPlan) -> Course:
    with tempfile.TemporaryDirectory() as made:
        for path, content in course_with(plan.files).items():
            file = Path(made, "again", path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        source = read_course(Path(made, "again"))
    assert source.course is not None, source.faults
    return source.course


lines = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"], exclude_characters="\u2028"),
    max_size=30,
)
codes = (
    st.lists(
        st.one_of(lines, st.sampled_from(["```", ":id: x", "    return 1", "", "# T", "~~~", ":::{note}"])),
        max_size=6,
    )
    .map("\n".join)
    .filter(lambda code: not re.search(r"^\s*(%|!|\?)|\?\s*$|IPython|ipython|ipywidgets", code, re.MULTILINE))
)
TEXTS = [
    "Plain text.", "- one\n- two", "## Part", "> said", "```python\nx = 1\n```", "| a | b |\n|---|---|\n| 1 | 2 |",
    "**b** `c`",
]  # fmt: skip
texts = st.lists(st.sampled_from(TEXTS), min_size=1, max_size=4).map("\n\n".join)
notebooks = st.lists(
    st.one_of(codes.map(lambda code: ("code", code)), texts.map(lambda text: ("markdown", text))), max_size=6
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(notebooks, st.sampled_from(["drop", "keep"]))
def test_notebook_to_lesson_to_notebook_keeps_cells_and_outputs_policy(
    app: Flask, cells: list[tuple[str, str]], outputs: Any
) -> None:
    shown = new_output("stream", text="seen before\n")
    made = [new_markdown_cell("# Title", id="title")]
    for number, (kind, source) in enumerate(cells):
        if kind == "code":
            made.append(new_code_cell(source, id=f"cell-{number}", outputs=[shown]))
        else:
            made.append(new_markdown_cell(source, id=f"text-{number}"))
    content = nbformat.writes(new_notebook(cells=made)).encode()
    with app.test_request_context():
        plan = read_import(content, "n.ipynb", taken=[], outputs=outputs, read_picture=read_picture)
        course = read_back(plan)
        lesson = course.lessons[0]
        again = nbformat.reads(lesson_notebook(lesson, plan.files).decode(), as_version=4)
    wanted = [
        (f"cell-{at}", source.rstrip("\n")) for at, (kind, source) in enumerate(cells) if kind == "code"
    ]
    assert [(cell.id, cell.source) for cell in again.cells if cell.cell_type == "code"] == wanted
    assert all(not cell.outputs for cell in again.cells if cell.cell_type == "code")
    kept = "\n".join(cell.source for cell in again.cells if cell.cell_type == "markdown").count("seen before")
    assert kept == (len(wanted) if outputs == "keep" else 0)
    with app.test_request_context():
        twice = read_import(nbformat.writes(again).encode(), "n.ipynb", taken=[], read_picture=read_picture)
    assert twice.files["01-title/lesson.md"] == plan.files["01-title/lesson.md"]


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("name", SHIPPED)
def test_pages_to_read_offline(name: str, lang: str, shipped: dict[str, Course], app: Flask) -> None:
    course = shipped[name]
    if lang not in course.languages:
        lang = course.language
    with app.test_request_context():
        site = {
            path.partition("/")[2]: text
            for path, text in read_zip(
                course_site(course, lang, files_of(course), "https://school.example")
            ).items()
        }
    assert {"index.html", *(f"{lesson.slug}.html" for lesson in course.lessons)} <= site.keys()
    hidden = secrets_of(course)
    assert hidden or not list(course.exercises)
    ids = {
        path: set(re.findall(r'id="([^"]*)"', text.decode()))
        for path, text in site.items()
        if path.endswith(".html")
    }
    for path, content in site.items():
        if not path.endswith(".html"):
            continue
        page = content.decode()
        assert f'<html lang="{lang}" dir="{"rtl" if lang == "ar" else "ltr"}">' in page
        assert "<script" not in page
        assert "url(" not in page
        assert page.count("<h1") == page.count("<main") == 1
        assert len(re.findall(r'id="([^"]*)"', page)) == len(ids[path]), "an id is there twice"
        assert not [
            image for image in re.findall(r"<img[^>]*>", page) if not re.search(r'alt="[^"]+"', image)
        ]
        for address in ATTRIBUTE.findall(page):
            if address.startswith(("https://", "http://", "mailto:")):
                assert f'src="{address}"' not in page, "nothing is fetched from elsewhere"
                continue
            file, _, place = address.partition("#")
            assert (file or path) in site, address
            if place and (file or path).endswith(".html"):
                assert place in ids[file or path], address
        plain = unescape(re.sub(r"<[^>]*>", "", page))
        assert not [line for line in hidden if line in plain]
