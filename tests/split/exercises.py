"""Ordinary exercises with right and wrong programs, on which split grading must agree with plain pytest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "exercises"
PROGRAMS = ("right", "stub", "wrong_")


@dataclass(frozen=True)
class SplitExercise:
    """What one folder holds. Every mapping is of text by path; the main module is always solution.py.

    `tests` has the Python files of the test side, `data` its other files, and `programs` the files of
    each program by its name: right, stub, wrong_<why>.
    """

    slug: str
    tests: dict[str, str]
    data: dict[str, str]
    programs: dict[str, dict[str, str]]


def slugs() -> list[str]:
    """The names of all exercises, in order."""
    return sorted(
        path.name for path in FOLDER.iterdir() if (path / "right.py").exists() or (path / "right").is_dir()
    )


def read(slug: str) -> SplitExercise:
    """The exercise in the folder of that name."""
    folder = FOLDER / slug
    tests: dict[str, str] = {}
    data: dict[str, str] = {}
    programs: dict[str, dict[str, str]] = {}
    for path in _files(folder):
        name = path.relative_to(folder)
        text = path.read_text(encoding="utf-8")
        if not name.parts[0].startswith(PROGRAMS):
            (tests if path.suffix == ".py" else data)[name.as_posix()] = text
        elif len(name.parts) == 1:
            programs[path.stem] = {"solution.py": text}
        else:
            programs.setdefault(name.parts[0], {})["/".join(name.parts[1:])] = text
    return SplitExercise(slug, tests, data, programs)


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path
