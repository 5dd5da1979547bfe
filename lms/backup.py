"""`passerelle backup` and `passerelle restore`: the whole of a school in one file."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import click
from sqlalchemy.engine import URL, make_url

from lms.core.config import Settings, read_settings

FORMAT = 1
MANIFEST = "manifest.json"
TOOL_SECONDS = 3600


def sqlite_path(url: URL) -> Path:
    """The file of an SQLite database; a database in memory cannot be backed up."""
    if not url.database or url.database == ":memory:":
        raise click.ClickException("This database lives in memory only; there is nothing to back up.")
    return Path(url.database)


def _copy_sqlite(source: Path, target: Path) -> None:
    """A consistent copy while others write, by SQLite's online backup."""
    with sqlite3.connect(source) as live, sqlite3.connect(target) as copy:
        live.backup(copy)
    copy.close()
    live.close()


def _postgres(program: str, url: URL, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs; the password goes by the environment, never by the command line."""
    path = shutil.which(program)
    if path is None:
        raise click.ClickException(f"{program} is not installed. Next step: apt-get install postgresql-client.")
    environment = {**os.environ, "PGPASSWORD": url.password or ""}
    plain = url.set(drivername="postgresql", password=None).render_as_string()
    done = subprocess.run(  # noqa: S603  # a fixed program with our own settings
        [path, *arguments, f"--dbname={plain}"],
        env=environment, timeout=TOOL_SECONDS, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise click.ClickException(f"{program} failed: {done.stderr.strip()[-500:]}")


def write_backup(settings: Settings, target: Path) -> None:
    """Write database and secret key to `target`, a zip file readable by its owner only."""
    url = make_url(settings.database_url)
    kind = url.get_backend_name()
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / "database"
        if kind == "sqlite":
            _copy_sqlite(sqlite_path(url), dump)
        else:
            _postgres("pg_dump", url, "--format=custom", f"--file={dump}")
        manifest = {
            "format": FORMAT,
            "database": kind,
            "version": version("passerelle"),
            "made": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(MANIFEST, json.dumps(manifest, indent=2))
            archive.write(dump, "database")
            archive.writestr("secret_key", settings.secret_key)


def read_backup(settings: Settings, source: Path) -> None:
    """Put the database and the secret key of `source` in the place of today's; the old file is kept beside."""
    url = make_url(settings.database_url)
    kind = url.get_backend_name()
    try:
        with zipfile.ZipFile(source) as archive, tempfile.TemporaryDirectory() as folder:
            manifest = json.loads(archive.read(MANIFEST))
            if manifest.get("format") != FORMAT or manifest.get("database") != kind:
                raise click.ClickException(
                    f"This backup holds a {manifest.get('database')} database, and this site uses {kind}."
                )
            dump = Path(folder) / "database"
            with archive.open("database") as packed, dump.open("wb") as plain:
                shutil.copyfileobj(packed, plain)
            secret = archive.read("secret_key").decode("ascii")
            if kind == "sqlite":
                _replace_sqlite(dump, sqlite_path(url))
            else:
                _postgres("pg_restore", url, "--clean", "--if-exists", "--no-owner", "--single-transaction", str(dump))
    except (zipfile.BadZipFile, KeyError, json.JSONDecodeError) as error:
        raise click.ClickException(f"{source} is not a backup of Passerelle.") from error
    key = settings.instance_dir / "secret_key"
    key.touch(mode=0o600, exist_ok=True)
    key.write_text(secret, encoding="ascii")


def _replace_sqlite(dump: Path, path: Path) -> None:
    with sqlite3.connect(dump) as check:
        (state,) = check.execute("PRAGMA integrity_check").fetchone()
    check.close()
    if state != "ok":
        raise click.ClickException("The database in this backup is damaged; nothing was changed.")
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
        for suffix in ("", "-wal", "-shm"):
            part = path.with_name(path.name + suffix)
            if part.exists():
                part.rename(path.with_name(f"{path.name}.before-restore-{stamp}{suffix}"))
    shutil.move(dump, path)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write the database and the secret key to FILE while the site goes on. Keep FILE as safe as the site."""
    if file.exists():
        raise click.ClickException(f"{file} exists already. Choose another name; a backup is never overwritten.")
    write_backup(read_settings(), file)
    click.echo(f"Written: {file} ({file.stat().st_size / 1024:.0f} kB).")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(file: Path, yes: bool) -> None:
    """Put back what `passerelle backup` wrote. Stop the site first; today's database is kept beside."""
    if not yes:
        click.confirm("This replaces the database of this site. Is the site stopped, and do you want this?", abort=True)
    read_backup(read_settings(), file)
    click.echo("Restored. Next step: passerelle prepare, then start the site.")
