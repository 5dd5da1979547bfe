"""What importers bring, and what they say of the rest."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import nbformat
import pytest
from flask import Flask
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from lms.authoring.archive import BadPackage
from lms.authoring.importing.plan import ImportPlan
from lms.authoring.importing.reading import faults_of, read_import
from lms.authoring.package import pack
from lms.authoring.starting import starting_files
from tests.authoring.imports import MATERIAL, import_material, read_picture, zipped


@pytest.fixture(autouse=True)
def _words(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def imported(cells: list[Any], **more: Any) -> ImportPlan:
    """The plan of a notebook with these cells."""
    notebook = new_notebook(cells=cells, metadata=more.pop("metadata", {}))
    return read_import(
        nbformat.writes(notebook).encode(), "week 1.ipynb", taken=[], read_picture=read_picture, **more
    )


def lesson_of(plan: ImportPlan) -> str:
    (path,) = [path for path in plan.files if path.endswith("/lesson.md")]
    return plan.files[path].decode()


def reasons(plan: ImportPlan) -> str:
    return "\n".join(f"{left.what}: {left.why}" for left in plan.left_out)


def course_with(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """A whole course with these lessons."""
    course = starting_files(
        title="New", summary="New.", level="beginner", language="en", hours=1, licence="CC-BY-4.0", lesson="x"
    )
    return {"course.toml": course["course.toml"], **files}


def only_expected_faults(plan: ImportPlan) -> list[str]:
    """Faults of the course that comes, without those that an author must mend by nature."""
    expected = ("Wrong samples are missing.", "The tests have not been recorded.")
    return [
        str(fault) for fault in faults_of(course_with(plan.files), "new") if fault.message not in expected
    ]


def test_a_notebook_becomes_a_lesson() -> None:
    plan = imported(
        [
            new_markdown_cell("# Loops\n\nA <b>loop</b> repeats. See [the web](https://example.org), [a file](x.csv)."),
            new_code_cell("for i in range(3):\n    print(i)", id="count", outputs=[new_output("stream", text="0\n1")]),
            new_markdown_cell("# More\n\n<script>alert(1)</script>Text"),
            new_code_cell("%matplotlib inline\nx = 5 % 3"),
        ]
    )  # fmt: skip
    lesson = lesson_of(plan)
    assert lesson.startswith("# Loops\n\nA **loop** repeats. See [the web](https://example.org), a file.\n")
    assert "```{code-cell} python\n:id: count\nfor i in range(3):\n    print(i)\n```" in lesson
    assert "## More" in lesson
    assert "alert" not in lesson
    assert "matplotlib" not in lesson
    assert "0\n1" not in lesson
    assert "Outputs do not come" in reasons(plan)
    assert "“%matplotlib inline” is only for notebooks" in reasons(plan)
    assert only_expected_faults(plan) == []


def test_outputs_can_be_kept_as_text() -> None:
    plan = imported(
        [
            new_code_cell(
                "print(1)",
                outputs=[
                    new_output("stream", text="\x1b[31m1\x1b[0m\n"),
                    new_output("error", ename="ValueError", evalue="no", traceback=["secret path"]),
                    new_output("display_data", data={"application/vnd.jupyter.widget-view+json": {}}),
                    new_output("display_data", data={"text/html": "<b>x</b>"}),
                ],
            )
        ],
        outputs="keep",
    )
    lesson = lesson_of(plan)
    assert "```text\n1\n```" in lesson
    assert "ValueError: no" in lesson
    assert "secret path" not in lesson
    assert "<b>" not in lesson
    assert "Widgets cannot run here" in reasons(plan)


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        (new_code_cell("%%bash\nls"), "“%%bash” cannot run in a lesson"),
        (new_code_cell("import ipywidgets\nipywidgets.IntSlider()"), "Widgets and other tools of notebooks"),
        (new_raw_cell("\\section{x}"), "Raw cells do not come"),
        (new_markdown_cell("![plot](plot.png)"), "This picture did not come along"),
        (new_markdown_cell("$x^2$"), "Formulas come as they are written"),
        (new_markdown_cell("```{mermaid}\nA --> B\n```"), "“mermaid” is not known here"),
        (new_markdown_cell("<iframe src='https://x'></iframe>"), "Scripts, styles, videos and forms"),
        (new_code_cell("x = 1 \u202e"), "Marks that turn the direction of code"),
    ],
)  # fmt: skip
def test_what_cannot_come_is_told(cell: Any, why: str) -> None:
    plan = imported([new_markdown_cell("# T"), cell])
    assert why in reasons(plan)
    assert only_expected_faults(plan) == []


def test_code_of_another_language_comes_as_text() -> None:
    plan = imported(
        [new_code_cell("x <- 1")],
        metadata={"kernelspec": {"name": "ir", "language": "R", "display_name": "R"}},
    )
    assert "```r\nx <- 1\n```" in lesson_of(plan)
    assert "Code in “r” cannot run here" in reasons(plan)


def test_blocks_of_ours_in_a_text_do_not_become_exercises() -> None:
    plan = imported([new_markdown_cell("# T\n\n```{exercise} evil\n```\n\n:::{code-cell} python\n1\n:::")])
    assert "{exercise}" not in lesson_of(plan)
    assert "{code-cell}" not in lesson_of(plan)
    assert only_expected_faults(plan) == []


def test_pictures_without_words_are_asked_for() -> None:
    plan = import_material("market.ipynb")
    assert [asked.picture for asked in plan.pictures] == ["01-the-market/images/stall.png"]
    assert plan.files["01-the-market/images/stall.png"].startswith(b"\x89PNG")
    assert "has no text" in "".join(only_expected_faults(plan))


def test_an_nbgrader_assignment_becomes_exercises() -> None:
    plan = import_material("market.ipynb")
    assert plan.kind == "nbgrader"
    folder = "01-the-market"
    exercises = sorted(path.split("/")[1] for path in plan.files if path.endswith("exercise.toml"))
    assert exercises == ["greet", "with-tax"]
    solution = plan.files[f"{folder}/with-tax/solution.py"].decode()
    starter = plan.files[f"{folder}/with-tax/starter.py"].decode()
    tests = plan.files[f"{folder}/with-tax/tests/test_solution.py"].decode()
    assert "below zero" in solution
    assert "def bill(receipt):" in starter
    for secret in ("BEGIN SOLUTION", "below zero", "self.things", "sum("):
        assert secret not in starter
    assert "def rounded(amount):" in starter
    assert "%matplotlib" not in solution
    assert "from solution import Receipt, bill, with_tax" in tests
    assert "import math" in tests
    assert "@pytest.mark.hidden\n@pytest.mark.points(2)\ndef test_with_tax_hidden():" in tests
    assert "HIDDEN TESTS" not in tests
    assert 'text = """tea: 3\nrice: 5"""' in tests
    toml = plan.files[f"{folder}/with-tax/exercise.toml"].decode()
    assert 'title = "Price with tax"' in toml
    assert "Explain in your own words" in toml
    told = reasons(plan)
    for sentence in (
        "the two became one exercise",
        "uses “shout”",
        "There are no tests for this answer",
        "%%bash",
    ):
        assert sentence in told
    assert [fault for fault in only_expected_faults(plan) if "has no text" not in fault] == []


def test_students_version_of_an_assignment_is_refused_in_words() -> None:
    cells = [
        new_code_cell(
            "# YOUR CODE HERE\nraise NotImplementedError()",
            metadata={"nbgrader": {"solution": True, "grade": False}},
        ),
        new_code_cell(
            "assert f(1) == 2", metadata={"nbgrader": {"solution": False, "grade": True, "points": 1}}
        ),
    ]
    assert "Take the instructor's version" in reasons(imported(cells))


def test_an_exercism_track_comes_whole() -> None:
    plan = import_material("track")
    assert plan.kind == "exercism"
    order = [path for path in plan.files if path.endswith("/lesson.md")]
    assert sorted(order) == ["01-strings/lesson.md", "02-loops/lesson.md", "03-practice-hard/lesson.md"]
    first = plan.files["01-strings/lesson.md"].decode()
    assert first.index("{exercise} tea-labels") < first.index("{exercise} leap-day")
    assert "~~~~{note}" in first
    assert "[docs]: https://" in first
    assert "{exercise} word-tally" in plan.files["02-loops/lesson.md"].decode()
    for test in MATERIAL.glob("track/exercises/*/*/*_test.py"):
        found = [content for path, content in plan.files.items() if path.endswith(f"/tests/{test.name}")]
        assert found == [test.read_bytes()], test.name
    toml = plan.files["01-strings/tea-labels/exercise.toml"].decode()
    assert 'files = ["tea_labels.py"]' in toml
    statement = plan.files["01-strings/tea-labels/statement.md"].decode()
    assert "## Hints" in statement
    assert "# Instructions" not in statement
    assert "![](../images/seats.png)" in plan.files["02-loops/bus-seats/statement.md"].decode()
    told = reasons(plan)
    assert "Old One: The track calls this exercise out of date." in told
    assert "Not There: The track lists this exercise, but its folder is not there." in told
    assert "Parcel Robot (difficulty 7)" in "".join(plan.coming)
    assert [fault for fault in only_expected_faults(plan) if "has no text" not in fault] == []


def test_a_track_of_another_language() -> None:
    config = json.dumps({"slug": "rust", "language": "Rust", "exercises": {"practice": [], "concept": []}})
    plan = read_import(
        zipped({"t/config.json": config.encode()}), "t.zip", taken=[], read_picture=read_picture
    )
    assert "Exercises in “rust” cannot be graded here" in reasons(plan)
    assert not plan.files


FOLDERS = {
    "week/double/statement.md": b"# Twice\n\nWrite `double`.",
    "week/double/solution.py": b"def double(n):\n    '''Twice n.'''\n    return n * 2\n",
    "week/double/test_double.py": b"from double import double\n\n\ndef test_two():\n    assert double(2) == 4\n",
    "week/double/wrong/same.py": b"def double(n):\n    return n\n",
    "week/double/notes.txt": b"x",
    "week/shapes/README.md": b"# Shapes",
    "week/shapes/solution/circle.py": b"class Circle:\n    def area(self):\n        return 1\n",
    "week/shapes/starter/circle.py": b"class Circle:\n    pass\n",
    "week/shapes/tests/test_circle.py": b"from circle import Circle\n\n\ndef test_it():\n    assert Circle().area()\n",
    "week/java/README.md": b"# Java",
    "week/java/Main.java": b"class Main {}",
    "week/untested/README.md": b"# Untested",
    "week/untested/solution.py": b"x = 1\n",
    "__MACOSX/week/._x": b"",
}


def test_plain_folders() -> None:
    plan = read_import(zipped(FOLDERS), "week.zip", taken=["01-old"], read_picture=read_picture)
    assert plan.kind == "folders"
    assert 'files = ["double.py"]' in plan.files["02-week/double/exercise.toml"].decode()
    assert plan.files["02-week/double/starter.py"] == b'def double(n):\n    """Twice n."""\n    pass\n'
    assert plan.files["02-week/double/tests/test_double.py"] == FOLDERS["week/double/test_double.py"]
    assert plan.files["02-week/shapes/starter.py"] == b"class Circle:\n    pass\n"
    assert "week/double/wrong" not in reasons(plan)
    told = reasons(plan)
    assert "week/double/notes.txt: This file belongs to no part" in told
    assert "week/java: It is in Java" in told
    assert "week/untested: It has no tests" in told
    assert "week/double: It has no starter. One was made" in told
    assert all("hint" in fault for fault in only_expected_faults(plan)), only_expected_faults(plan)


def test_a_package_into_another_course_brings_its_lessons() -> None:
    files = course_with(
        {"01-a/lesson.md": b"# A\n\nSee [B](../02-b).\n", "02-b/lesson.md": b"# B\n\nText.\n"}
    )
    package = pack("small", files)
    assert read_import(package, "x.zip", taken=[], read_picture=read_picture).files == files
    plan = read_import(package, "x.zip", taken=["01-a"], into="other", read_picture=read_picture)
    assert sorted(plan.files) == ["02-a/lesson.md", "03-b/lesson.md"]
    assert b"(../03-b)" in plan.files["02-a/lesson.md"]
    assert (
        read_import(package, "x.zip", taken=["01-a"], into="small", read_picture=read_picture).files == files
    )


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"{}", b'{"nbformat": 4}', b"[" * 100_000, b'{"nbformat": 4, "cells": [1]}']
)
def test_what_is_nothing_known(data: bytes) -> None:
    with pytest.raises(BadPackage, match="neither a zip file nor"):
        read_import(data, "x.bin", taken=[], read_picture=read_picture)
