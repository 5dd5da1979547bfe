"""What the workbench knows of an exercise: its files in the draft, its faults by the field that they are about."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from lms.authoring.exercise_files import EXERCISE, STATEMENT, Sheet, changes_of
from lms.authoring.merging import Conflict, merge_text
from lms.authoring.repository import Files, Repository
from lms.catalog.check import exercise_faults
from lms.catalog.languages import language_of
from lms.catalog.literals import LiteralError
from lms.catalog.markdown import read_markdown
from lms.catalog.model import Exercise, Fault
from lms.catalog.parse import read_exercise
from lms.catalog.source import ExerciseSource
from lms.catalog.suite import LOCK, RECORD_CURE
from lms.catalog.tomlfile import TomlFile, read_toml

FaultsByField = Mapping[str, list[Fault]]
"""By the field's name; a row such as `check-2` or a part such as `tests`; "" for the exercise as a whole."""


def folder_files(repository: Repository, commit: str, folder: str) -> dict[str, bytes]:
    """The files below a folder of the course, by their paths in it."""
    found: dict[str, bytes] = {}
    for path, blob in repository.listing(commit).items():
        if path.startswith(f"{folder}/") and (content := repository.blob(blob)) is not None:
            found[path.removeprefix(f"{folder}/")] = content
    return found


def in_folder(folder: str, changes: Mapping[str, bytes | None]) -> dict[str, bytes | None]:
    """The changes by their paths in the course."""
    return {f"{folder}/{path}": content for path, content in changes.items()}


def taken_together(
    base: Files, changes: Mapping[str, bytes | None], theirs: Files, conflict: Conflict, folder: str
) -> dict[str, bytes]:
    """After a conflict, what the form shows: hers where both changed the same place, else what both have changed."""
    both = dict(theirs)
    for path, mine in changes.items():
        was, other = base.get(path), theirs.get(path)
        if mine is None:
            both.pop(path, None)
        elif other == was or other is None or was is None or f"{folder}/{path}" in conflict.paths:
            both[path] = mine
        else:
            both[path] = merge_text(was.decode(), mine.decode(), other.decode(errors="replace")).text.encode()
    return both


def faults_by_field(sheet: Sheet, files: Files, place: PurePosixPath) -> FaultsByField:
    """What the checker says of the exercise as it would be saved; `place` is "<course>/<lesson>/<exercise>"."""
    wanted: dict[str, bytes | None] = {**files, **changes_of(sheet, files)}
    kept = {path: content for path, content in wanted.items() if content is not None}
    found: dict[str, list[Fault]] = defaultdict(list)
    toml, exercise, faults = _faults(kept, place)
    if exercise is None:  # a fault of form hides those of values, which she may mend as well
        for name, what, text in _values(sheet):
            if sentence := sentence_about(sheet.kernel, what, text):
                found[name].append(Fault(toml.path, 1, sentence, ""))
    for fault in sorted(set(faults), key=lambda one: (one.path, one.line, one.message)):
        if fault.cure != RECORD_CURE:  # what is to be recorded is recorded by a try
            found[_field(fault, sheet, toml)].append(fault)
    return found


def sentence_about(kernel: str, what: str, text: str) -> str:
    """What is wrong with a value, a call or a name as it is typed, in the checker's words; empty if nothing is."""
    language = language_of(kernel)
    text = text.strip()
    if not text:
        return ""
    if what == "name":
        return "" if language.name.fullmatch(text) else f"`{text[:60]}` is not a name of {language.title}."
    try:
        if what == "call":
            language.parse_call(text, names=True)
        else:
            language.parse_literal(text)
    except LiteralError as error:
        return str(error)
    return ""


def _values(sheet: Sheet) -> Iterator[tuple[str, str, str]]:
    """The fields that hold values and calls: name, what it holds, and its text."""
    rows: list[tuple[str, object]] = [(f"sample-{n}", sample) for n, sample in enumerate(sheet.samples)]
    for number, check in enumerate(sheet.checks):
        rows.append((f"check-{number}", check))
        rows += [(f"check-{number}.step-{n}", step) for n, step in enumerate(check.steps)]
    for prefix, row in rows:
        for key, what in (
            ("returns", "literal"),
            ("equals", "literal"),
            ("value", "literal"),
            ("call", "call"),
        ):
            if text := getattr(row, key, ""):
                yield f"{prefix}.{key}", what, text


def _faults(files: Files, place: PurePosixPath) -> tuple[TomlFile, Exercise | None, list[Fault]]:
    with tempfile.TemporaryDirectory(prefix="passerelle-") as root:
        folder = Path(root).resolve() / place
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        exercise, faults = read_exercise(folder)
    path = "/".join(place.parts[1:])
    text = files[EXERCISE].decode()
    toml, _ = read_toml(text, f"{path}/{EXERCISE}", "exercise")
    statement = read_markdown(files.get(STATEMENT, b"").decode(errors="replace"), f"{path}/{STATEMENT}")
    source = ExerciseSource(place.name, toml, statement, exercise)
    return toml, exercise, [*faults, *exercise_faults(source)]


def _field(fault: Fault, sheet: Sheet, toml: TomlFile) -> str:
    path = fault.path.split("/", 2)[2] if fault.path.count("/") > 1 else fault.path
    if path == EXERCISE:
        return _toml_field(fault, sheet, toml)
    if path in {LOCK, "tests"}:
        return "tests"
    return "statement" if path == STATEMENT else next(_program_fields(path, sheet), "")


def _program_fields(path: str, sheet: Sheet) -> Iterator[str]:
    """The fields that a file of a program or a test is typed into."""
    for program in ("starter", "solution"):
        if path.split("/", maxsplit=1)[0] in {program, f"{program}{sheet.suffix}"}:
            name = path.removeprefix(f"{program}/")
            yield f"{program}-{sheet.files.index(name) if name in sheet.files else 0}"
    for index, sample in enumerate(sheet.samples):
        if path == f"wrong/{sample.name}{sheet.suffix}" or path.startswith(f"wrong/{sample.name}/"):
            yield f"sample-{index}"
    for index, test in enumerate(sheet.tests):
        if path == f"tests/{test.name}":
            yield f"test-{index}.text"


def _toml_field(fault: Fault, sheet: Sheet, toml: TomlFile) -> str:
    if fault.line <= 1:
        return "title" if "`title`" in fault.message else ""
    keys = max((path for path, line in toml.lines.items() if line == fault.line), key=len, default=())
    match keys:
        case ("checks", int(number), *rest):
            name = [f"check-{number}", *_inside(rest)]
        case ("mistakes", int(number), *rest):
            name = [f"sample-{_sample_at(sheet, number)}", *(key for key in _inside(rest) if key != "sample")]
        case ("suite" | "rules" | "review", str(key), *_) | (str(key), *_):
            name = [key]
        case _:
            name = []
    return ".".join(name)


def _inside(rest: Sequence[str | int]) -> Iterator[str]:
    """The part of a field's name that tells the field of a row, or the step of a check."""
    if rest:
        yield f"step-{rest[1]}" if len(rest) > 1 else str(rest[0])


def _sample_at(sheet: Sheet, mistake: int) -> int:
    told = [index for index, sample in enumerate(sheet.samples) if sample.has_mistake]
    return told[mistake] if mistake < len(told) else 0
