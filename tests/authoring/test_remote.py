"""A course is brought from a git server and sent there; nothing that a server does or holds harms anybody."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from threading import Event

import pytest
from cryptography.hazmat.primitives.serialization import load_ssh_private_key
from flask import Flask, current_app

from lms.authoring import remotes, syncing
from lms.authoring.addresses import Refused, checked_addresses, is_public, parse_address
from lms.authoring.models import AuthoredCourse
from lms.authoring.remotes import Code, RemoteFault, keys_of
from lms.authoring.repository import Repository
from lms.authoring.services import author_of, repository_of
from lms.authoring.sync_jobs import Syncer
from lms.core.config import ROOT
from lms.core.db import db, utcnow
from tests.authoring.conftest import Write, Writer
from tests.authoring.remote_server import Remote, serving, serving_git
from tests.factories import AUTHORED_FILES, School

LESSON = "01-first/lesson.md"


@pytest.fixture
def server(app: Flask, tmp_path: Path) -> Iterator[tuple[Remote, str]]:
    """A git server on this machine, which this installation allows."""
    app.config["PRIVATE_REMOTES"] = True
    remote = Remote(tmp_path / "elsewhere")
    with serving_git(remote) as address:
        yield remote, address
    remote.repo.close()


@pytest.fixture
def linked(course: AuthoredCourse, server: tuple[Remote, str]) -> Remote:
    """The course with the server as its remote, which has the course as it is."""
    syncing.set_remote(course, server[1], "main")
    syncing.push(course)
    db.session.commit()
    return server[0]


def here(course: AuthoredCourse) -> str:
    return f"/authoring/{course.public_id}/remote"


def sync(writer: Writer, course: AuthoredCourse, act: str, status: int = 303) -> str:
    answer = writer.post(f"{here(course)}/sync", act=act)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return unescape(writer.page(here(course)) if status == 303 else answer.get_data(as_text=True))


def fault_of(course: AuthoredCourse) -> str:
    with pytest.raises(RemoteFault) as caught:
        syncing.pull(course, syncing.PASSERELLE)
    db.session.commit()
    return str(caught.value.code)


def test_a_course_goes_there_and_changes_come_back(
    course: AuthoredCourse, repository: Repository, server: tuple[Remote, str], school: School, write: Write
) -> None:
    remote, address = server
    cora = write(school.cora)
    assert cora.post(here(course), url=address, branch="main").status_code == 303
    assert "The repository there is empty" in sync(cora, course, "pull", 502)
    assert "The other side has everything now." in sync(cora, course, "push")
    assert remote.files() == repository.files(repository.head())
    remote.commit({**AUTHORED_FILES, "03-new/lesson.md": b"# New\n"})
    page = sync(cora, course, "compare")
    assert "Only there" in page
    assert "From elsewhere." in page
    assert repository.read(repository.head(), "03-new/lesson.md") is None
    page = sync(cora, course, "pull")
    assert "Only there" not in page
    assert repository.read(repository.head(), "03-new/lesson.md") == b"# New\n"
    assert "else@school.example" not in cora.page(f"/authoring/{course.public_id}/history")
    assert "Somebody Else" in cora.page(f"/authoring/{course.public_id}/history")
    # The new text's places in the translations came as a step of our own.
    assert "Both sides are the same." in sync(cora, course, "push")
    assert b"New" in remote.files()["translations/ar.po"]
    assert course.sync_fault == ""


def test_both_sides_have_changed_other_places(
    course: AuthoredCourse, repository: Repository, linked: Remote, school: School, write: Write
) -> None:
    cora = write(school.cora)
    linked.commit({**linked.files(), "glossary.toml": b""})
    repository.commit(
        {LESSON: b"# Ours\n"}, base=repository.head(), author=author_of(school.ada), message="Ours."
    )
    assert "has changes that are not here yet" in sync(cora, course, "push", 502)
    sync(cora, course, "pull")
    head = repository.get(repository.head())
    assert (len(head.parents), head.author) == (2, "Cora")
    assert repository.read(head.id, LESSON) == b"# Ours\n"
    assert repository.read(head.id, "glossary.toml") == b""
    sync(cora, course, "push")
    assert linked.files() == repository.files(repository.head())


WANTED = {"ours": b"# Ours\n", "theirs": b"# Theirs\n", "both": b"<<<<<<< "}


@pytest.mark.parametrize("keep", WANTED)
def test_both_sides_have_changed_one_place(
    repository: Repository, linked: Remote, school: School, write: Write, keep: str
) -> None:
    cora, path = write(school.cora), f"/authoring/{repository.path.name}/remote"
    linked.commit({**linked.files(), LESSON: b"# Theirs\n"})
    repository.commit(
        {LESSON: b"# Ours\n"}, base=repository.head(), author=author_of(school.ada), message="Ours."
    )
    head = repository.head()
    answer = cora.post(f"{path}/sync", act="pull")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Ours" in page
    assert "Theirs" in page
    assert repository.head() == head
    mark = re.search(r'name="mark" value="([0-9a-f]{64})"', page)
    assert mark is not None
    decided = {"path": LESSON, "mark": mark[1]}
    assert cora.post(f"{path}/settle", **decided, keep="").status_code == 409
    # Somebody goes on writing: what was decided was not about that.
    repository.commit({LESSON: b"# Ours, later\n"}, base=head, author=author_of(school.ada), message="Later.")
    assert cora.post(f"{path}/settle", **decided, keep=keep).status_code == 409
    repository.commit(
        {LESSON: b"# Ours\n"}, base=repository.head(), author=author_of(school.ada), message="Back."
    )
    assert cora.post(f"{path}/settle", **decided, keep=keep).status_code == 303
    content = repository.read(repository.head(), LESSON)
    assert content is not None
    assert WANTED[keep] in content
    assert len(repository.get(repository.head()).parents) == 2
    cora.post(f"{path}/sync", act="push")
    assert linked.files()[LESSON] == content


def test_a_course_that_is_there_already_is_taken_whole(
    course: AuthoredCourse, repository: Repository, server: tuple[Remote, str], school: School, write: Write
) -> None:
    remote, address = server
    theirs = {**AUTHORED_FILES, "course.toml": AUTHORED_FILES["course.toml"].replace(b"Loops", b"Theirs")}
    del theirs["02-second/lesson.md"]
    remote.commit(theirs)
    cora = write(school.cora)
    cora.post(here(course), url=address, branch="main")
    began = repository.head()
    page = sync(cora, course, "pull", 409)
    assert "The other side is another course" in page
    sync(cora, course, "whole")
    assert repository.files(repository.head()) == theirs
    assert began in {step.id for step in repository.history()}
    db.session.refresh(course)
    assert course.title == "Theirs"
    # From now on both are one: there is nothing more to take whole.
    head = repository.head()
    assert "another course" not in sync(cora, course, "whole")
    assert repository.head() == head


def test_the_job_brings_changes_each_quarter_of_an_hour(
    app: Flask, course: AuthoredCourse, repository: Repository, linked: Remote
) -> None:
    linked.commit({**linked.files(), "03-new/lesson.md": b"# New\n"})
    syncer = Syncer(app)
    assert not syncer.sync_one()
    course.synced_at = utcnow() - timedelta(minutes=16)
    db.session.commit()
    assert syncer.sync_one()
    assert not syncer.sync_one()
    assert repository.read(repository.head(), "03-new/lesson.md") == b"# New\n"
    course.synced_at, course.remote_branch = None, "other"
    db.session.commit()
    assert syncer.sync_one()
    db.session.refresh(course)
    assert course.sync_fault == "no_branch:other"


def test_the_key_is_for_this_course_alone(course: AuthoredCourse, school: School, write: Write) -> None:
    cora = write(school.cora)
    assert "ssh-ed25519" not in cora.page(here(course))
    assert cora.post(f"{here(course)}/key").status_code == 303
    private = keys_of(course).private
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert stat.S_IMODE(private.parent.stat().st_mode) == 0o700
    page = cora.page(here(course))
    public = keys_of(course).public()
    assert public is not None
    assert public.startswith("ssh-ed25519 ")
    assert public.split()[1] in page.replace("&#43;", "+")
    assert "PRIVATE KEY" not in page
    load_ssh_private_key(private.read_bytes(), password=None)
    cora.post(f"{here(course)}/key")
    assert keys_of(course).public() != public


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd", "/etc/passwd", "ext::sh -c id", "git://example.org/x", "ftp://example.org/x", "https://",
        "https://example.org", "ssh://-oProxyCommand=id/x", "-oProxyCommand=id@host:x", "git@host:-x",
        "https://example.org/a/../b", "https://example.org/a b", "https://example.org/x?y", "ssh://git@host:99999/x",
        "https://exämple.org/x", "https://example.org/\nx", "git@host:x'; id", "x" * 600,
    ],
)  # fmt: skip
def test_addresses_that_are_refused(address: str) -> None:
    with pytest.raises(Refused):
        parse_address(address)


def test_addresses_that_are_read() -> None:
    short = parse_address("git@example.org:school/course.git")
    assert (short.scheme, short.user, short.host, short.port, short.path) == (
        "ssh", "git", "example.org", 22, "school/course.git",
    )  # fmt: skip
    long = parse_address("ssh://me@example.org:2222/~/course")
    assert (long.user, long.port, long.path) == ("me", 2222, "/~/course")
    assert parse_address("https://example.org:8443/a/b.git").url == "https://example.org:8443/a/b.git"
    assert parse_address("https://[2606:4700::1]/a").url == "https://[2606:4700::1]/a"


def test_no_password_is_kept(course: AuthoredCourse, school: School, write: Write) -> None:
    answer = write(school.cora).post(here(course), url="https://me:secret@example.org/x", branch="main")
    assert answer.status_code == 422
    assert "no name and no password" in answer.get_data(as_text=True)
    db.session.refresh(course)
    assert course.remote_url == ""


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
        "::1", "::", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1",
    ],
)  # fmt: skip
def test_addresses_of_this_house_are_refused(ip: str) -> None:
    assert not is_public(ip)
    with pytest.raises(Refused) as caught:
        checked_addresses(ip, 443, allow_private=False)
    assert caught.value.code == "private"
    assert is_public("1.1.1.1")
    assert is_public("2606:4700::1111")


def test_a_server_in_this_house_is_refused(course: AuthoredCourse, linked: Remote) -> None:
    current_app.config["PRIVATE_REMOTES"] = False
    assert fault_of(course) == Code.PRIVATE
    assert course.sync_fault == "private:"


def test_a_redirect_into_this_house_is_refused(
    course: AuthoredCourse, linked: Remote, tmp_path: Path
) -> None:
    """The check is made where a connection begins: the second one is refused, though the first one was allowed."""
    script = """
