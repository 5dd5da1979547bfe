"""The workbench's form: what was typed as a `Sheet`, and the buttons that add, move and take away without saving."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, replace
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from lms.authoring.exercise_files import (
    CHECK_KINDS,
    KERNELS,
    STEP_KINDS,
    CheckRow,
    Row,
    Sample,
    Sheet,
    StepRow,
    TestFile,
)

MOST_ROWS = 100
"""Checks, samples, tests or files of one exercise, and steps of one check."""

_SAMPLE_TEXTS = ("hint", "value", "error", "printed", "rule", "missing", "check", "outcome")
_PROGRAM_FILE = re.compile(r"([a-z_][a-z0-9_]*/){0,3}[a-z_][a-z0-9_]*\.(py|js)")
_TEST_FILE = re.compile(r"([A-Za-z0-9_][A-Za-z0-9_.-]*/){0,3}[A-Za-z0-9_][A-Za-z0-9_.-]*")
_SAMPLE_NAME = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")

Form = MultiDict[str, str]
T = TypeVar("T")


def read_form(form: Form) -> Sheet:
    """What was typed; rows come in the order of their numbers."""
    names = [form.get(f"file-{index}.name", "").strip() for index in _numbers(form, "file-", ".name")]
    count = max(len(names), 1)
    return Sheet(
        title=_text(form, "title").strip(),
        kernel=form.get("kernel", "python"),
        files=names or ["solution.py"],
        statement=_text(form, "statement"),
        starter=[_text(form, f"starter-{index}") for index in range(count)],
        solution=[_text(form, f"solution-{index}") for index in range(count)],
        samples=[_sample(form, f"sample-{index}.", count) for index in _numbers(form, "sample-", ".name")],
        ordinary=form.get("kind") == "tests",
        checks=[_check(form, f"check-{index}.") for index in _numbers(form, "check-", ".name")],
        tests=[
            TestFile(form.get(f"test-{index}.name", "").strip(), _text(form, f"test-{index}.text"))
            for index in _numbers(form, "test-", ".name")
        ],
        hidden=_lines(form, "hidden"),
        data=_lines(form, "data"),
        reference="reference" in form,
        must_use=_lines(form, "must_use"),
        must_not_use=_lines(form, "must_not_use"),
        review="review" in form,
        criteria=_lines(form, "criteria") if "review" in form else [],
    )


def form_of(sheet: Sheet) -> dict[str, str]:
    """What a browser sends that was shown this sheet."""
    data = {
        "title": sheet.title,
        "kernel": sheet.kernel,
        "statement": sheet.statement,
        "kind": "tests" if sheet.ordinary else "checks",
        **{key: "\n".join(getattr(sheet, key)) for key in ("hidden", "data", "must_use", "must_not_use")},
        "criteria": "\n".join(sheet.criteria),
    }
    data |= {key: "on" for key in ("reference", "review") if getattr(sheet, key)}
    for index, name in enumerate(sheet.files):
        data[f"file-{index}.name"] = name
    for program, texts in (("starter", sheet.starter), ("solution", sheet.solution)):
        data |= {f"{program}-{index}": text for index, text in enumerate(texts)}
    for number, sample in enumerate(sheet.samples):
        data |= {f"sample-{number}.{key}": getattr(sample, key) for key in ("name", *_SAMPLE_TEXTS)}
        data |= {f"sample-{number}.text-{index}": text for index, text in enumerate(sample.texts)}
    for number, check in enumerate(sheet.checks):
        data |= _row_data(f"check-{number}.", check)
        for index, step in enumerate(check.steps):
            data |= _row_data(f"check-{number}.step-{index}.", step)
    for number, test in enumerate(sheet.tests):
        data |= {f"test-{number}.name": test.name, f"test-{number}.text": test.text}
    return {key: value.replace("\n", "\r\n") for key, value in data.items()}


def put_away(sheet: Sheet) -> dict[str, str]:
    """The fields of the way of testing that is not shown: they come back with it, as long as nothing is saved."""
    before = "check-" if sheet.ordinary else "test-"
    return {key: value for key, value in form_of(sheet).items() if key.startswith(before)}


def bad_names(sheet: Sheet) -> set[str]:
    """The fields that name files which cannot be written: everything else can be saved, right or wrong."""
    bad = {f"file-{n}.name" for n, name in enumerate(sheet.files) if not _PROGRAM_FILE.fullmatch(name)}
    bad |= {f"sample-{n}.name" for n, one in enumerate(sheet.samples) if not _SAMPLE_NAME.fullmatch(one.name)}
    if sheet.ordinary:
        bad |= {f"test-{n}.name" for n, one in enumerate(sheet.tests) if not _TEST_FILE.fullmatch(one.name)}
    return bad | _twice("file", sheet.files) | _twice("test", [test.name for test in sheet.tests])


def change_by_button(sheet: Sheet, button: str) -> None:
    """Do what a button without saving says, such as `check.up.2`; one that is not known does nothing."""
    what, _, rest = button.partition(".")
    act, *numbers = rest.split(".")
    places = [int(number) for number in numbers if number.isdecimal()]
    if what == "check":
        _change(sheet.checks, act, places, lambda: CheckRow(kind=_kind(numbers, CHECK_KINDS)))
    elif what == "sample":
        _change(sheet.samples, act, places, lambda: Sample(texts=[""] * len(sheet.files)))
    elif what == "test":
        _change(sheet.tests, act, places, lambda: TestFile(f"test_{len(sheet.tests) + 1}.py"))
    elif what == "step" and places and places[0] < len(sheet.checks):
        steps = sheet.checks[places[0]].steps
        _change(steps, act, places[1:], lambda: StepRow(do=_kind(numbers, STEP_KINDS)))
    elif what == "file":
        _change_files(sheet, act, places)
    if sheet.ordinary and not sheet.tests:
        sheet.tests.append(TestFile("test_solution.py"))


def _kind(words: list[str], kinds: tuple[str, ...]) -> str:
    return next((word for word in words if word in kinds), kinds[0])


def _change(rows: list[T], act: str, places: list[int], new: Callable[[], T]) -> None:
    place = places[0] if places else -1
    other = place + {"up": -1, "down": 1}.get(act, 0)
    if act == "add" and len(rows) < MOST_ROWS:
        rows.append(new())
    elif not 0 <= place < len(rows):
        return
    elif act == "remove":
        del rows[place]
    elif 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]


def _change_files(sheet: Sheet, act: str, places: list[int]) -> None:
    """Every program has each file; the first one is the program's own and stays."""
    programs = [sheet.starter, sheet.solution, *(sample.texts for sample in sheet.samples)]
    if act == "add" and len(sheet.files) < MOST_ROWS:
        sheet.files.append(f"part_{len(sheet.files) + 1}{sheet.suffix}")
        for texts in programs:
            texts.append("")
    elif act == "remove" and places and 0 < places[0] < len(sheet.files):
        for texts in (sheet.files, *programs):
            del texts[places[0]]


