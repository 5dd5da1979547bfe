"""An exercise's folder as a sheet and back: what is written is what was typed, and what it does not know stays."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from lms.authoring.coursefile import Unreadable
from lms.authoring.exercise_files import (
    COMPARISONS,
    OUTCOMES,
    CheckRow,
    Sample,
    Sheet,
    StepRow,
    TestFile,
    changes_of,
    read_sheet,
)
from lms.authoring.exercise_form import bad_names, change_by_button, form_of, read_form, with_kernel
from lms.catalog.parse import read_exercise

COURSES = Path(__file__).parents[2] / "courses"
SHIPPED = sorted(COURSES.glob("*/*/*/exercise.toml"))

# Whatever somebody may type into a line, and into a larger field.
CHARACTERS = st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"])
LINE = st.text(CHARACTERS, min_size=1, max_size=12)
TEXT = st.text(st.one_of(CHARACTERS, st.sampled_from(" \n\"'\\#[]")), max_size=30)
CODE = TEXT.map(lambda text: f"x = 1 # {text.strip()}\n")
MAYBE = st.one_of(st.just(""), LINE)
NUMBER = st.sampled_from(["", "0.001", "2", "1e-05"])
NAMES = st.lists(st.from_regex(r"[a-z]{1,6}", fullmatch=True), unique=True, max_size=3)


def steps() -> st.SearchStrategy[StepRow]:
    prints = st.one_of(st.none(), TEXT)
    return st.one_of(
        st.builds(StepRow, do=st.just("new"), name=MAYBE, call=MAYBE, raises=MAYBE, prints=prints),
        st.builds(
            StepRow, do=st.just("call"), name=MAYBE, on=MAYBE, call=MAYBE, returns=MAYBE, raises=MAYBE,
            prints=prints, tolerance=NUMBER,
        ),
        st.builds(StepRow, do=st.just("get"), on=MAYBE, attribute=MAYBE, equals=MAYBE, tolerance=NUMBER),
    )  # fmt: skip


def checks() -> st.SearchStrategy[CheckRow]:
    shared = {"name": LINE, "hidden": st.booleans(), "hint": MAYBE, "stdin": TEXT}
    return st.one_of(
        st.builds(
            CheckRow, kind=st.just("call"), call=MAYBE, returns=MAYBE, raises=MAYBE,
            prints=st.one_of(st.none(), TEXT), tolerance=NUMBER, **shared,
        ),
        st.builds(
            CheckRow, kind=st.just("program"), stdout=TEXT, compare=st.sampled_from(COMPARISONS), **shared
        ),
        st.builds(
            CheckRow, kind=st.just("variable"), variable=MAYBE, equals=MAYBE, tolerance=NUMBER, **shared
        ),
        st.builds(CheckRow, kind=st.just("script"), steps=st.lists(steps(), max_size=3), **shared),
    )  # fmt: skip


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    kernel = draw(st.sampled_from(["python", "javascript"]))
    ending = {"python": "py", "javascript": "js"}[kernel]
    files = [f"{name}.{ending}" for name in draw(NAMES)] or [f"solution.{ending}"]
    program = st.lists(CODE, min_size=len(files), max_size=len(files))
    ordinary = draw(st.booleans())
    tests = [TestFile(f"test_{name}.py", draw(CODE)) for name in sorted(draw(NAMES))] or [
        TestFile("test_solution.py", draw(CODE))
    ]
    sample = st.builds(
        Sample, texts=program, hint=LINE, value=MAYBE, error=MAYBE, printed=TEXT, rule=MAYBE, missing=MAYBE,
        check=st.sampled_from(["", "1", "12", "first"]), outcome=st.sampled_from(["", *OUTCOMES]),
    )  # fmt: skip
    samples = []
    for name in draw(NAMES):
        samples.append(draw(sample))
        samples[-1].name = name
    review = draw(st.booleans())
    lines = st.lists(LINE, max_size=3)
    return Sheet(
        title=draw(LINE),
        kernel=kernel,
        files=files,
        statement=draw(TEXT.map(lambda text: text and text + "\n")),
        starter=draw(program),
        solution=draw(program),
        samples=samples,
        ordinary=ordinary,
        checks=[] if ordinary else draw(st.lists(checks(), max_size=4)),
        tests=tests if ordinary else [],
        hidden=draw(lines) if ordinary else [],
        data=draw(lines) if ordinary else [],
        reference=ordinary and draw(st.booleans()),
        must_use=draw(lines),
        must_not_use=draw(lines),
        review=review,
        criteria=draw(lines) if review else [],
    )


def after(sheet: Sheet, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The folder once the sheet is saved."""
    both: dict[str, bytes | None] = {**files, **changes_of(sheet, files)}
    return {path: content for path, content in both.items() if content is not None}


