"""Reads an exercise's `tests/` folder and `suite.lock`: what a run of the solution recorded of its tests.

The lock is written by `passerelle courses record` and kept with the exercise. It says which tests there are, in
which order they run, and how they end with the solution; a hand-in that runs fewer is never passed.
"""

from __future__ import annotations

import ast
import fnmatch
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lms.catalog.model import Exercise, Fault, Suite, SuiteTest
from lms.catalog.snapshot import content_hash

LOCK = "suite.lock"
LOCK_FORMAT = 1
MAX_FILES = 60
MAX_BYTES = 512 * 1024
OUTCOMES = frozenset({"passed", "xfailed", "skipped"})
RECORD_CURE = "Run `passerelle courses record` and keep the file that it writes."
_RUNS_TEXT = frozenset({"eval", "exec", "compile", "__import__"})
_UNSAFE_MODULES = frozenset({"pickle", "marshal", "shelve", "ctypes", "dill"})


class LockError(ValueError):
    """suite.lock is not in its form."""


def read_tests(folder: Path) -> dict[str, str]:
    """The files below `tests/` by path; ValueError says what cannot be read."""
    found: dict[str, str] = {}
    size = 0
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if "__pycache__" in path.parts or path.name.startswith(".") or path.is_dir():
            continue
        if path.is_symlink():
            raise ValueError(f"tests/{name} is a link.")
        size += path.stat().st_size
        if len(found) >= MAX_FILES or size > MAX_BYTES:
            raise ValueError(f"tests/ holds more than {MAX_FILES} files or {MAX_BYTES // 1024} KiB.")
        try:
            found[name] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise ValueError(f"tests/{name} is not UTF-8 text.") from error
    return found


def suite_of(files: Mapping[str, str], table: Mapping[str, Any], lock: str | None) -> Suite:
    """The suite; LockError when there is a lock that cannot be read."""
    suite = Suite(
        files=files,
        data=tuple(table.get("data", ())),
        hidden=tuple(table.get("hidden", ())),
        reference=table.get("reference", False),
    )
    return suite if lock is None else recorded(suite, lock)


def recorded(suite: Suite, lock: str) -> Suite:
    """The suite with what a lock's text says of it."""
    try:
        content = json.loads(lock)
        if content["format"] != LOCK_FORMAT:
            raise LockError(f"its format is {content['format']!r}")
        tests = tuple(_test(row) for row in content["tests"])
        surface = {str(name): tuple(map(str, operators)) for name, operators in content["surface"].items()}
        of = str(content["of"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LockError(f"it cannot be read ({error})") from error
    return Suite(suite.files, suite.data, suite.hidden, suite.reference, tests, surface, of)


def _test(row: Mapping[str, Any]) -> SuiteTest:
    test = SuiteTest(**row)
    right = (
        isinstance(test.id, str)
        and isinstance(test.name, str)
        and isinstance(test.hidden, bool)
        and type(test.points) is int
        and test.points > 0
        and (test.hint is None or isinstance(test.hint, str))
        and test.outcome in OUTCOMES
    )
    if not right:
        raise LockError("a test is not in its form")
    return test


def suite_hash(suite: Suite, solution: Mapping[str, str]) -> str:
    """What a record belongs to: the tests, their settings and the solution."""
    return content_hash([dict(suite.files), suite.data, suite.hidden, suite.reference, dict(solution)])


def lock_text(suite: Suite, solution: Mapping[str, str]) -> str:
    """The text of suite.lock for a suite with its record."""
    tests = [
        {
            "id": test.id, "name": test.name, "hidden": test.hidden, "points": test.points, "hint": test.hint,
            "outcome": test.outcome,
        }
        for test in suite.tests
    ]  # fmt: skip
    content = {
        "format": LOCK_FORMAT,
        "of": suite_hash(suite, solution),
        "tests": tests,
        "surface": {name: list(operators) for name, operators in sorted(suite.surface.items())},
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def modules_of(files: tuple[str, ...]) -> tuple[str, ...]:
    """The importable names of a program's files, its first file's first; folders are packages."""
    names = [name.removesuffix(".py").replace("/", ".").removesuffix(".__init__") for name in files]
    packages = {name.rpartition(".")[0] for name in names if "." in name}
    packages |= {package.rpartition(".")[0] for package in packages if "." in package}
    return (*names, *sorted(packages - set(names)))


def suite_faults(exercise: Exercise, folder: str) -> Iterator[Fault]:
    """Faults of a suite that show without running it."""
    suite = exercise.suite
    if suite is None:
        return
    lock = f"{folder}{LOCK}"
    if not any(_is_test_file(Path(name).name) for name in suite.files):
        yield Fault(f"{folder}tests", 1, "There is no test file.", "Name it test_….py.")
    for name in suite.data:
        if name not in suite.files:
            yield Fault(f"{folder}exercise.toml", 1, f"There is no file tests/{name}.", "Mend `data`.")
    taken = {module.partition(".")[0] for module in modules_of(exercise.files)} | {"reference"}
    for name, text in suite.files.items():
        if name.removesuffix(".py").partition("/")[0] in taken:
            cure = "Give the helper another name: the tests would import it instead of the program."
            yield Fault(f"{folder}tests/{name}", 1, "This file is named like a file of the program.", cure)
        if name.endswith(".py"):
            yield from _code_faults(f"{folder}tests/{name}", text)
    if not suite.tests:
        yield Fault(lock, 1, "The tests have not been recorded.", RECORD_CURE)
        return
    if suite.recorded_of != suite_hash(suite, exercise.solution):
        yield Fault(lock, 1, "The tests or the solution have changed since they were recorded.", RECORD_CURE)
    if all(test.hidden for test in suite.shown):
        yield Fault(lock, 1, "Every test is hidden.", "Let students see at least one.")
    for pattern in suite.hidden:
        if not any(fnmatch.fnmatchcase(test.id, pattern) for test in suite.tests):
            cure = "Write it as `test_file.py::test_name`; `*` stands for anything."
            yield Fault(f"{folder}exercise.toml", 1, f"No test is named like `{pattern}`.", cure)


def _is_test_file(name: str) -> bool:
    """Whether pytest looks for tests in a file of this name."""
    return name.endswith("_test.py") or (name.startswith("test_") and name.endswith(".py"))


def _code_faults(path: str, text: str) -> Iterator[Fault]:
    """What a test must not do, because it would run what a student wrote in the checker's container."""
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        yield Fault(path, error.lineno or 1, f"Python cannot read this file: {error.msg}.", "Mend it.")
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _RUNS_TEXT:
            cure = "Call the program's functions; a text of the program's must not run in the checker."
            yield Fault(path, node.lineno, f"`{node.func.id}()` is not allowed in tests.", cure)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module]
            for module in modules:
                if (module or "").partition(".")[0] in _UNSAFE_MODULES:
                    cure = "Compare values; an unpickled value of the program's could run code."
                    yield Fault(path, node.lineno, f"`{module}` is not allowed in tests.", cure)
