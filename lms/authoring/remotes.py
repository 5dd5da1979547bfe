"""A course's repository elsewhere: its key, and what is brought from there and sent there, each with a deadline."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_ssh_private_key,
)
from flask import current_app

from lms.authoring.disk import locked
from lms.authoring.models import AuthoredCourse
from lms.authoring.repository import Repository
from lms.core.config import ROOT

DEADLINE = 45.0
DEPLOY_KEYS = "deploy-keys"

log = logging.getLogger(__name__)


class Code(StrEnum):
    """Why nothing was brought or sent."""

    ADDRESS = "address"
    PASSWORD = "password"  # noqa: S105  # the name of a fault
    PRIVATE = "private"
    UNREACHABLE = "unreachable"
    DEADLINE = "deadline"
    DENIED = "denied"
    HOST_KEY = "host_key"
    NOT_FOUND = "not_found"
    NO_BRANCH = "no_branch"
    EMPTY = "empty"
    NO_COURSE = "no_course"
    TOO_LARGE = "too_large"
    CONTENT = "content"
    LINK = "link"
    MOVED = "moved"
    REJECTED = "rejected"
    PROTOCOL = "protocol"
    CONFLICT = "conflict"


class RemoteFault(Exception):
    """It did not work, for a reason that can be said (`pages.fault_words`)."""

    def __init__(self, code: Code, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail

    @property
    def stored(self) -> str:
        """As a row keeps it."""
        return f"{self.code}:{self.detail}"[:500]


@dataclass(frozen=True, slots=True)
class Keys:
    """The folder in which a course's key and the servers that it knows are kept."""

    folder: Path

    @property
    def private(self) -> Path:
        """The private key, which never leaves this file."""
        return self.folder / "key"

    @property
    def known_hosts(self) -> Path:
        """The keys that servers showed at the first meeting."""
        return self.folder / "known_hosts"

    def public(self) -> str | None:
        """The public key as a server wants it; None before `make`."""
        if not self.private.is_file():
            return None
        key = load_ssh_private_key(self.private.read_bytes(), password=None)
        return key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode() + " passerelle"

    def make(self) -> None:
        """A new key. The one before, if there was one, opens nothing any more once the server forgets it."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = Ed25519PrivateKey.generate()
        content = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
        handle, name = tempfile.mkstemp(dir=self.folder)  # readable by nobody else from the first moment
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(self.private)

    def forget_hosts(self) -> None:
        """Trust the key that the server shows next."""
        self.known_hosts.unlink(missing_ok=True)


def keys_of(course: AuthoredCourse) -> Keys:
    """The course's key."""
    return Keys(Path(current_app.config["INSTANCE_DIR"]) / DEPLOY_KEYS / course.public_id)


def fetch(course: AuthoredCourse, repository: Repository) -> str:
    """Bring the remote's branch here, without changing any of ours; gives its newest commit."""
    with _quarantine(course) as folder:
        answer = _ask(course, repository, {"act": "fetch", "quarantine": str(folder)})
        repository.take_in(folder, answer["commit"])
    return str(answer["commit"])


def push(course: AuthoredCourse, repository: Repository, commit: str) -> None:
    """Send a commit to the remote's branch."""
    _ask(course, repository, {"act": "push", "commit": commit})


def _ask(course: AuthoredCourse, repository: Repository, request: Mapping[str, Any]) -> dict[str, Any]:
    keys = keys_of(course)
    keys.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    whole = {
        **request,
        "url": course.remote_url,
        "branch": course.remote_branch,
        "repository": str(repository.path),
        "key": str(keys.private),
        "known_hosts": str(keys.known_hosts),
        "allow_private": bool(current_app.config.get("PRIVATE_REMOTES")),
    }
    with locked(keys.folder):  # one at a time for each course
        answer = _run(json.dumps(whole).encode(), current_app.config.get("REMOTE_DEADLINE", DEADLINE))
    if "fault" in answer:
        raise RemoteFault(Code(answer["fault"]), str(answer.get("detail", "")))
    return answer


def _run(request: bytes, deadline: float) -> dict[str, Any]:
    process = subprocess.Popen(
        [sys.executable, "-m", "lms.authoring.remote_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        # Nothing of what Passerelle's own environment holds; a session of its own, to be ended with what it started.
        env={"PATH": os.environ.get("PATH", os.defpath), "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"},
        start_new_session=True,
    )
    try:
        output, said = process.communicate(request, timeout=deadline)
    except subprocess.TimeoutExpired:
        raise RemoteFault(Code.DEADLINE) from None
    finally:
        if (
            process.returncode is None
        ):  # its number is still its own, and so is the group of what it has started
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    try:
        answer: dict[str, Any] = json.loads(output)
    except ValueError:
        if process.returncode < 0:  # ended by one of its bounds
            raise RemoteFault(Code.TOO_LARGE) from None
        log.error("The process that talks to remotes broke: %s", said.decode("utf-8", "replace")[-500:])  # noqa: TRY400
        raise RemoteFault(Code.PROTOCOL) from None
    return answer


@contextmanager
def _quarantine(course: AuthoredCourse) -> Iterator[Path]:
    parent = keys_of(course).folder
    parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = Path(tempfile.mkdtemp(prefix="quarantine-", dir=parent))
    try:
        yield folder / "objects"
    finally:
        shutil.rmtree(folder, ignore_errors=True)