def folder_of(path: Path) -> dict[str, bytes]:
    return {
        file.relative_to(path).as_posix(): file.read_bytes()
        for file in path.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }


@given(sheets())
@settings(max_examples=50, deadline=None)
def test_what_is_written_is_read_again(sheet: Sheet) -> None:
    files = after(sheet, {})
    assert read_sheet(files) == sheet
    assert changes_of(sheet, files) == {}


@given(sheets(), sheets())
@settings(max_examples=50, deadline=None)
def test_one_exercise_becomes_another(one: Sheet, other: Sheet) -> None:
    start = after(one, {})
    start["exercise.toml"] = b"# Somebody's note.\n" + start["exercise.toml"]
    files = after(other, start)
    found = read_sheet(files)
    assert [sorted(s.name for s in found.samples), found.checks, found.tests, found.files] == [
        sorted(s.name for s in other.samples), other.checks, other.tests, other.files,
    ]  # fmt: skip
    assert files["exercise.toml"].startswith(b"# Somebody's note.\n")


@given(sheets())
@settings(max_examples=50, deadline=None)
def test_a_form_is_what_it_was_made_from(sheet: Sheet) -> None:
    assert read_form(MultiDict(form_of(sheet))) == sheet
    assert not bad_names(sheet)


@pytest.mark.parametrize("path", SHIPPED[::5], ids=lambda path: path.parent.name)
def test_a_shipped_exercise_is_left_alone_and_changes_only_where_it_is_changed(path: Path) -> None:
    files = folder_of(path.parent)
    sheet = read_form(MultiDict(form_of(read_sheet(files))))
    assert changes_of(sheet, files) == {}
    sheet.title = "Another title"
    changed = changes_of(sheet, files)
    assert list(changed) == ["exercise.toml"]
    new, old = (changed["exercise.toml"] or b"").splitlines(), files["exercise.toml"].splitlines()
    differing = [(one, other) for one, other in zip(new, old, strict=True) if one != other]
    assert [one for one, _ in differing] == [b'title = "Another title"']


def test_the_parser_reads_the_same_exercise(tmp_path: Path) -> None:
    """A shipped exercise, written from nothing, is the exercise that it was."""
    for path in SHIPPED[::3]:
        files = folder_of(path.parent)
        fresh = after(read_sheet(files), {})
        if "suite.lock" in files:
            fresh["suite.lock"] = files["suite.lock"]
        with tempfile.TemporaryDirectory(dir=tmp_path) as root:
            folder = Path(root) / path.parent.parent.parent.name / path.parent.parent.name / path.parent.name
            for name, content in fresh.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(content)
            was, faults = read_exercise(path.parent)
            now, new_faults = read_exercise(folder)
        assert (now, new_faults) == (was, faults)
        assert now is not None


HAND_WRITTEN = b"""# Written by hand.
title = "Twice"   # short

[rules]
must_not_use = [
  "call:sum",  # too easy
]
# What comes first.
[[checks]]
name = "One"
kind = "call"
hidden = false
call = "f(1)"
returns = "2"  # why two

[[checks]]
kind = "program"
name = "Two"
stdout = "Hello\\n"
new_key = 3
"""
FILES = {
    "exercise.toml": HAND_WRITTEN,
    "statement.md": b"Double it.\r\n",
    "starter.py": b"x",
    "solution.py": b"y = 1\n",
    "wrong/thrice.py": b"z = 1\n",
    "notes.txt": b"\xff",
}


def test_a_file_written_by_hand_keeps_its_comments_its_order_and_what_nobody_knows() -> None:
    sheet = read_sheet(FILES)
    assert changes_of(sheet, FILES) == {}
    sheet.checks.reverse()
    sheet.checks[1].returns = "4"
    sheet.review, sheet.criteria = True, ["Short."]
    text = (changes_of(sheet, FILES)["exercise.toml"] or b"").decode()
    for kept in ("# Written by hand.", "# short", "# too easy", "new_key = 3", "hidden = false"):
        assert kept in text, text
    assert text.index("Two") < text.index("One")
    assert 'returns = "4"' in text
    assert 'criteria = ["Short."]' in text
    assert "\n\n\n" not in text