import sys
from lms.authoring import addresses, remote_process, transport
real = addresses.checked_addresses
def first_is_fine(host, port, *, allow_private):
    return real(host, port, allow_private=allow_private or str(port) == sys.argv[2])
transport.checked_addresses = first_is_fine
import json
request = json.loads(sys.argv[1])
print(json.dumps(remote_process.answered(remote_process.fetch, request)))
"""
    inner = course.remote_url

    def redirect(environ: dict[str, str], start_response: object) -> list[bytes]:
        query = environ["QUERY_STRING"]
        start_response("302 Found", [("Location", f"{inner}/info/refs?{query}")])  # type: ignore[operator]
        return [b""]

    with serving(redirect) as outer:
        request = {
            "url": f"{outer}/course", "branch": "main", "repository": str(tmp_path / "none"), "key": "/dev/null",
            "known_hosts": "/dev/null", "allow_private": False, "quarantine": str(tmp_path / "q"),
        }  # fmt: skip
        Repository.create(tmp_path / "none", AUTHORED_FILES, syncing.PASSERELLE, "Begin.")
        port = outer.rpartition(":")[2]
        done = subprocess.run(
            [sys.executable, "-c", script, json.dumps(request), port],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
    assert json.loads(done.stdout)["fault"] == "private", done


SOURCE = dict(AUTHORED_FILES)


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({**SOURCE, "a/..": b"x"}, Code.CONTENT),
        ({**SOURCE, ".git": b"x"}, Code.CONTENT),
        ({**SOURCE, ".GIT/config": b"x"}, Code.CONTENT),
        ({**SOURCE, "a\\b": b"x"}, Code.CONTENT),
        ({**SOURCE, "con.md": b"x"}, Code.CONTENT),
        ({**SOURCE, "a\u202eb": b"x"}, Code.CONTENT),
        ({**SOURCE, "Course.toml": b"x"}, Code.CONTENT),
        ({**SOURCE, "link": (0o120000, b"/etc/passwd")}, Code.LINK),
        ({**SOURCE, "large": b"\0" * (3 * 1024 * 1024)}, Code.TOO_LARGE),
        ({**SOURCE, "bomb": b"\0" * (9 * 1024 * 1024)}, Code.TOO_LARGE),
        ({f"{n}.md": b"x" for n in range(3100)} | SOURCE, Code.TOO_LARGE),
        ({"README.md": b"x"}, Code.NO_COURSE),
    ],
    ids=[
        "dots",
        "git",
        "git in capitals",
        "backslash",
        "device",
        "bidi",
        "capitals",
        "link",
        "large",
        "bomb",
        "many",
        "other",
    ],
)
def test_what_no_course_may_hold_stays_outside(
    course: AuthoredCourse, repository: Repository, linked: Remote, files: dict, code: Code
) -> None:
    head, packs = repository.head(), sorted((repository.path / "objects" / "pack").iterdir())
    linked.commit(files)
    assert fault_of(course) == code
    assert repository.head() == head
    assert sorted((repository.path / "objects" / "pack").iterdir()) == packs
    assert list(keys_of(course).folder.glob("quarantine-*")) == []


def test_a_bad_step_on_the_way_is_refused_too(
    course: AuthoredCourse, repository: Repository, linked: Remote
) -> None:
    good = linked.files()
    linked.commit({**good, ".git": b"x"})
    linked.commit(good)
    assert fault_of(course) == Code.CONTENT


def test_servers_that_are_none(app: Flask, course: AuthoredCourse, tmp_path: Path) -> None:
    app.config["PRIVATE_REMOTES"] = True

    def answers(status: str, body: bytes, kind: str = "text/html") -> object:
        def answer(_environ: object, start_response: object) -> list[bytes]:
            start_response(status, [("Content-Type", kind)])  # type: ignore[operator]
            return [body]

        return answer

    git = "application/x-git-upload-pack-advertisement"
    for answer, code in (
        (answers("200 OK", b"<h1>Hello</h1>"), Code.PROTOCOL),
        (answers("200 OK", b"001e# service=git-upload-pack\n0000ffffrubbish", git), None),
        (answers("404 Not Found", b""), Code.NOT_FOUND),
        (answers("401 Unauthorized", b""), Code.DENIED),
    ):
        with serving(answer) as address:  # type: ignore[arg-type]
            syncing.set_remote(course, f"{address}/x", "main")
            found = fault_of(course)
            assert found == code if code is not None else found in {Code.PROTOCOL, Code.UNREACHABLE}
    syncing.set_remote(course, "http://127.0.0.1:9/x", "main")
    assert fault_of(course) == Code.UNREACHABLE


def test_a_server_that_never_answers_has_a_deadline(
    app: Flask, course: AuthoredCourse, school: School, write: Write
) -> None:
    app.config.update(PRIVATE_REMOTES=True, REMOTE_DEADLINE=2.0)
    cora = write(school.cora)

    over = Event()

    def slow(_environ: object, _start_response: object) -> list[bytes]:
        over.wait(30)
        return []

    with serving(slow) as address:
        syncing.set_remote(course, f"{address}/x", "main")
        db.session.commit()
        began = time.monotonic()
        assert "The server took too long." in sync(cora, course, "compare", 502)
        assert time.monotonic() - began < 5
        over.set()


FAKE_SSH = """#!{python}
import os, sys
from dulwich.protocol import ReceivableProtocol
from dulwich.repo import Repo
from dulwich.server import DictBackend, ReceivePackHandler, UploadPackHandler
with open({log!r}, "a") as log:
    log.write(repr(sys.argv[1:]) + repr(sorted(os.environ)) + "\\n")
