"""An exercise's folder as one thing to edit, and back: pure, from files to a `Sheet` and from a `Sheet` to changes.

What the sheet does not know stays as it is: comments and unknown keys of exercise.toml, other files of the folder. A
file that would say the same is not written. Texts are kept as they are typed, right or wrong, so that nothing is lost.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from lms.authoring.coursefile import Unreadable
from lms.authoring.exercise_toml import folded
from lms.catalog.languages import LANGUAGES, language_of
from lms.catalog.suite import LOCK
from lms.core.text import fold_digits

EXERCISE = "exercise.toml"
STATEMENT = "statement.md"
OUTCOMES = ("failed", "error", "time_limit", "memory_limit", "output_limit", "rule")
COMPARISONS = ("lines", "exact", "contains", "numbers")
CHECK_KINDS = ("call", "program", "variable", "script")
STEP_KINDS = ("new", "call", "get")

_CHECK_KEYS = {
    "call": ("call", "returns", "raises", "prints", "tolerance", "stdin"),
    "program": ("stdin", "stdout", "compare"),
    "variable": ("variable", "equals", "tolerance", "stdin"),
    "script": ("steps", "stdin"),
}
_STEP_KEYS = {
    "new": ("as", "call", "raises", "prints"),
    "call": ("as", "on", "call", "returns", "raises", "prints", "tolerance"),
    "get": ("on", "attribute", "equals", "tolerance"),
}
_SIGNS = ("value", "error", "printed", "rule", "missing", "check", "outcome")
_WHOLE = ("title", "kernel", "files", "review", "suite", "rules", "checks", "mistakes")


@dataclass(slots=True)
class StepRow:
    """A step of a check of the kind `script`, as typed; empty is not given, and None for what is printed."""

    do: str = "call"
    name: str = ""  # `as` in the file
    on: str = ""
    call: str = ""
    attribute: str = ""
    returns: str = ""
    raises: str = ""
    prints: str | None = None
    equals: str = ""
    tolerance: str = ""


@dataclass(slots=True)
class CheckRow:
    """A check as typed."""

    name: str = ""
    kind: str = "call"
    hidden: bool = False
    hint: str = ""
    call: str = ""
    returns: str = ""
    raises: str = ""
    prints: str | None = None
    tolerance: str = ""
    stdin: str = ""
    stdout: str = ""
    compare: str = "lines"
    variable: str = ""
    equals: str = ""
    steps: list[StepRow] = field(default_factory=list)


Row = TypeVar("Row", CheckRow, StepRow)


@dataclass(slots=True)
class Sample:
    """A wrong program with the hint for it and the signs of its mistake."""

    name: str = ""
    texts: list[str] = field(default_factory=list)
    """One for each of the sheet's files."""
    hint: str = ""
    value: str = ""
    error: str = ""
    printed: str = ""
    rule: str = ""
    missing: str = ""
    check: str = ""
    outcome: str = ""

    @property
    def has_mistake(self) -> bool:
        """Whether exercise.toml speaks of it."""
        return bool(self.hint) or any(getattr(self, sign) for sign in _SIGNS)


@dataclass(slots=True)
class TestFile:
    """A file of `tests/`."""

    __test__ = False  # pytest looks for classes with such names

    name: str = ""
    text: str = ""


@dataclass(slots=True)
class Sheet:
    """All of an exercise, as it is edited."""

    title: str = ""
    kernel: str = "python"
    files: list[str] = field(default_factory=lambda: ["solution.py"])
    statement: str = ""
    starter: list[str] = field(default_factory=lambda: [""])
    solution: list[str] = field(default_factory=lambda: [""])
    samples: list[Sample] = field(default_factory=list)
    ordinary: bool = False
    """Whether ordinary tests stand in the place of checks."""
    checks: list[CheckRow] = field(default_factory=list)
    tests: list[TestFile] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    reference: bool = False
    must_use: list[str] = field(default_factory=list)
    must_not_use: list[str] = field(default_factory=list)
    review: bool = False
    criteria: list[str] = field(default_factory=list)

    @property
    def suffix(self) -> str:
        """How the program's files end."""
        return language_of(self.kernel).suffix


