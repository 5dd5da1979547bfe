"""A school goes into one file while people work, and comes back from it whole; a damaged file changes nothing."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import stat
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click import ClickException
from click.testing import CliRunner

from lms.backup import read_backup, write_backup
from lms.cli import main
from lms.core.config import Settings, read_settings
from tests.conftest import DATABASE_URL
from tests.system import passerelle, site_environment

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(DATABASE_URL), reason="SQLite only; tests/postgres has the other half"),
]


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The instance folder of a site with the demonstration school; not to be changed."""
    instance = tmp_path_factory.mktemp("school") / "instance"
    passerelle("prepare", "--demo", environment=site_environment(instance))
    return instance


@pytest.fixture
def site(school: Path, tmp_path: Path) -> Settings:
    """A site of the test's own, stopped."""
    shutil.copytree(school, tmp_path / "instance")
    return settings_of(tmp_path / "instance")


@pytest.fixture
def saved(site: Settings, tmp_path: Path) -> Path:
    """A backup of the site."""
    file = tmp_path / "school.zip"
    write_backup(site, file)
    return file


def settings_of(instance: Path, **more: str) -> Settings:
    return read_settings({"PASSERELLE_INSTANCE_DIR": str(instance), **more})


def database(site: Settings) -> Path:
    return site.instance_dir / "passerelle.db"