options = dict(word.split("=", 1) for word in sys.argv if "=" in word and " " not in word)
if not os.path.isfile(options["IdentityFile"]):
    sys.exit("git@example.org: Permission denied (publickey).")
command, path = sys.argv[-1].split(" ", 1)
backend = DictBackend({{b"x": Repo(os.path.join({folder!r}, path.strip("'")))}})
protocol = ReceivableProtocol(lambda size: os.read(0, size), sys.stdout.buffer.raw.write)
handler = ReceivePackHandler if command == "git-receive-pack" else UploadPackHandler
handler(backend, [b"x"], protocol).handle()
"""


def test_over_ssh_with_the_course_s_own_key(
    course: AuthoredCourse, server: tuple[Remote, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program `ssh` is ours here: it says what it was called with, and runs git's other side."""
    repository, remote = repository_of(course), server[0]
    log, programs = tmp_path / "log", tmp_path / "programs"
    programs.mkdir()
    script = programs / "ssh"
    script.write_text(FAKE_SSH.format(python=sys.executable, log=str(log), folder=str(tmp_path)))
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("SSH_AUTH_SOCK", "/secret/agent")
    syncing.set_remote(course, "git@localhost:elsewhere", "main")
    with pytest.raises(RemoteFault) as caught:
        syncing.push(course)
    assert caught.value.code == Code.DENIED
    keys_of(course).make()
    syncing.push(course)
    assert remote.files() == repository.files(repository.head())
    remote.commit({**remote.files(), "03-new/lesson.md": b"# New\n"})
    syncing.pull(course, syncing.PASSERELLE)
    assert repository.read(repository.head(), "03-new/lesson.md") == b"# New\n"
    called = log.read_text()
    for wanted in (
        "'BatchMode=yes'", "'StrictHostKeyChecking=accept-new'", "'HostKeyAlias=localhost'", "'-F', '/dev/null'",
        "'IdentitiesOnly=yes'", f"'UserKnownHostsFile={keys_of(course).known_hosts}'", "'--', 'localhost'",
        "'ProxyCommand=none'",
    ):  # fmt: skip
        assert wanted in called
    assert re.search(r"'HostName=(127\.0\.0\.1|::1)'", called)
    assert "SSH_AUTH_SOCK" not in called


def test_a_process_that_breaks_or_dies_is_a_fault(
    course: AuthoredCourse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "program"
    monkeypatch.setattr(sys, "executable", str(program))
    syncing.set_remote(course, "https://example.org/x", "main")
    for does, code in (("exit 1", Code.PROTOCOL), ("kill -9 $$", Code.TOO_LARGE)):
        program.write_text(f"#!/bin/sh\n{does}\n")
        program.chmod(0o755)
        with pytest.raises(RemoteFault) as caught:
            remotes.fetch(course, Repository(tmp_path))
        assert caught.value.code == code
