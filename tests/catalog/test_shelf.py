"""Published courses over the shipped ones: what is served, and what stays when something is damaged."""

from __future__ import annotations

import logging
import os
import shutil
import threading
from pathlib import Path

import pytest

from lms.catalog import shelf as shelves
from lms.catalog.shelf import BadIndex, Shelf, lay_out_tree, read_index, write_index
from tests.catalog.builder import CourseBuilder
from tests.catalog.published import lay_out, serve

TITLE = 'title = "Small course"'


@pytest.fixture
def course(tmp_path: Path) -> CourseBuilder:
    """The course as its author has it."""
    return CourseBuilder(tmp_path / "draft")


@pytest.fixture
def published(tmp_path: Path) -> Path:
    return tmp_path / "published"


@pytest.fixture
def shelf(tmp_path: Path, published: Path) -> Shelf:
    """A shelf whose shipped courses are one small course."""
    CourseBuilder(tmp_path / "shipped").replace("course.toml", TITLE, 'title = "Shipped"')
    return Shelf(tmp_path / "shipped", published)


def title(shelf: Shelf, version: str | None = None) -> str | None:
    course = shelf.course("small", version)
    return course.title if course is not None else None


def retitle(course: CourseBuilder, old: str, new: str) -> None:
    course.replace("course.toml", f'title = "{old}"', f'title = "{new}"')


def test_a_published_course_is_served_instead_of_the_shipped_one(
    shelf: Shelf, course: CourseBuilder, published: Path
) -> None:
    assert title(shelf) == "Shipped"
    state = lay_out(published, course.path)
    assert title(shelf) == "Shipped", "files that no index names change nothing"
    serve(published, "small", state)
    assert title(shelf) == "Small course"


def test_a_version_stays_readable_and_gets_its_better_translations(
    shelf: Shelf, course: CourseBuilder, published: Path
) -> None:
    first, tree = lay_out(published, course.path)
    course.translate("ar", end='msgid "The end"\nmsgstr "النهاية"')
    same, better = lay_out(published, course.path)
    assert (first == same, tree == better) == (True, False)
    retitle(course, "Small course", "Second")
    second, newest = lay_out(published, course.path)
    serve(published, "small", (first, better), (second, newest))
    held = shelf.course("small", first)
    assert held is not None
    assert (held.title, title(shelf)) == ("Small course", "Second")
    assert (held.path / "translations" / "ar.po").is_file()


def test_the_shipped_version_is_read_by_a_class_that_is_held_at_it(
    shelf: Shelf, course: CourseBuilder, published: Path
) -> None:
    shipped = shelf.course("small")
    assert shipped is not None
    serve(published, "small", lay_out(published, course.path))
    assert (title(shelf, shipped.version), title(shelf)) == ("Shipped", "Small course")


def test_a_version_that_is_gone_gives_the_newest_and_is_told_once(
    shelf: Shelf, course: CourseBuilder, published: Path, caplog: pytest.LogCaptureFixture
) -> None:
    serve(published, "small", lay_out(published, course.path))
    with caplog.at_level(logging.WARNING):
        assert title(shelf, "0" * 64) == "Small course"
        assert title(shelf, "0" * 64) == "Small course"
    assert caplog.text.count("is not here") == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "nonsense",
        '{"small": 3}',
        '{"small": {"current": "x", "versions": {}}}',
        '{"small": {"current": "x", "versions": {"x": "../../etc"}}}',
        '{"../small": {"current": "' + "0" * 64 + '", "versions": {"' + "0" * 64 + '": "' + "0" * 64 + '"}}}',
        "[" * 100_000,
    ],
)
def test_a_damaged_index_leaves_what_was_served(
    shelf: Shelf, course: CourseBuilder, published: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    serve(published, "small", lay_out(published, course.path))
    assert title(shelf) == "Small course"
    (published / "index.json").write_text(text)
    with pytest.raises(BadIndex):
        read_index(published)
    assert title(shelf) == "Small course"
    assert "cannot be read" in caplog.text


def test_an_index_that_is_gone_leaves_what_was_served(
    shelf: Shelf, course: CourseBuilder, published: Path, caplog: pytest.LogCaptureFixture
) -> None:
    serve(published, "small", lay_out(published, course.path))
    assert title(shelf) == "Small course"
    (published / "index.json").unlink()
    assert title(shelf) == "Small course"
    assert "is gone" in caplog.text


@pytest.mark.parametrize("known", [True, False], ids=["last good one", "shipped one"])
def test_a_damaged_tree_leaves_what_was_served(
    shelf: Shelf, course: CourseBuilder, published: Path, known: bool, caplog: pytest.LogCaptureFixture
) -> None:
    first = lay_out(published, course.path)
    if known:
        serve(published, "small", first)
        assert title(shelf) == "Small course"
    retitle(course, "Small course", "Second")
    second = lay_out(published, course.path)
    shutil.rmtree(published / second[1] / "small" / "01-start")
    (published / second[1] / "small" / "course.toml").unlink()
    serve(published, "small", first, second)
    assert title(shelf) == ("Small course" if known else "Shipped")
    assert "cannot be read" in caplog.text


def test_asking_again_costs_one_look_at_the_index(
    shelf: Shelf, course: CourseBuilder, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(published, "small", lay_out(published, course.path))
    kept = shelf.course("small")
    monkeypatch.setattr(shelves, "read_course", lambda _path: pytest.fail("it was read again"))
    monkeypatch.setattr(shelves, "read_index", lambda _folder: pytest.fail("it was read again"))
    assert shelf.course("small") is kept


def test_while_one_reads_what_is_new_others_are_served_what_was(
    shelf: Shelf, course: CourseBuilder, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(published, "small", lay_out(published, course.path))
    assert title(shelf) == "Small course"
    retitle(course, "Small course", "Second")
    second = lay_out(published, course.path)
    begun, go_on, read = threading.Event(), threading.Event(), shelves.read_published

    def slow(folder: Path, slug: str, tree: str) -> object:
        begun.set()
        go_on.wait(10)
        return read(folder, slug, tree)

    monkeypatch.setattr(shelves, "read_published", slow)
    serve(published, "small", second)
    reader = threading.Thread(target=shelf.courses)
    reader.start()
    assert begun.wait(5)
    assert title(shelf) == "Small course"
    go_on.set()
    reader.join()
    assert title(shelf) == "Second"


def test_files_are_laid_out_whole_or_not_at_all(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    published.mkdir()
    tree = "a" * 64

    def killed(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", killed)
        with pytest.raises(KeyboardInterrupt):
            lay_out_tree(published, tree, "small", {"course.toml": b"x"})
    assert not (published / tree).exists()
    lay_out_tree(published, tree, "small", {"course.toml": b"x"})
    lay_out_tree(published, tree, "small", {"course.toml": b"x"})
    assert (published / tree / "small" / "course.toml").read_bytes() == b"x"


@pytest.mark.parametrize("name", ["../x", "/x", "a/../../x", ""])
def test_nothing_is_written_outside(published: Path, name: str) -> None:
    published.mkdir()
    with pytest.raises(ValueError, match="no file of a course"):
        lay_out_tree(published, "a" * 64, "small", {name: b"x"})
    assert not (published.parent / "x").exists()


def test_an_index_is_replaced_by_one_rename(
    published: Path, course: CourseBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(published, "small", lay_out(published, course.path))
    before = (published / "index.json").read_bytes()

    def killed(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            write_index(published, {})
    assert (published / "index.json").read_bytes() == before
    write_index(published, {})
    assert read_index(published) == {}
