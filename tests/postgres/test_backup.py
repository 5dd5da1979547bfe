"""`passerelle backup` and `restore` on PostgreSQL, by its own programs."""

from __future__ import annotations

import hashlib
import json
import subprocess
import zipfile
from pathlib import Path

import psycopg
import pytest
from click import ClickException
from psycopg import sql

from lms.backup import read_backup, write_backup
from lms.core.config import Settings, read_settings
from tests.postgres.cluster import Cluster
from tests.system import passerelle, site_environment

pytestmark = pytest.mark.postgres

SECRET = "kq3V9sWm2ZtB7yLd0RfUx8HcPnGaEoJi"
Rows = dict[str, list[str]]


def settings_for(url: str, instance: Path) -> Settings:
    return read_settings(
        {
            "PASSERELLE_INSTANCE_DIR": str(instance),
            "PASSERELLE_DATABASE_URL": url,
            "PASSERELLE_SECRET_KEY": SECRET,
        }
    )


def environment_for(url: str, instance: Path) -> dict[str, str]:
    return site_environment(instance, PASSERELLE_DATABASE_URL=url, PASSERELLE_SECRET_KEY=SECRET)


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Settings:
    """A site with the demonstration school."""
    passerelle("prepare", "--demo", environment=environment_for(database_url, tmp_path / "instance"))
    return settings_for(database_url, tmp_path / "instance")


@pytest.fixture
def saved(site: Settings, tmp_path: Path) -> Path:
    file = tmp_path / "school.zip"
    write_backup(site, file)
    return file


def connect(site: Settings) -> psycopg.Connection[tuple[str, ...]]:
    return psycopg.connect(site.database_url.replace("+psycopg", ""), autocommit=True)


def content(site: Settings) -> Rows:
    """Every table with its rows, sequences included."""
    with connect(site) as connection:
        names = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
        ).fetchall()
        rows = {
            name: [
                row
                for (row,) in connection.execute(
                    sql.SQL("SELECT t::text FROM {} t ORDER BY 1").format(sql.Identifier(name))
                )
            ]
            for (name,) in names
        }
        rows["sequences"] = [
            row
            for (row,) in connection.execute(
                "SELECT sequencename || ':' || coalesce(last_value, 0) FROM pg_sequences ORDER BY 1"
            )
        ]
    return rows


def change(site: Settings) -> None:
    with connect(site) as connection:
        connection.execute("CREATE TABLE stray (id integer)")
        connection.execute("UPDATE alembic_version SET version_num = 'elsewhere'")


def test_a_restored_site_equals_the_one_that_was_saved(site: Settings, saved: Path, tmp_path: Path) -> None:
    before = content(site)
    assert any("Ada" in row for rows in before.values() for row in rows)
    change(site)
    changed = content(site)
    (note,) = read_backup(site, saved)
    assert content(site) == before, "a table that the backup does not know is gone too"
    (kept,) = tmp_path.glob("before-restore-*.zip")
    assert str(kept) in note
    read_backup(site, kept)
    assert content(site) == changed


def test_a_school_moves_to_a_new_server(
    site: Settings, saved: Path, cluster: Cluster, tmp_path: Path
) -> None:
    url = cluster.new_database()
    new = settings_for(url, tmp_path / "new")
    read_backup(new, saved)
    assert content(new) == content(site)
    # What comes after a restore finds a database that it can go on with.
    passerelle("prepare", environment=environment_for(url, tmp_path / "new"))
    assert content(new) == content(site)


def test_a_damaged_file_changes_nothing(site: Settings, saved: Path) -> None:
    before = content(site)
    data = bytearray(saved.read_bytes())
    data[len(data) // 2] ^= 0x55
    saved.write_bytes(data)
    with pytest.raises(ClickException, match="damaged"):
        read_backup(site, saved)
    assert content(site) == before


def test_a_restore_that_fails_on_its_way_changes_nothing(site: Settings, saved: Path, tmp_path: Path) -> None:
    """A dump whose last statements cannot run: the transaction takes back all that went before."""
    before = content(site)
    with connect(site) as connection:
        connection.execute("CREATE SCHEMA elsewhere")
        connection.execute("CREATE TABLE elsewhere.other (id integer)")
    write_backup(site, tmp_path / "wide.zip")
    change(site)
    changed = content(site)
    # The schema `elsewhere` still stands, and the dump wants to make it.
    with pytest.raises(ClickException, match="already exists"):
        read_backup(site, tmp_path / "wide.zip")
    assert content(site) == changed != before


def test_a_dump_that_is_none_is_refused(site: Settings, saved: Path, tmp_path: Path) -> None:
    before = content(site)
    with zipfile.ZipFile(saved) as old:
        manifest, secret = json.loads(old.read("manifest.json")), old.read("secret_key")
    manifest["sha256"]["database"] = hashlib.sha256(b"no dump").hexdigest()
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as new:
        new.writestr("manifest.json", json.dumps(manifest))
        new.writestr("database", b"no dump")
        new.writestr("secret_key", secret)
    with pytest.raises(ClickException, match="pg_restore failed"):
        read_backup(site, tmp_path / "other.zip")
    assert content(site) == before


def test_the_password_is_on_no_command_line(
    site: Settings, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []
    real = subprocess.run

    def spy(command: list[str], **more: object) -> object:
        seen.append(command)
        return real(command, **more)  # type: ignore[call-overload]

    monkeypatch.setattr("lms.backup.subprocess.run", spy)
    write_backup(site, tmp_path / "spied.zip")
    read_backup(site, tmp_path / "spied.zip")
    assert {Path(command[0]).name for command in seen} == {"pg_dump", "pg_restore", "psql"}
    assert not any(cluster.password in word for command in seen for word in command)
