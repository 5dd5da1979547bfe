"""`passerelle backup` and `passerelle restore`: the whole of a school in one file.

The file is a zip: `database` (an SQLite file, or pg_dump's custom format), `secret_key`, the files of every course's
repository below `repositories/`, the interface's texts that were changed here below `translations/`, and
`manifest.json` with the SHA-256 of each of them. A restore checks all of it before it changes anything. Published
courses are in the database: `passerelle prepare` lays them out.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
import zlib
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
from sqlalchemy.engine import URL, make_url

from lms.authoring.repository_backup import FOLDER as REPOSITORIES
from lms.authoring.repository_backup import (
    INTERFACE,
    pack_interface,
    pack_repositories,
    replace_folder,
    unpack_interface,
    unpack_repositories,
)
from lms.core.config import Settings, read_settings
from lms.referral.keys import FILE as KEYS_FILE

FORMAT = 2
READS = (1, FORMAT)  # the first had no repositories
MANIFEST = "manifest.json"
DATABASE = "database"
SECRET = "secret_key"  # noqa: S105  # the name of a member, not a secret
TOOL_SECONDS = 3600
PIECE = 1 << 20

# What reading a damaged or foreign zip file raises.
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)


@dataclass(frozen=True, slots=True)
class Content:
    """What a checked backup holds: the database as a file, the secret key, and the folder of repositories."""

    dump: Path
    secret: str
    repositories: Path | None
    interface: Path | None


def sqlite_path(url: URL) -> Path:
    """The file of an SQLite database; a database in memory cannot be backed up."""
    if not url.database or url.database == ":memory:":
        raise click.ClickException("This database lives in memory only; there is nothing to back up.")
    return Path(url.database)


def write_backup(settings: Settings, target: Path) -> None:
    """Write a whole school to the new file `target`, for its owner only, while the site goes on."""
    url = make_url(settings.database_url)
    kind = url.get_backend_name()
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        dump = Path(folder) / DATABASE
        if kind == "sqlite":
            _copy_sqlite(sqlite_path(url), dump)
        else:
            _postgres("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}")
        secret = settings.secret_key.encode("utf-8")
        manifest = {
            "format": FORMAT,
            "database": kind,
            "version": version("passerelle"),
            "made": datetime.now(UTC).isoformat(timespec="seconds"),
            "sha256": {DATABASE: _file_hash(dump), SECRET: hashlib.sha256(secret).hexdigest()},
        }
        _pack(target, manifest, dump, secret, settings.instance_dir)


def read_backup(settings: Settings, source: Path) -> list[str]:
    """Put what is in `source` in the place of today's; what the operator should know.

    Nothing is changed unless the whole file is sound. Today's database is kept: an SQLite file under another
    name beside the new one, PostgreSQL's as a backup beside `source`. So are today's repositories.
    """
    url = make_url(settings.database_url)
    kind = url.get_backend_name()
    # Beside an SQLite database, so that the last step is a rename on one disk.
    near = sqlite_path(url).parent if kind == "sqlite" else None
    if near is not None:
        near.mkdir(parents=True, exist_ok=True)
    settings.instance_dir.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=near, prefix=".restore-") as folder,
        tempfile.TemporaryDirectory(dir=settings.instance_dir, prefix=".restore-") as beside,
    ):
        content = _unpack(source, kind, Path(folder), Path(beside))
        if kind == "sqlite":
            notes = _replace_sqlite(content.dump, sqlite_path(url))
        else:
            notes = _replace_postgres(settings, url, content.dump, source)
        if content.repositories is not None:
            place = settings.instance_dir / REPOSITORIES
            notes += replace_folder(content.repositories, place, _stamp())
        if content.interface is not None:
            place = settings.instance_dir / INTERFACE
            notes += replace_folder(content.interface, place, _stamp(), "texts of the interface")
        return notes + _restore_secret(settings, content.secret)


def _pack(target: Path, manifest: dict[str, Any], dump: Path, secret: bytes, instance: Path) -> None:
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as raw:
            with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.write(dump, DATABASE)
                archive.writestr(SECRET, secret)
                files = {
                    "repositories": pack_repositories(instance / REPOSITORIES, archive),
                    "interface": pack_interface(instance / INTERFACE, archive),
                }
                archive.writestr(MANIFEST, json.dumps({**manifest, **files}, indent=2))
            raw.flush()
            os.fsync(raw.fileno())
    except BaseException:
        # Half a backup must not be taken for one.
        target.unlink()
        raise


def _unpack(source: Path, kind: str, folder: Path, beside: Path) -> Content:
    """Check every byte of a backup and lay its database in `folder`, its repositories in `beside`."""
    dump = folder / DATABASE
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = json.loads(archive.read(MANIFEST))
            found, made_by, hashes = manifest["database"], manifest["format"], manifest["sha256"]
            with archive.open(DATABASE) as packed, dump.open("wb") as plain:
                shutil.copyfileobj(packed, plain, PIECE)
            raw = archive.read(SECRET)
            secret = raw.decode("utf-8")
            sound = hashes == {DATABASE: _file_hash(dump), SECRET: hashlib.sha256(raw).hexdigest()}
            files = manifest.get("repositories")
            repositories = beside / REPOSITORIES if files is not None else None
            if repositories is not None:
                unpack_repositories(archive, files, repositories)
            texts = manifest.get("interface")
            interface = beside / INTERFACE if texts is not None else None
            if interface is not None:
                unpack_interface(archive, texts, interface)
    except (*UNREADABLE, TypeError, AttributeError) as error:
        raise click.ClickException(
            f"{source} is damaged, or not a backup of Passerelle. Nothing was changed."
        ) from error
    if not sound:
        raise click.ClickException(
            f"{source} is damaged: what is in it is not what was written. Nothing was changed."
        )
    if made_by not in READS:
        raise click.ClickException(
            f"{source} has format {made_by}, and this version reads formats up to {FORMAT}."
        )
    if found != kind:
        raise click.ClickException(f"This backup holds a {found} database, and this site uses {kind}.")
    return Content(dump, secret, repositories, interface)


def _file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy_sqlite(source: Path, target: Path) -> None:
    """A consistent copy while others write, by SQLite's online backup."""
    if not source.exists():
        raise click.ClickException(f"There is no database at {source}. Next step: passerelle prepare.")
    damaged = "The database of this site is damaged; no backup was written."
    try:
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
    except sqlite3.DatabaseError as error:
        raise click.ClickException(f"{damaged} ({error})") from error
    _check_sqlite(target, damaged)


