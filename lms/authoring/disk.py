"""What makes writing to a repository safe: a lock that dies with its holder, and names that are really on the disk."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from dulwich.file import FileLocked

LOCK_NAME = "passerelle.lock"
LOCK_WAIT = 20.0

T = TypeVar("T")


class Busy(Exception):
    """Somebody else has been writing to the repository for longer than anybody should."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a lock that is the system's: it goes with the process, however that ends."""
    handle = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        until = time.monotonic() + LOCK_WAIT
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise Busy(folder.name) from None
                time.sleep(0.005)
        yield
    finally:
        os.close(handle)


def past_dead_locks(path: Path, act: Callable[[], T]) -> T:
    """Do what needs a lock file, and once more without those that dead processes have left."""
    try:
        return act()
    except FileLocked:
        for folder in (path, path / "objects", path / "refs"):
            for left in folder.rglob("*.lock") if folder != path else folder.glob("*.lock"):
                if left.name != LOCK_NAME:
                    left.unlink(missing_ok=True)
        return act()


def sync_folder(path: Path) -> None:
    """Bring a folder's names onto the disk: a file that is safe under no name is lost."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(path: Path) -> None:
    for folder, _, _ in os.walk(path):
        sync_folder(Path(folder))


def copy_safely(source: Path, target: Path, ending: str) -> None:
    """Copy the files with this ending; each gets its name once it is on the disk."""
    for file in sorted(source.glob(f"*{ending}")):
        making = target / f"tmp-{file.name}"
        shutil.copyfile(file, making)
        with making.open("rb") as copied:
            os.fsync(copied.fileno())
        making.replace(target / file.name)
    sync_folder(target)
