"""Versions are content hashes, and a submission can pin one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.catalog.model import AskedReview, Course, Place
from lms.catalog.models import ExerciseVersion
from lms.catalog.parse import read_course, read_exercise
from lms.catalog.services import exercise_of_version, get_exercise, load_courses, remember_version
from lms.catalog.snapshot import exercise_from_json, exercise_to_json
from lms.core.db import db
from tests.catalog.builder import CourseBuilder


def versions(builder: CourseBuilder) -> tuple[str, str, str]:
    course = read_course(builder.path).course
    assert course is not None
    return course.version, course.lessons[0].version, course.lessons[0].exercises[0].version


@pytest.mark.parametrize(
    ("path", "changed"),
    [
        ("01-start/double/solution.py", (True, True, True)),
        ("01-start/double/statement.md", (True, True, True)),
        ("01-start/lesson.md", (True, True, False)),
        ("02-end/lesson.md", (True, False, False)),
        ("glossary.toml", (True, False, False)),
        ("translations/ar.po", (False, False, False)),
    ],
)
def test_a_version_changes_with_its_content(
    builder: CourseBuilder, path: str, changed: tuple[bool, bool, bool]
) -> None:
    before = versions(builder)
    assert versions(builder) == before
    builder.append(
        path, '\n["more"]\nterm = "x"\ndefinition = "y"\n' if path == "glossary.toml" else "\n# more\n"
    )
    after = versions(builder)
    assert tuple(a != b for a, b in zip(before, after, strict=True)) == changed


def test_a_snapshot_makes_the_same_exercise(course: Course) -> None:
    exercise = course.lessons[0].exercises[0]
    snapshot = json.loads(json.dumps(exercise_to_json(exercise)))
    assert exercise_from_json(snapshot) == replace(exercise, place=Place("", 1))


@pytest.mark.parametrize(
    ("lines", "asked"),
    [
        ("review = true", AskedReview()),
        ('[review]\ncriteria = ["Short names.", "Few lines."]', AskedReview(("Short names.", "Few lines."))),
    ],
)
def test_what_a_person_looks_at_is_part_of_the_version(
    builder: CourseBuilder, lines: str, asked: AskedReview
) -> None:
    before = versions(builder)
    builder.replace("01-start/double/exercise.toml", "[[checks]]", f"{lines}\n\n[[checks]]")
    assert all(a != b for a, b in zip(before, versions(builder), strict=True))
    exercise, faults = read_exercise(builder.path / "01-start/double")
    assert faults == []
    assert exercise is not None
    assert exercise.review == asked
    snapshot = json.loads(json.dumps(exercise_to_json(exercise)))
    assert exercise_from_json(snapshot) == replace(exercise, place=Place("", 1))


def test_remembering_a_version_twice_makes_one_row(app: Flask, course: Course) -> None:
    exercise = course.lessons[0].exercises[0]

    first = remember_version(exercise)
    second = remember_version(exercise)
    db.session.commit()

    assert first is second
    assert db.session.scalar(select(func.count()).select_from(ExerciseVersion)) == 1
    assert exercise_of_version(exercise.version) == replace(exercise, place=Place("", 1))
    assert exercise_of_version("0" * 64) is None


def test_one_exercise_can_be_read_alone(builder: CourseBuilder) -> None:
    exercise, faults = read_exercise(builder.path / "01-start/double")
    assert faults == []
    assert exercise is not None
    assert exercise.key == "small/01-start/double"


def test_courses_are_read_once_and_anew_on_demand(builder: CourseBuilder) -> None:
    folder = builder.path.parent
    assert list(load_courses(folder)) == ["small"]
    assert get_exercise(folder, "small/01-start/double") is not None
    assert get_exercise(folder, "small/01-start/../double") is None
    builder.replace("course.toml", "Small course", "Another small course")
    assert load_courses(folder)["small"].title == "Small course"
    assert load_courses(folder, reload=True)["small"].title == "Another small course"


def test_a_course_that_cannot_be_read_leaves_the_others_open(
    tmp_path: Path, builder: CourseBuilder, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "course.toml").write_text("format = ", encoding="utf-8")
    assert list(load_courses(tmp_path)) == ["small"]
    assert "course broken: course.toml:1" in caplog.text


def test_several_files(builder: CourseBuilder) -> None:
    folder = "01-start/double"
    builder.replace(f"{folder}/exercise.toml", 'title = "', 'files = ["main.py", "tools.py"]\ntitle = "')
    for name in ("starter", "solution"):
        builder.remove(f"{folder}/{name}.py")
    for name in ("starter", "solution", "wrong/both"):
        builder.write(f"{folder}/{name}/main.py", "import tools\n")
        builder.write(f"{folder}/{name}/tools.py", f"# {name}\n")
    exercise, _ = read_exercise(builder.path / folder)
    assert exercise is not None
    assert exercise.solution == {"main.py": "import tools\n", "tools.py": "# solution\n"}
    assert exercise.wrong["both"]["tools.py"] == "# wrong/both\n"
