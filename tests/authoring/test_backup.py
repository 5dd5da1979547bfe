"""A backup holds the repositories and, in the database, what was published; a restored site has both."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click import ClickException
from flask import Flask
from flask_babel import gettext

from lms.app import create_app
from lms.authoring import interface, jobs
from lms.authoring.blocks import Edit
from lms.authoring.models import AuthoredCourse
from lms.authoring.repository_backup import unpack_interface
from lms.authoring.services import commit_files, repository_of
from lms.backup import read_backup, write_backup
from lms.catalog.shelf import find_course
from lms.core.config import Settings, read_settings
from lms.core.db import db
from tests.authoring.publications import Bench
from tests.conftest import DATABASE_URL, settings_in
from tests.factories import make_school

pytestmark = pytest.mark.skipif(bool(DATABASE_URL), reason="SQLite only")


def config_of(instance: Path) -> dict[str, object]:
    return {
        **settings_in(instance),
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{instance / 'passerelle.db'}",
    }


def settings_of(instance: Path) -> Settings:
    return read_settings({"PASSERELLE_INSTANCE_DIR": str(instance)})


def close(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Bench]:
    """A site with a course that was published, and a draft that is further."""
    instance = tmp_path / "instance"
    instance.mkdir()
    app = create_app(config_of(instance))
    with app.app_context():
        db.create_all()
        bench = Bench(app, make_school(), tmp_path / "draft")
        bench.publish()
        bench.title("The draft")
        yield bench
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def saved(site: Bench, tmp_path: Path) -> Path:
    file = tmp_path / "school.zip"
    write_backup(settings_of(tmp_path / "instance"), file)
    return file


def test_a_new_machine_has_drafts_history_and_published_courses(
    site: Bench, saved: Path, tmp_path: Path
) -> None:
    history = [commit.id for commit in repository_of(site.course).history()]
    new = tmp_path / "new"
    read_backup(settings_of(new), saved)
    app = create_app(config_of(new))
    with app.app_context():
        course = db.session.scalar(db.select(AuthoredCourse))
        assert course is not None
        repository = repository_of(course)
        assert [commit.id for commit in repository.history()] == history
        assert b"The draft" in (repository.read(repository.head(), "course.toml") or b"")
        jobs.serve_published()  # as `prepare` does
        served = find_course("small")
        assert served is not None
        assert served.title == "Small course"
        files = {"02-end/lesson.md": b"# The end\n\nWritten on the new machine.\n"}
        commit_files(course, course.author, files, repository.head(), "Go on")
        db.session.commit()
    close(app)


def test_a_new_machine_has_the_interfaces_changed_texts(site: Bench, tmp_path: Path) -> None:
    block = next(block for block in interface.blocks_of("ar") if block.item.msgid == "My week")
    interface.save("ar", [Edit(block.key, ("أسبوع آخر",), block.seen, review=True)], lambda _item, _new: True)
    file, new = tmp_path / "whole.zip", tmp_path / "new"
    write_backup(settings_of(tmp_path / "instance"), file)
    read_backup(settings_of(new), file)
    app = create_app(config_of(new))
    with app.test_request_context(headers={"Accept-Language": "ar"}):
        assert gettext("My week") == "أسبوع آخر"
    close(app)


@pytest.mark.parametrize(
    "name", ["translations/../outside", "translations/a/b", "translations/.hidden", "x/y"]
)
def test_no_text_of_the_interface_is_written_elsewhere(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(name, b"x")
    with (
        zipfile.ZipFile(tmp_path / "x.zip") as archive,
        pytest.raises(ValueError, match="no file of the interface"),
    ):
        unpack_interface(archive, {name: hashlib.sha256(b"x").hexdigest()}, tmp_path / "out")


def test_the_repositories_of_before_are_kept(site: Bench, saved: Path, tmp_path: Path) -> None:
    newer = site.title("Written after the backup")
    close(site.app)
    notes = read_backup(settings_of(tmp_path / "instance"), saved)
    (kept,) = (tmp_path / "instance").glob("repositories.before-restore-*")
    assert any(str(kept) in note for note in notes)
    assert newer not in [commit.id for commit in repository_of(site.course).history()]
    assert (kept / site.course.public_id / "objects").is_dir()


def test_a_file_of_a_repository_that_was_exchanged_is_noticed(
    site: Bench, saved: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"exchanged" if name.endswith("/HEAD") else old.read(name))
    close(site.app)
    before = repository_of(site.course).head()
    with pytest.raises(ClickException, match="damaged"):
        read_backup(settings_of(tmp_path / "instance"), other)
    assert repository_of(site.course).head() == before


@pytest.mark.parametrize("name", ["repositories/../../outside", "elsewhere/a/b", "repositories/a"])
def test_nothing_is_written_outside(site: Bench, saved: Path, tmp_path: Path, name: str) -> None:
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(other, "w") as new:
        for member in old.namelist():
            content = old.read(member)
            if member == "manifest.json":
                manifest = json.loads(content)
                manifest["repositories"] = {name: "0" * 64}
                content = json.dumps(manifest).encode()
            new.writestr(member, content)
        new.writestr(name, b"x")
    close(site.app)
    with pytest.raises(ClickException, match="damaged"):
        read_backup(settings_of(tmp_path / "instance"), other)
    assert not list(tmp_path.rglob("outside"))


def test_a_backup_of_an_older_version_leaves_repositories_alone(
    site: Bench, saved: Path, tmp_path: Path
) -> None:
    other = tmp_path / "old.zip"
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(other, "w") as new:
        for member in old.namelist():
            content = old.read(member)
            if member == "manifest.json":
                manifest = json.loads(content)
                del manifest["repositories"]
                content = json.dumps({**manifest, "format": 1}).encode()
            if not member.startswith("repositories/"):
                new.writestr(member, content)
    repository = repository_of(site.course)
    head = repository.head()
    db.session.rollback()
    close(site.app)
    read_backup(settings_of(tmp_path / "instance"), other)
    assert repository.head() == head