def content(path: Path) -> list[str]:
    """Every table and row, as SQL."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def change(site: Settings) -> None:
    with closing(sqlite3.connect(database(site))) as connection:
        connection.execute("CREATE TABLE stray (id INTEGER)")
        connection.execute("UPDATE alembic_version SET version_num = 'elsewhere'")
        connection.commit()


def test_a_restored_site_equals_the_one_that_was_saved(site: Settings, saved: Path) -> None:
    before = content(database(site))
    assert any("Ada" in line for line in before)
    change(site)
    assert content(database(site)) != before
    read_backup(site, saved)
    assert content(database(site)) == before


def test_a_school_moves_to_a_new_machine(site: Settings, saved: Path, tmp_path: Path) -> None:
    new = settings_of(tmp_path / "new")
    assert new.secret_key != site.secret_key
    read_backup(new, saved)
    assert content(database(new)) == content(database(site))
    after = settings_of(tmp_path / "new")
    assert after.secret_key == site.secret_key
    assert stat.S_IMODE((tmp_path / "new" / "secret_key").stat().st_mode) == 0o600
    passerelle("prepare", environment=site_environment(tmp_path / "new"))


def test_the_database_of_before_is_kept(site: Settings, saved: Path) -> None:
    change(site)
    changed = content(database(site))
    (note,) = read_backup(site, saved)
    (kept,) = site.instance_dir.glob("passerelle.db.before-restore-*")
    assert str(kept) in note
    assert content(kept) == changed


@pytest.fixture
def writer(site: Settings) -> Iterator[threading.Event]:
    """Someone who writes two rows in each transaction, all the time."""
    path, stop, going = database(site), threading.Event(), threading.Event()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE pairs (number INTEGER, half TEXT)")
        connection.commit()

    def write() -> None:
        with closing(sqlite3.connect(path, timeout=10)) as connection:
            number = 0
            while not stop.is_set():
                number += 1
                connection.execute("INSERT INTO pairs VALUES (?, 'left')", (number,))
                connection.execute("INSERT INTO pairs VALUES (?, 'right')", (number,))
                connection.commit()
                going.set()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        assert going.wait(10)
        yield going
    finally:
        stop.set()
        thread.join(10)


def test_a_backup_while_people_write_is_of_one_moment(
    site: Settings, writer: threading.Event, tmp_path: Path
) -> None:
    seen = []
    for number in range(5):
        file = tmp_path / f"live-{number}.zip"
        writer.clear()
        assert writer.wait(10)
        write_backup(site, file)
        copy = settings_of(tmp_path / f"copy-{number}")
        read_backup(copy, file)
        with closing(sqlite3.connect(database(copy))) as connection:
            (left,) = connection.execute("SELECT count(*) FROM pairs WHERE half = 'left'").fetchone()
            (right,) = connection.execute("SELECT count(*) FROM pairs WHERE half = 'right'").fetchone()
        assert left == right > 0
        seen.append(left)
    assert seen == sorted(set(seen)), "writing went on between the backups"


def test_a_site_that_runs_is_not_overwritten(site: Settings, saved: Path) -> None:
    before = content(database(site))
    with closing(sqlite3.connect(database(site))) as running:
        running.execute("PRAGMA journal_mode=WAL")
        running.execute("SELECT count(*) FROM alembic_version").fetchone()
        with pytest.raises(ClickException, match="stop the site"):
            read_backup(site, saved)
    assert content(database(site)) == before


def test_a_damaged_database_can_be_replaced(site: Settings, saved: Path) -> None:
    before = content(database(site))
    database(site).write_bytes(b"no database at all" * 400)
    read_backup(site, saved)
    assert content(database(site)) == before


def assert_refused(site: Settings, file: Path, words: str = "damaged") -> None:
    """The file is refused, and site and folder are as they were."""
    before, names = database(site).read_bytes(), sorted(site.instance_dir.iterdir())
    with pytest.raises(ClickException, match=words):
        read_backup(site, file)
    assert database(site).read_bytes() == before
    assert sorted(site.instance_dir.iterdir()) == names


@pytest.mark.parametrize("place", [0.02, 0.3, 0.6, 0.9])
def test_one_wrong_byte_is_noticed(site: Settings, saved: Path, place: float) -> None:
    data = bytearray(saved.read_bytes())
    data[int(len(data) * place)] ^= 0x55
    saved.write_bytes(data)
    assert_refused(site, saved)


@pytest.mark.parametrize("part", [0.0, 0.5, 0.99])
def test_half_a_file_is_noticed(site: Settings, saved: Path, part: float) -> None:
    data = saved.read_bytes()
    saved.write_bytes(data[: int(len(data) * part)])
    assert_refused(site, saved)


def rewritten(saved: Path, **members: bytes) -> Path:
    """The backup with other members, as a zip that is sound in itself."""
    file = saved.with_name("other.zip")
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            new.writestr(name, members.get(name.replace(".json", ""), old.read(name)))
    return file


def test_a_member_that_was_exchanged_is_noticed(site: Settings, saved: Path) -> None:
    assert_refused(site, rewritten(saved, database=b"another"), "not what was written")
    assert_refused(site, rewritten(saved, secret_key=b"another"), "not what was written")


def test_a_foreign_file_is_refused(site: Settings, saved: Path, tmp_path: Path) -> None:
    assert_refused(site, rewritten(saved, manifest=b"[]"), "not a backup")
    other = tmp_path / "holiday.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("photo.jpg", b"")
    assert_refused(site, other, "not a backup")


def manifest_with(saved: Path, **more: object) -> bytes:
    with zipfile.ZipFile(saved) as archive:
        return json.dumps({**json.loads(archive.read("manifest.json")), **more}).encode()


def test_another_kind_or_format_is_refused(site: Settings, saved: Path) -> None:
    assert_refused(site, rewritten(saved, manifest=manifest_with(saved, database="postgresql")), "postgresql")
    assert_refused(site, rewritten(saved, manifest=manifest_with(saved, format=99)), "format 99")


def test_a_database_that_was_damaged_before_it_was_packed_is_refused(site: Settings, saved: Path) -> None:
    with zipfile.ZipFile(saved) as archive:
        broken = bytearray(archive.read("database"))
        hashes = json.loads(archive.read("manifest.json"))["sha256"]
    broken[4096:8192] = b"\xff" * 4096
    hashes["database"] = hashlib.sha256(broken).hexdigest()
    file = rewritten(saved, database=bytes(broken), manifest=manifest_with(saved, sha256=hashes))
    assert_refused(site, file)


def test_a_backup_is_for_its_owner_only_and_never_overwritten(site: Settings, saved: Path) -> None:
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    again = CliRunner().invoke(
        main, ["backup", str(saved)], env={"PASSERELLE_INSTANCE_DIR": str(site.instance_dir)}
    )
    assert again.exit_code != 0
    assert "exists already" in again.output


def test_nothing_is_left_of_a_backup_that_failed(site: Settings, tmp_path: Path) -> None:
    database(site).write_bytes(b"no database at all" * 400)
    with pytest.raises(ClickException, match="damaged"):
        write_backup(site, tmp_path / "failed.zip")
    database(site).unlink()
    with pytest.raises(ClickException, match="no database"):
        write_backup(site, tmp_path / "failed.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["instance"]


def test_a_key_from_the_environment_stays(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = "kq3V9sWm2ZtB7yLd0RfUx8HcPnGaEoJi"
    monkeypatch.setenv("PASSERELLE_SECRET_KEY", own)
    (note,) = read_backup(settings_of(tmp_path / "new", PASSERELLE_SECRET_KEY=own), saved)
    assert "sign in again" in note
    assert not (tmp_path / "new" / "secret_key").exists()


def test_the_commands_say_what_they_did(site: Settings, tmp_path: Path) -> None:
    environment = {"PASSERELLE_INSTANCE_DIR": str(site.instance_dir)}
    file = tmp_path / "by-command.zip"
    written = CliRunner().invoke(main, ["backup", str(file)], env=environment)
    assert written.exit_code == 0, written.output
    refused = CliRunner().invoke(main, ["restore", str(file)], env=environment, input="n\n")
    assert refused.exit_code != 0
    restored = CliRunner().invoke(main, ["restore", "--yes", str(file)], env=environment)
    assert restored.exit_code == 0, restored.output
    assert "is kept" in restored.output
    assert "Next step" in restored.output