def test_a_file_in_an_odd_form_is_written_anew_and_right() -> None:
    files = {
        **FILES,
        "exercise.toml": b'title = "A"\nchecks = [{name = "a", kind = "call", call = "f(1)"}]\n',
    }
    sheet = read_sheet(files)
    sheet.checks.append(CheckRow("b", "program", stdout="x"))
    assert read_sheet(after(sheet, files)) == sheet


def test_a_broken_file_is_told() -> None:
    with pytest.raises(Unreadable):
        read_sheet({"exercise.toml": b"title = "})
    with pytest.raises(Unreadable):
        changes_of(Sheet(), {"exercise.toml": b"\xff"})


def test_checks_take_the_place_of_tests_and_their_record() -> None:
    files = {
        "exercise.toml": b'title = "A"\n[suite]\nhidden = ["*"]\n',
        "tests/test_a.py": b"a = 1\n",
        "tests/data.bin": b"\xff",
        "suite.lock": b"{}",
        "solution.py": b"x = 1\n",
    }
    sheet = read_sheet(files)
    assert (sheet.ordinary, sheet.hidden, [test.name for test in sheet.tests]) == (True, ["*"], ["test_a.py"])
    sheet.ordinary, sheet.checks = False, [CheckRow("a", "call", call="f(1)", returns="1")]
    changes = changes_of(sheet, files)
    assert {path for path, content in changes.items() if content is None} == {
        "tests/test_a.py", "tests/data.bin", "suite.lock",
    }  # fmt: skip
    assert b"suite" not in (changes["exercise.toml"] or b"")


def test_another_language_takes_its_files_along() -> None:
    sheet = read_sheet(FILES)
    sheet.kernel = "javascript"
    sheet = with_kernel(sheet)
    changes = changes_of(sheet, FILES)
    assert (changes["solution.py"], changes["solution.js"]) == (None, b"y = 1\n")
    assert (changes["wrong/thrice.py"], changes["wrong/thrice.js"]) == (None, b"z = 1\n")
    assert "notes.txt" not in changes


def test_buttons_add_move_and_take_away() -> None:
    sheet = Sheet(checks=[CheckRow("a"), CheckRow("b")])
    change_by_button(sheet, "check.up.1")
    assert [check.name for check in sheet.checks] == ["b", "a"]
    change_by_button(sheet, "check.down.1")
    change_by_button(sheet, "check.add.script")
    change_by_button(sheet, "step.add.2.new")
    change_by_button(sheet, "step.add.2.get")
    change_by_button(sheet, "step.up.2.1")
    assert [step.do for step in sheet.checks[2].steps] == ["get", "new"]
    change_by_button(sheet, "check.remove.0")
    assert [check.name for check in sheet.checks] == ["a", ""]
    change_by_button(sheet, "sample.add")
    change_by_button(sheet, "file.add")
    assert (sheet.files, len(sheet.starter), len(sheet.samples[0].texts)) == (
        ["solution.py", "part_2.py"],
        2,
        2,
    )
    change_by_button(sheet, "file.remove.1")
    assert (sheet.files, len(sheet.solution), len(sheet.samples[0].texts)) == (["solution.py"], 1, 1)
    change_by_button(sheet, "test.add")
    assert sheet.tests[0].name == "test_1.py"


@pytest.mark.parametrize(
    "button",
    ["", "check", "check.up", "check.up.9", "step.add.9", "file.remove.0", "x.y.z", "check.remove.-1"],
)
def test_buttons_that_are_not_there_do_nothing(button: str) -> None:
    sheet = Sheet(checks=[CheckRow("a")])
    change_by_button(sheet, button)
    assert sheet == Sheet(checks=[CheckRow("a")])


def test_names_that_no_file_can_have_are_found() -> None:
    sheet = Sheet(
        files=["solution.py", "../x.py", "solution.py"],
        samples=[Sample("Bad name"), Sample("good-name")],
        ordinary=True,
        tests=[TestFile("a/../b.py"), TestFile("test_a.py"), TestFile("test_a.py")],
    )
    assert bad_names(sheet) == {"file-1.name", "file-2.name", "sample-0.name", "test-0.name", "test-2.name"}