def with_kernel(sheet: Sheet) -> Sheet:
    """The sheet whose files end as its language asks: a program's only file is renamed with the language."""
    endings = tuple(f"solution.{ending}" for ending in ("py", "js"))
    if sheet.kernel in KERNELS and sheet.files[0] in endings and len(sheet.files) == 1:
        return replace(sheet, files=[f"solution{sheet.suffix}"])
    return sheet


def _check(form: Form, prefix: str) -> CheckRow:
    row = _row(CheckRow(), form, prefix)
    row.steps = [
        _row(StepRow(), form, f"{prefix}step-{index}.") for index in _numbers(form, f"{prefix}step-", ".do")
    ]
    return row


def _row(row: Row, form: Form, prefix: str) -> Row:
    for known in fields(row):
        key = f"{prefix}{known.name}"
        if known.name == "hidden":
            setattr(row, known.name, key in form)
        elif known.name == "prints":
            row.prints = _text(form, key) if f"{prefix}printing" in form else None
        elif known.name in {"stdin", "stdout"}:
            setattr(row, known.name, _text(form, key))
        elif known.name != "steps" and key in form:
            setattr(row, known.name, _text(form, key).strip())
    return row


def _row_data(prefix: str, row: CheckRow | StepRow) -> dict[str, str]:
    data: dict[str, str] = {}
    for known in fields(row):
        value = getattr(row, known.name)
        if isinstance(value, str):
            data[f"{prefix}{known.name}"] = value
    if getattr(row, "hidden", False):
        data[f"{prefix}hidden"] = "on"
    if row.prints is not None:
        data[f"{prefix}printing"] = "on"
    return data


def _sample(form: Form, prefix: str, files: int) -> Sample:
    texts = {key: _text(form, f"{prefix}{key}").strip() for key in ("name", *_SAMPLE_TEXTS)}
    texts["printed"] = _text(form, f"{prefix}printed")
    return Sample(texts=[_text(form, f"{prefix}text-{index}") for index in range(files)], **texts)


def _numbers(form: Form, before: str, after: str) -> list[int]:
    found = {
        int(number)
        for key in form
        if key.startswith(before)
        and key.endswith(after)
        and (number := key[len(before) : len(key) - len(after)]).isdecimal()
        and len(number) < 4
    }
    return sorted(found)[:MOST_ROWS]


def _lines(form: Form, key: str) -> list[str]:
    return [line.strip() for line in _text(form, key).split("\n") if line.strip()]


def _text(form: Form, key: str) -> str:
    return form.get(key, "").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _twice(what: str, names: list[str]) -> set[str]:
    return {f"{what}-{number}.name" for number, name in enumerate(names) if name in names[:number]}