def read_sheet(files: Mapping[str, bytes]) -> Sheet:
    """The sheet of an exercise's files, by their paths in its folder. Raises `Unreadable` for a broken TOML."""
    sheet = _sheet_of(_values(files.get(EXERCISE)))
    sheet.statement = _text(files, STATEMENT)
    sheet.starter = _program(files, "starter", sheet)
    sheet.solution = _program(files, "solution", sheet)
    named = {sample.name for sample in sheet.samples}
    for name in sorted({name for path in files if (name := _sample_of(path, sheet.suffix))} - named):
        sheet.samples.append(Sample(name))
    seen: set[str] = set()
    for sample in sheet.samples:
        blank = sample.name in seen
        sample.texts = [""] * len(sheet.files) if blank else _program(files, f"wrong/{sample.name}", sheet)
        seen.add(sample.name)
    for path in sorted(files):
        if path.startswith("tests/") and (text := _decoded(files[path])) is not None:
            sheet.tests.append(TestFile(path.removeprefix("tests/"), text))
    sheet.ordinary = any(path.startswith("tests/") for path in files)
    return sheet


def changes_of(sheet: Sheet, files: Mapping[str, bytes]) -> dict[str, bytes | None]:
    """What saving the sheet changes in the folder; None: the file goes. Raises `Unreadable` as reading does."""
    before = dict(_texts(read_sheet(files), files))
    after = dict(_texts(sheet, files))
    changes: dict[str, bytes | None] = {path: None for path in before if path in files and path not in after}
    if not sheet.ordinary:
        changes |= {path: None for path in files if path.startswith("tests/") or path == LOCK}
    for path, text in after.items():
        known = _decoded(files[path]) if path in files else None
        if text != known and (text or path in files):
            changes[path] = ended(text).encode()
    toml = folded(files.get(EXERCISE), values_of(sheet), _same)
    if toml != files.get(EXERCISE):
        changes[EXERCISE] = toml
    return changes


def values_of(sheet: Sheet) -> dict[str, Any]:
    """What exercise.toml says, in the order of a new file."""
    values: dict[str, Any] = {"title": sheet.title}
    if sheet.kernel != "python":
        values["kernel"] = sheet.kernel
    if sheet.files != [f"solution{sheet.suffix}"]:
        values["files"] = list(sheet.files)
    if sheet.review:
        values["review"] = {"criteria": list(sheet.criteria)} if sheet.criteria else True
    if sheet.ordinary:
        suite = {"hidden": list(sheet.hidden), "data": list(sheet.data), "reference": sheet.reference}
        values["suite"] = {key: value for key, value in suite.items() if value}
    rules = {"must_use": list(sheet.must_use), "must_not_use": list(sheet.must_not_use)}
    values["rules"] = {key: value for key, value in rules.items() if value}
    if not sheet.ordinary:
        values["checks"] = [_check_values(check) for check in sheet.checks]
    values["mistakes"] = [_mistake_values(sample) for sample in sheet.samples if sample.has_mistake]
    return {key: value for key, value in values.items() if value not in ({}, []) or key == "title"}


def ended(text: str) -> str:
    """A text as a file: with one line end at least, unless it is empty."""
    return text if not text or text.endswith("\n") else text + "\n"


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return _sheet_of(one) == _sheet_of(other)


def _check_values(check: CheckRow) -> dict[str, Any]:
    values: dict[str, Any] = {"name": check.name, "kind": check.kind}
    for key in _CHECK_KEYS.get(check.kind, ()):
        if key == "steps":
            values["steps"] = [_step_values(step) for step in check.steps]
        elif key == "stdout" or _given(key, getattr(check, key)):
            values[key] = _typed(key, getattr(check, key))
    if values.get("compare") == "lines":
        del values["compare"]
    if check.hidden:
        values["hidden"] = True
    if check.hint:
        values["hint"] = check.hint
    return values


def _step_values(step: StepRow) -> dict[str, Any]:
    values: dict[str, Any] = {"do": step.do}
    for key in _STEP_KEYS.get(step.do, ()):
        value = getattr(step, "name" if key == "as" else key)
        if _given(key, value):
            values[key] = _typed(key, value)
    return values


def _given(key: str, value: str | None) -> bool:
    """Whether a value stands in the file. That nothing is printed is something to expect."""
    return value is not None if key == "prints" else bool(value)


def _mistake_values(sample: Sample) -> dict[str, Any]:
    values: dict[str, Any] = {"sample": sample.name, "hint": sample.hint}
    return values | {sign: _typed(sign, text) for sign in _SIGNS if (text := getattr(sample, sign))}


def _typed(key: str, text: str) -> Any:
    """Numbers as numbers. What is none stays as it was typed, and the checker tells so."""
    if key not in ("tolerance", "check"):
        return text
    digits = fold_digits(text).strip()
    try:
        return int(digits) if digits.isdecimal() else float(digits) if key == "tolerance" else text
    except ValueError:
        return text


