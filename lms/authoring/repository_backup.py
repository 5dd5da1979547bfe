"""The repositories and the interface's changed texts in a backup.

What was published is in the database, and is laid out from there.
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
INTERFACE = "translations"
PIECE = 1 << 20


def pack_repositories(folder: Path, archive: zipfile.ZipFile) -> dict[str, str]:
    """Write every repository into the archive, each as it is at one moment; the SHA-256 of each file by its name."""
    hashes: dict[str, str] = {}
    for repository in sorted(folder.glob("*/objects")):
        with locked(repository.parent):
            for file in _files(repository.parent):
                name = f"{FOLDER}/{file.relative_to(folder).as_posix()}"
                hashes[name] = _pack_file(archive, file, name)
    return hashes


def pack_interface(folder: Path, archive: zipfile.ZipFile) -> dict[str, str]:
    """Write the texts of the interface that were changed here into the archive, as they are at one moment."""
    if not folder.is_dir():
        return {}
    with locked(folder):
        files = [file for file in _files(folder) if file.parent == folder and not file.name.startswith(".")]
        return {
            f"{INTERFACE}/{file.name}": _pack_file(archive, file, f"{INTERFACE}/{file.name}")
            for file in files
        }


def unpack_repositories(archive: zipfile.ZipFile, hashes: Mapping[str, str], target: Path) -> None:
    """Lay the repositories of a backup out in a new folder; ValueError when one is not what was written."""
    target.mkdir()
    for name, wanted in hashes.items():
        path = PurePosixPath(name)
        if path.parts[:1] != (FOLDER,) or ".." in path.parts or len(path.parts) < 3:
            raise ValueError(f"{name} is no file of a repository")
        file = target.joinpath(*path.parts[1:])
        file.parent.mkdir(parents=True, exist_ok=True)
        _unpack_file(archive, name, wanted, file)
    for repository in target.iterdir():
        # A repository has these even while nothing is in them.
        for empty in ("objects/info", "objects/pack", "refs/heads", "refs/tags"):
            (repository / empty).mkdir(parents=True, exist_ok=True)
    sync_tree(target)


def unpack_interface(archive: zipfile.ZipFile, hashes: Mapping[str, str], target: Path) -> None:
    """Lay the interface's texts of a backup out in a new folder; ValueError when one is not what was written."""
    target.mkdir()
    for name, wanted in hashes.items():
        path = PurePosixPath(name)
        if len(path.parts) != 2 or path.parts[0] != INTERFACE or path.name.startswith("."):
            raise ValueError(f"{name} is no file of the interface")
        _unpack_file(archive, name, wanted, target / path.name)
    sync_tree(target)


def replace_folder(new: Path, place: Path, stamp: str, what: str = "repositories") -> list[str]:
    """Put the repositories (or what `what` calls it) in their place; what was there is kept beside."""
    notes = []
    if place.is_dir() and any(place.iterdir()):
        kept = place.with_name(f"{place.name}.before-restore-{stamp}")
        place.rename(kept)
        notes.append(f"The {what} of before are kept: {kept}")
    elif place.is_dir():
        place.rmdir()
    new.rename(place)
    return notes


def _pack_file(archive: zipfile.ZipFile, file: Path, name: str) -> str:
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    archive.write(file, name)
    return digest


def _unpack_file(archive: zipfile.ZipFile, name: str, wanted: str, file: Path) -> None:
    with archive.open(name) as packed, file.open("wb") as plain:
        shutil.copyfileobj(packed, plain, PIECE)
    with file.open("rb") as content:
        if hashlib.file_digest(content, "sha256").hexdigest() != wanted:
            raise ValueError(f"{name} is not what was written")


def _files(repository: Path) -> Iterator[Path]:
    for file in sorted(repository.rglob("*")):
        if file.is_file() and file.name != LOCK_NAME and file.suffix != ".lock":
            yield file
