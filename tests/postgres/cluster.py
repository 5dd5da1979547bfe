"""A PostgreSQL server of the tests' own: its files, port and password live as long as the test."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from tests.system import free_port

USER = "passerelle"


@dataclass(frozen=True)
class Cluster:
    """Where the server is, and how its owner gets in."""

    port: int
    password: str

    def url(self, database: str) -> str:
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """The address of a new, empty database."""
        name = f"test_{secrets.token_hex(4)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.url(name)


def programs() -> Path:
    """The folder of the newest installed server's programs."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]), reverse=True
    )
    if found:
        return found[0].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        raise AssertionError("PostgreSQL's server is not installed. Next step: apt-get install postgresql")
    return Path(on_path).parent


def _owner() -> str | None:
    """Who runs the server: it refuses root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Make, start and remove a server. It never waits for the disk: nothing in it is to be kept."""
    bin_folder, owner = programs(), _owner()
    folder = Path(tempfile.mkdtemp(prefix="passerelle-pg-"))
    cluster = Cluster(free_port(), secrets.token_hex(16))
    password = folder / "password"
    password.write_text(cluster.password)
    if owner is not None:
        shutil.chown(folder, owner)
        shutil.chown(password, owner)

    def run(program: str, *arguments: str, check: bool = True) -> None:
        done = subprocess.run(
            [str(bin_folder / program), "-D", str(folder / "data"), *arguments],
            cwd=folder, user=owner, timeout=60, check=False, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        if check and done.returncode != 0:
            log = folder / "log"
            raise AssertionError(f"{program}: {done.stderr}{log.read_text() if log.exists() else ''}")

    options = (
        f"-c listen_addresses=127.0.0.1 -p {cluster.port} -k {folder} "
        "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    )
    try:
        run("initdb", "-U", USER, f"--pwfile={password}", "--auth=scram-sha-256", "-E", "UTF8", "--no-sync")
        run("pg_ctl", "-w", "-t", "30", "-l", str(folder / "log"), "-o", options, "start")
        yield cluster
    finally:
        run("pg_ctl", "-w", "-t", "30", "-m", "immediate", "stop", check=False)
        shutil.rmtree(folder, ignore_errors=True)