def _values(content: bytes | None) -> dict[str, Any]:
    try:
        return tomllib.loads((content or b"").decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Unreadable(str(error)) from error


def _sheet_of(values: Mapping[str, Any]) -> Sheet:
    """What exercise.toml says, whatever its form: texts for what should be texts, nothing for what is odd."""
    kernel = _str(values.get("kernel", "python"))
    suite, rules, review = _table(values, "suite"), _table(values, "rules"), values.get("review")
    return Sheet(
        title=_str(values.get("title", "")),
        kernel=kernel,
        files=_strings(values, "files") or [f"solution{language_of(kernel).suffix}"],
        checks=[_row(CheckRow(), row) for row in _tables(values, "checks")],
        samples=[_mistake(row) for row in _tables(values, "mistakes")],
        hidden=_strings(suite, "hidden"),
        data=_strings(suite, "data"),
        reference=suite.get("reference") is True,
        must_use=_strings(rules, "must_use"),
        must_not_use=_strings(rules, "must_not_use"),
        review=review is True or isinstance(review, dict),
        criteria=_strings(review, "criteria") if isinstance(review, dict) else [],
    )


def _row(row: Row, values: Mapping[str, Any]) -> Row:
    for known in fields(row):
        key = "as" if known.name == "name" and isinstance(row, StepRow) else known.name
        if key == "steps" and isinstance(row, CheckRow):
            row.steps = [_row(StepRow(), step) for step in _tables(values, "steps")]
        elif key == "hidden" and isinstance(row, CheckRow):
            row.hidden = values.get("hidden") is True
        elif key in values:
            setattr(row, known.name, _str(values[key]))
    return row


def _mistake(values: Mapping[str, Any]) -> Sample:
    signs = {key: _str(values[key]) for key in ("hint", *_SIGNS) if key in values}
    return Sample(_str(values.get("sample", "")), **signs)  # type: ignore[arg-type]  # all of them are texts


def _texts(sheet: Sheet, files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """The files that the sheet has beside exercise.toml, by path."""
    yield STATEMENT, sheet.statement
    yield from _program_texts("starter", sheet.starter, sheet, files)
    yield from _program_texts("solution", sheet.solution, sheet, files)
    seen: set[str] = set()
    for sample in sheet.samples:
        if sample.name not in seen:
            yield from _program_texts(f"wrong/{sample.name}", sample.texts, sheet, files)
        seen.add(sample.name)
    if sheet.ordinary:
        for test in sheet.tests:
            yield f"tests/{test.name}", test.text


def _program_texts(
    name: str, texts: list[str], sheet: Sheet, files: Mapping[str, bytes]
) -> Iterator[tuple[str, str]]:
    in_folder = _in_folder(name, sheet, files)
    for file, text in zip(sheet.files, texts, strict=False):
        yield (f"{name}/{file}" if in_folder else f"{name}{sheet.suffix}"), text


def _program(files: Mapping[str, bytes], name: str, sheet: Sheet) -> list[str]:
    in_folder = _in_folder(name, sheet, files)
    return [_text(files, f"{name}/{file}" if in_folder else f"{name}{sheet.suffix}") for file in sheet.files]


def _in_folder(name: str, sheet: Sheet, files: Mapping[str, bytes]) -> bool:
    """A program of one file may have a folder too: it keeps it."""
    return len(sheet.files) > 1 or any(path.startswith(f"{name}/") for path in files)


def _sample_of(path: str, suffix: str) -> str:
    folder, _, rest = path.partition("/")
    name, inside, _ = rest.partition("/")
    if folder != "wrong" or not name or (not inside and not name.endswith(suffix)):
        return ""
    return name if inside else name.removesuffix(suffix)


def _text(files: Mapping[str, bytes], path: str) -> str:
    return _decoded(files.get(path, b"")) or ""


def _decoded(content: bytes) -> str | None:
    """A file's text with plain line ends; None if it is no text."""
    try:
        return content.decode().replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        return None


def _str(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else str(value)


def _strings(values: Mapping[str, Any], key: str) -> list[str]:
    found = values.get(key)
    return [_str(item) for item in found] if isinstance(found, list) else []


def _table(values: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = values.get(key)
    return found if isinstance(found, dict) else {}


def _tables(values: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    found = values.get(key)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


KERNELS = tuple(LANGUAGES)
