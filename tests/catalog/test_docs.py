"""docs/course-format.md is true: its examples make a course without faults, and it names every key."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lms.catalog.check import static_check
from lms.catalog.extract import extract
from lms.catalog.markdown import ADMONITIONS, ROLES
from lms.catalog.parse import read_course
from lms.catalog.quiz import KINDS
from lms.catalog.tomlfile import SCHEMAS
from lms.core.config import ROOT

DOC = (ROOT / "docs" / "course-format.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(
    r"^The file `(?P<path>[^`]+)`:\n\n(?P<fence>`{3,})\w*\n(?P<text>.*?)^(?P=fence)$", re.M | re.S
)


def names(schema: Any) -> Iterator[str]:
    """Every key and every allowed word of a schema."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        yield from (word for word in schema.get("enum", []) if isinstance(word, str))
        for value in schema.values():
            yield from names(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from names(value)


def test_the_examples_are_a_course_without_faults(tmp_path: Path) -> None:
    folder = tmp_path / "small-steps"
    for example in EXAMPLE.finditer(DOC):
        file = folder / example["path"]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(example["text"], encoding="utf-8")
    (folder / "01-functions/images").mkdir()
    (folder / "01-functions/images/machine.svg").write_text("<svg/>", encoding="utf-8")
    account = folder / "01-functions/account"
    (account / "statement.md").write_text("Write it.\n", encoding="utf-8")
    (account / "wrong").mkdir()
    for program in ("starter", "solution", "wrong/sets-the-balance", "wrong/forgets-to-greet"):
        (account / f"{program}.py").write_text("limit = 100\n", encoding="utf-8")

    team = folder / "01-functions/team"
    (team / "statement.md").write_text("Write it.\n", encoding="utf-8")
    (team / "starter.py").write_text("", encoding="utf-8")
    (team / "wrong").mkdir()
    for sample in ("gives-the-list-away", "never-full"):
        (team / f"wrong/{sample}.py").write_text("", encoding="utf-8")

    basket = folder / "02-javascript/basket"
    (basket / "statement.md").write_text("Write it.\n", encoding="utf-8")
    (basket / "starter.js").write_text("", encoding="utf-8")
    (basket / "wrong").mkdir()
    for sample in ("forgets-to-refuse", "gives-nothing-back"):
        (basket / f"wrong/{sample}.js").write_text("", encoding="utf-8")

    source = read_course(folder)
    extract(source, "ar")

    assert static_check(folder) == []
    assert source.course is not None
    lesson = source.course.lessons[0]
    assert [quiz.kind for quiz in lesson.quizzes] == list(KINDS)
    for language in source.course.lessons:
        kinds = {check.kind for exercise in language.exercises for check in exercise.checks}
        assert kinds == {"call", "program", "script", "variable"}


@pytest.mark.parametrize("schema", ["course", "glossary", "exercise"])
def test_every_key_is_documented(schema: str) -> None:
    content = json.loads((SCHEMAS / f"{schema}.json").read_text(encoding="utf-8"))
    written = set(re.findall(r"[\w-]+", DOC))
    assert set(names(content)) - written == set()


def test_every_block_and_role_is_documented() -> None:
    for name in (*ADMONITIONS, *ROLES, "code-cell", "exercise", "figure", "quiz"):
        assert f"{{{name}}}" in DOC


def test_every_construct_is_documented() -> None:
    exercise = json.loads((SCHEMAS / "exercise.json").read_text(encoding="utf-8"))
    pattern = exercise["$defs"]["constructs"]["items"]["pattern"]
    words = re.sub(r"\(call\|method\).*", "", pattern.removeprefix("^(")).strip("|").split("|")
    assert len(words) == 20
    for word in words:
        assert f"`{word}`" in DOC
