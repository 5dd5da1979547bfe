"""A package is the same bytes for the same files, and nothing but a plain package is ever read."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.authoring.archive import read_zip
from lms.authoring.package import BadPackage, is_course_file, pack, unpack
from tests.authoring import hostile

COURSES = Path(__file__).resolve().parents[2] / "courses"

slugs = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,6}){0,2}", fullmatch=True).filter(
    lambda slug: (
        slug not in {"con", "prn", "aux", "nul", "images", "translations"} and slug[:3] not in {"com", "lpt"}
    )
)
contents = st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode), st.just(b"\0" * 100_000))
parts = st.sampled_from(
    ["lesson.md", "images/a.png", "images/b.svg", "greet/exercise.toml", "greet/statement.md", "greet/starter.py",
     "greet/solution.py", "greet/wrong/one.py", "greet/tests/test_solution.py", "greet/tests/data.csv",
     "greet/suite.lock"]
)  # fmt: skip
courses = st.builds(
    lambda toml, lessons: (
        {"course.toml": toml}
        | {
            f"{lesson}/{part}": content
            for lesson, files in lessons.items()
            for part, content in files.items()
        }
    ),
    contents,
    st.dictionaries(slugs, st.dictionaries(parts, contents, max_size=5), max_size=4),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(slugs, courses)
def test_a_package_unpacked_and_packed_again_is_the_same(slug: str, files: dict[str, bytes]) -> None:
    package = pack(slug, files)
    assert unpack(package) == (slug, files)
    assert pack(*unpack(package)) == package


def test_the_order_of_files_makes_no_difference() -> None:
    files = {"course.toml": b"a", "01-b/lesson.md": b"b", "01-a/lesson.md": b"c"}
    assert pack("one", files) == pack("one", dict(reversed(files.items())))


@pytest.mark.parametrize("course", sorted(path.parent.name for path in COURSES.glob("*/course.toml")))
def test_the_courses_that_are_shipped_round_trip(course: str) -> None:
    folder = COURSES / course
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    package = pack(course, files)
    assert unpack(package) == (course, files)
    assert zipfile.ZipFile(io.BytesIO(package)).testzip() is None


def _everything_below(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


@pytest.mark.parametrize("what", [*hostile.ENTRIES, *hostile.WHOLE])
def test_hostile_packages_are_refused_and_write_nothing(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    data = hostile.ENTRIES.get(what, hostile.WHOLE.get(what, b""))
    before, outside = _everything_below(tmp_path), set(tmp_path.parent.iterdir())
    with pytest.raises(BadPackage) as refused:
        unpack(data)
    assert _everything_below(tmp_path) == before
    assert set(tmp_path.parent.iterdir()) == outside
    if what in hostile.ENTRIES and what not in {"name: no name"}:
        assert refused.value.entry, "the entry is not named"


def test_the_refusal_is_a_short_sentence(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(BadPackage) as refused:
        unpack(hostile.ENTRIES["name: too long"])
    assert str(refused.value.sentence) == "No file of a course can have this name."
    assert len(str(refused.value)) < 500


def test_what_other_programs_write_is_read() -> None:
    """Folders, sizes behind the data, git's comment, time stamps."""
    out = io.BytesIO()

    class Pipe(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            return out.write(data)

    with zipfile.ZipFile(Pipe(), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir("track-main")
        archive.writestr("track-main/config.json", b"{}" * 500)
        archive.writestr("track-main/LÉAME.md", b"text")
        archive.comment = b"0123456789abcdef0123456789abcdef01234567"
    assert read_zip(out.getvalue()) == {"track-main/config.json": b"{}" * 500, "track-main/LÉAME.md": b"text"}


def test_every_byte_that_is_changed_is_noticed_or_makes_no_difference() -> None:
    files = {"course.toml": b"title = 1\n", "01-a/lesson.md": b"# A lesson\n\nText, text, text, text.\n"}
    package = pack("one", files)
    for at in range(len(package)):
        for value in (package[at] ^ 1, package[at] ^ 0x80, 0xFF):
            changed = package[:at] + bytes([value]) + package[at + 1 :]
            try:
                slug, found = unpack(changed)
            except BadPackage:
                continue
            assert list(found.values()) == [files[path] for path in sorted(files)] or changed == package
            assert all(is_course_file(path) for path in found), slug


@pytest.mark.parametrize(
    "path", ["01-a/greet/tests/test_solution.py", "01-a/greet/wrong/one/shapes/circle.py", "LICENSE"]
)
def test_files_of_a_course(path: str) -> None:
    assert is_course_file(path)
