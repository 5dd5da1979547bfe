"""The repositories in a backup. What was published is in the database, and is laid out from there.

A backup takes the database first: every course in it has its repository, at least as new, in what comes after.
"""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from lms.authoring.disk import LOCK_NAME, locked, sync_tree

FOLDER = "repositories"
PIECE = 1 << 20


def pack_repositories(folder: Path, archive: zipfile.ZipFile) -> dict[str, str]:
    """Write every repository into the archive, each as it is at one moment; the SHA-256 of each file by its name."""
    hashes: dict[str, str] = {}
    for repository in sorted(folder.glob("*/objects")):
        with locked(repository.parent):
            for file in _files(repository.parent):
                name = f"{FOLDER}/{file.relative_to(folder).as_posix()}"
                with file.open("rb") as content:
                    hashes[name] = hashlib.file_digest(content, "sha256").hexdigest()
                archive.write(file, name)
    return hashes


def unpack_repositories(archive: zipfile.ZipFile, hashes: Mapping[str, str], target: Path) -> None:
    """Lay the repositories of a backup out in a new folder; ValueError when one is not what was written."""
    target.mkdir()
    for name, wanted in hashes.items():
        path = PurePosixPath(name)
        if path.parts[:1] != (FOLDER,) or ".." in path.parts or len(path.parts) < 3:
            raise ValueError(f"{name} is no file of a repository")
        file = target.joinpath(*path.parts[1:])
        file.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(name) as packed, file.open("wb") as plain:
            shutil.copyfileobj(packed, plain, PIECE)
        with file.open("rb") as content:
            if hashlib.file_digest(content, "sha256").hexdigest() != wanted:
                raise ValueError(f"{name} is not what was written")
    for repository in target.iterdir():
        # A repository has these even while nothing is in them.
        for empty in ("objects/info", "objects/pack", "refs/heads", "refs/tags"):
            (repository / empty).mkdir(parents=True, exist_ok=True)
    sync_tree(target)


def replace_repositories(new: Path, place: Path, stamp: str) -> list[str]:
    """Put the repositories in their place; what was there is kept beside."""
    notes = []
    if place.is_dir() and any(place.iterdir()):
        kept = place.with_name(f"{place.name}.before-restore-{stamp}")
        place.rename(kept)
        notes.append(f"The repositories of before are kept: {kept}")
    elif place.is_dir():
        place.rmdir()
    new.rename(place)
    return notes


def _files(repository: Path) -> Iterator[Path]:
    for file in sorted(repository.rglob("*")):
        if file.is_file() and file.name != LOCK_NAME and file.suffix != ".lock":
            yield file
