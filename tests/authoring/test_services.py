"""A course is begun, changed and read as its draft is; its row says what its repository does."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import current_app

from lms.authoring import services
from lms.authoring.models import AuthoredCourse
from lms.authoring.repository import Conflict
from lms.authoring.services import (
    SlugTaken,
    commit_files,
    draft_course,
    draft_source,
    repository_of,
    start_course,
)
from lms.authoring.starting import shipped_files
from lms.catalog import parse
from lms.core.db import db
from tests.factories import AUTHORED_FILES, School

FILES = AUTHORED_FILES
COURSE_TOML = FILES["course.toml"]


@pytest.fixture
def course(school: School) -> AuthoredCourse:
    made = start_course(
        school.ada, slug="loops", files=FILES, message="Begin.", programme=school.cohort.programme
    )
    db.session.commit()
    return made


def test_a_course_begins_with_its_files(course: AuthoredCourse, school: School) -> None:
    assert course.title == "Loops"
    assert repository_of(course).files(repository_of(course).head()) == FILES
    [first] = repository_of(course).history()
    assert (first.author, first.mark) == ("Ada", school.ada.public_id)
    source = draft_source(course)
    assert source.faults == []
    read = draft_course(course)
    assert read is not None
    assert (read.slug, read.lessons[0].title) == ("loops", "First")


def test_a_short_name_is_given_once(course: AuthoredCourse, school: School) -> None:
    for slug in ("loops", "first-steps-python"):
        with pytest.raises(SlugTaken):
            start_course(school.ada, slug=slug, files=FILES, message="Again.")
    db.session.rollback()
    assert len(list(Path(current_app.config["REPOSITORIES_DIR"]).iterdir())) == 1


def test_a_commit_changes_the_row_and_the_draft(course: AuthoredCourse, school: School) -> None:
    base, before = repository_of(course).head(), course.changed_at
    old = draft_course(course)
    commit_files(
        course, school.cora, {"course.toml": COURSE_TOML.replace(b"Loops", b"Again")}, base, "Rename."
    )
    db.session.commit()
    assert course.title == "Again"
    assert course.changed_at > before
    new = draft_course(course)
    assert new is not None
    assert old is not None
    assert (old.title, new.title) == ("Loops", "Again")
    assert draft_course(course, base) == old
    with pytest.raises(Conflict):
        commit_files(course, school.ada, {"course.toml": b"title = 1\n"}, base, "Break.")
    assert course.title == "Again"


def test_a_draft_with_faults_is_no_course(course: AuthoredCourse, school: School) -> None:
    commit_files(course, school.ada, {"course.toml": b"title ="}, repository_of(course).head(), "Break.")
    assert draft_course(course) is None
    assert draft_source(course).faults[0].path == "course.toml"
    assert course.title == "Loops"


def test_old_drafts_are_removed(
    course: AuthoredCourse, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "DRAFTS_KEPT", 2)
    monkeypatch.setattr(services, "DRAFTS_IN_USE", -1.0)
    for number in range(4):
        commit_files(
            course, school.ada, {"README.md": b"%d" % number}, repository_of(course).head(), "Count."
        )
        draft_source(course)
    folder = Path(current_app.config["INSTANCE_DIR"]) / "drafts" / course.public_id
    assert len(list(folder.iterdir())) == 2
    assert (folder / repository_of(course).head() / "loops" / "README.md").read_bytes() == b"3"


def test_only_what_changed_is_read_anew(
    course: AuthoredCourse, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(current_app.config["COURSES_DIR"]) / "first-steps-python"
    files = {
        name: content
        for name, content in shipped_files(folder).items()
        if not name.startswith("translations/")
    }
    made = start_course(school.ada, slug="steps", files=files, message="Begin.", programme=None)
    before = draft_course(made)
    read: list[str] = []
    real = parse._Reader.exercise

    def note(self: parse._Reader, folder: Path) -> parse.ExerciseSource:
        read.append(folder.name)
        return real(self, folder)

    monkeypatch.setattr(parse._Reader, "exercise", note)
    path = next(name for name in files if name.endswith("/say-hello/exercise.toml"))
    changed = files[path].replace(b'title = "Say hello"', b'title = "Say good day"')
    assert changed != files[path]
    commit_files(made, school.ada, {path: changed}, repository_of(made).head(), "Greet.")
    read.clear()  # the texts for translators were looked at
    after = draft_course(made)
    assert after is not None
    assert before is not None
    assert read == ["say-hello"]
    assert after.lessons[0].exercises[0].title == "Say good day"
    assert after.lessons[1:] == before.lessons[1:]
    assert parse.read_course(draft_source(made).path).course == after
    # A fault of an exercise that was not read anew is told all the same.
    commit_files(made, school.ada, {path: b"title ="}, repository_of(made).head(), "Break.")
    commit_files(made, school.ada, {"README.md": b"x"}, repository_of(made).head(), "Go on.")
    assert [fault.path for fault in draft_source(made).faults] == [path]
