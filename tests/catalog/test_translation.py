"""Extraction keeps what translators wrote, marks what is stale, and counts honestly."""

from __future__ import annotations

from pathlib import Path

import polib
from click.testing import CliRunner

from lms.catalog.cli import courses
from lms.catalog.extract import extract
from lms.catalog.parse import read_course
from lms.catalog.translation import (
    count,
    needs_translation,
    po_path,
    read_catalogue,
    units_by_part,
    units_of_course,
)
from tests.catalog.builder import CourseBuilder


def po_of(builder: CourseBuilder) -> polib.POFile:
    return polib.pofile(str(builder.path / "translations/ar.po"))


def entry_of(po: polib.POFile, msgid: str) -> polib.POEntry:
    entry = po.find(msgid, include_obsolete_entries=True)
    assert entry is not None, msgid
    return entry


def translate(builder: CourseBuilder, msgid: str, msgstr: str, comment: str = "") -> None:
    po = po_of(builder)
    entry = entry_of(po, msgid)
    entry.msgstr, entry.tcomment = msgstr, comment
    po.save()


def test_every_text_has_a_place(builder: CourseBuilder) -> None:
    units = {unit.msgid: str(unit.place) for unit in units_of_course(read_course(builder.path))}

    assert units["Small course"] == "course.toml:2"
    assert units["A name that holds a value."] == "glossary.toml:3"
    assert units["The start"] == "01-start/lesson.md:1"
    assert units["It adds."] == "01-start/lesson.md:22"
    assert units["Yes, it adds."] == "01-start/lesson.md:23"
    assert units["Take your time."] == "01-start/lesson.md:30"
    assert units["Write `double`."] == "01-start/double/statement.md:1"
    assert units["Doubling 3 gives 6"] == "01-start/double/exercise.toml:4"
    assert units["Multiply by 2."] == "01-start/double/exercise.toml:8"
    assert units["Multiply, do not add."] == "01-start/double/exercise.toml:24"
    assert "Python" not in units  # a skill's label is a name in ESCO


def test_what_a_person_looks_at_is_translated_line_by_line(builder: CourseBuilder) -> None:
    criteria = '[review]\ncriteria = [\n  "Names are clear.",\n  "The program is short.",\n]\n\n[[checks]]'
    builder.replace("01-start/double/exercise.toml", "[[checks]]", criteria)
    units = {unit.msgid: str(unit.place) for unit in units_of_course(read_course(builder.path))}
    assert units["Names are clear."] == "01-start/double/exercise.toml:5"
    assert units["The program is short."] == "01-start/double/exercise.toml:6"


def test_code_and_numbers_need_no_translation() -> None:
    assert not needs_translation("`print(x)` 42")
    assert not needs_translation("https://example.org/a")
    assert needs_translation("`print` shows")


def test_extracting_twice_changes_nothing(builder: CourseBuilder) -> None:
    before = builder.read("translations/ar.po")
    result = extract(read_course(builder.path), "ar")
    assert builder.read("translations/ar.po") == before
    assert (result.new, result.changed, result.removed) == (0, 0, 0)


def test_a_changed_text_is_stale_and_keeps_its_translation(builder: CourseBuilder) -> None:
    translate(builder, "Well done.", "أحسنت", "draft")
    builder.replace("02-end/lesson.md", "Well done.", "Very well done.")

    result = extract(read_course(builder.path), "ar")

    entry = entry_of(po_of(builder), "Very well done.")
    assert (result.changed, result.removed) == (1, 0)
    assert entry.fuzzy
    assert (entry.msgstr, entry.previous_msgid, entry.tcomment) == ("أحسنت", "Well done.", "draft")
    assert po_of(builder).find("Well done.", include_obsolete_entries=True) is None


def test_a_removed_text_is_kept_as_obsolete_and_comes_back(builder: CourseBuilder) -> None:
    translate(builder, "Well done.", "أحسنت")
    builder.write("02-end/lesson.md", "# The end\n")
    extract(read_course(builder.path), "ar")
    assert entry_of(po_of(builder), "Well done.").obsolete

    builder.write("02-end/lesson.md", "# The end\n\nWell done.\n")
    extract(read_course(builder.path), "ar")
    entry = entry_of(po_of(builder), "Well done.")
    assert not entry.obsolete
    assert entry.msgstr == "أحسنت"


def test_progress_counts_drafts_and_stale_apart(builder: CourseBuilder) -> None:
    translate(builder, "The end", "النهاية", "draft")
    translate(builder, "Well done.", "أحسنت")
    source = read_course(builder.path)
    catalogue = read_catalogue(po_path(builder.path, "ar"), "ar")
    units = dict(units_by_part(source))["02-end"]

    progress = count(units, catalogue)

    assert (progress.total, progress.reviewed, progress.draft, progress.stale, progress.percent) == (
        2,
        1,
        1,
        0,
        100,
    )

    builder.replace("02-end/lesson.md", "Well done.", "Well done!")
    source = read_course(builder.path)
    extract(source, "ar")
    progress = count(dict(units_by_part(source))["02-end"], read_catalogue(po_path(builder.path, "ar"), "ar"))
    assert (progress.reviewed, progress.stale, progress.missing, progress.percent) == (0, 1, 0, 50)


def test_a_file_that_is_not_there_is_an_empty_catalogue(tmp_path: Path) -> None:
    assert read_catalogue(tmp_path / "ar.po", "ar").entries == {}


def test_commands(builder: CourseBuilder) -> None:
    runner = CliRunner()
    path = str(builder.path)

    checked = runner.invoke(courses, ["check", path])
    assert (checked.exit_code, checked.output) == (0, "No faults.\n")
    extracted = runner.invoke(courses, ["extract", path])
    assert "0 new, 0 changed, 0 removed" in extracted.output
    status = runner.invoke(courses, ["status", path])
    assert "02-end" in status.output
    assert "2 missing" in status.output

    builder.replace("course.toml", "hours = 2", "hors = 2")
    checked = runner.invoke(courses, ["check", path])
    assert checked.exit_code == 1
    assert f"{path}/course.toml:7: `hors` is not a known key." in checked.output
    assert "Did you mean `hours`?" in checked.output