def _check_sqlite(path: Path, otherwise: str) -> None:
    try:
        with closing(sqlite3.connect(path)) as database:
            (state,) = database.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.DatabaseError as error:
        raise click.ClickException(otherwise) from error
    if state != "ok":
        raise click.ClickException(otherwise)


def _replace_sqlite(dump: Path, path: Path) -> list[str]:
    _check_sqlite(dump, "The database in this backup is damaged; nothing was changed.")
    notes = []
    if path.exists():
        _close_sqlite(path)
        kept = path.with_name(f"{path.name}.before-restore-{_stamp()}")
        for suffix in ("-wal", "-shm", ""):
            part = path.with_name(path.name + suffix)
            if part.exists():
                part.rename(kept.with_name(kept.name + suffix))
        notes.append(f"The database of before is kept: {kept}")
    dump.chmod(0o600)
    dump.rename(path)
    return notes


def _close_sqlite(path: Path) -> None:
    """Fold the log into the file. Only the one who is alone may, so this shows that the site is stopped."""
    with closing(sqlite3.connect(path, timeout=1)) as database:
        try:
            database.execute("PRAGMA journal_mode=DELETE").fetchone()
        except sqlite3.OperationalError as error:
            raise click.ClickException(
                "The database is in use. Next step: stop the site, then restore again. Nothing was changed."
            ) from error
        except sqlite3.DatabaseError:
            # It is damaged, perhaps the very reason for this restore: it is kept as it is.
            return


def _replace_postgres(settings: Settings, url: URL, dump: Path, source: Path) -> list[str]:
    """In one transaction: every table away, also what the backup does not know, and the backup's in its place."""
    kept = source.with_name(f"before-restore-{_stamp()}.zip")
    write_backup(settings, kept)
    script = dump.with_name("restore.sql")
    _run("pg_restore", url, "--no-owner", "--no-privileges", f"--file={script}", str(dump))
    _postgres(
        "psql", url, "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1",
        "--command=SET lock_timeout = '10s'",
        "--command=DROP SCHEMA public CASCADE", "--command=CREATE SCHEMA public", f"--file={script}",
    )  # fmt: skip
    return [f"The database of before is kept: {kept}"]


def _restore_secret(settings: Settings, secret: str) -> list[str]:
    if secret == settings.secret_key:
        return []
    if os.environ.get("PASSERELLE_SECRET_KEY"):
        return [
            "The backup holds another secret key than PASSERELLE_SECRET_KEY. This site keeps its own: "
            "everybody must sign in again."
        ]
    path = settings.instance_dir / SECRET
    new = path.with_name(f".{SECRET}.new")
    new.touch(mode=0o600)
    new.write_text(secret, encoding="utf-8")
    new.replace(path)
    return []


def _postgres(program: str, url: URL, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs on this database."""
    plain = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    _run(program, url, f"--dbname={plain.render_as_string(hide_password=False)}", *arguments)


def _run(program: str, url: URL, *arguments: str) -> None:
    """Run a program of PostgreSQL's; the password goes by the environment, never by the command line."""
    path = shutil.which(program)
    if path is None:
        raise click.ClickException(
            f"{program} is not installed. Next step: apt-get install postgresql-client."
        )
    environment = {**os.environ, "PGPASSWORD": url.password or "", "PGCONNECT_TIMEOUT": "10"}
    done = subprocess.run(  # noqa: S603  # a fixed program with our own settings
        [path, *arguments],
        env=environment, timeout=TOOL_SECONDS, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise click.ClickException(f"{program} failed: {done.stderr.strip()[-500:]}")


def _stamp() -> str:
    return datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write the database, the secret key and all courses' repositories to FILE while the site goes on.

    Keep FILE as safe as the site.
    """
    if file.exists():
        raise click.ClickException(
            f"{file} exists already. Choose another name; a backup is never overwritten."
        )
    if not file.absolute().parent.is_dir():
        raise click.ClickException(f"There is no folder {file.absolute().parent}.")
    settings = read_settings()
    write_backup(settings, file.absolute())
    click.echo(f"Written: {file} ({file.stat().st_size / 1024:.0f} kB).")
    signing_keys = settings.instance_dir / KEYS_FILE
    if signing_keys.exists():
        # Whoever holds it can sign in the school's name: it is kept apart from what is copied about every night.
        click.echo(f"Not in it: {signing_keys}, the key that signs referrals. Keep one copy in a safe place.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(file: Path, yes: bool) -> None:
    """Put back what `passerelle backup` wrote. Stop the site first; today's database is kept beside."""
    if not yes:
        click.confirm(
            "This replaces the database of this site. Is the site stopped, and do you want this?", abort=True
        )
    for note in read_backup(read_settings(), file.absolute()):
        click.echo(note)
    click.echo("Restored. Next step: passerelle prepare, then start the site.")
