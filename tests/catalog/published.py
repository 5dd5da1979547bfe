"""Lays courses out as publishing does, without a database."""

from __future__ import annotations

import hashlib
from pathlib import Path

from lms.catalog.parse import read_course
from lms.catalog.shelf import Index, Published, lay_out_tree, write_index


def files_of(course: Path) -> dict[str, bytes]:
    """A course folder's files by path."""
    return {
        path.relative_to(course).as_posix(): path.read_bytes()
        for path in sorted(course.rglob("*"))
        if path.is_file()
    }


def lay_out(folder: Path, course: Path) -> tuple[str, str]:
    """Lay out a course folder as it is; its version and its tree."""
    folder.mkdir(exist_ok=True)
    files = files_of(course)
    tree = hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()
    lay_out_tree(folder, tree, course.name, files)
    found = read_course(folder / tree / course.name).course
    assert found is not None
    return found.version, tree


def serve(folder: Path, slug: str, *states: tuple[str, str]) -> None:
    """Serve these versions of one course, the last one as the current."""
    index: Index = {slug: Published(states[-1][0], dict(states))}
    write_index(folder, index)
