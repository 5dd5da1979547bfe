"""What an import would bring: the files, what is in them in words, and what stays behind and why.

An importer is a function from what was sent to an `ImportPlan`. It writes nothing and runs nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import tomlkit
from flask_babel import gettext

from lms.authoring.starting import lesson_folder, slug_from
from lms.catalog.languages import LANGUAGES
from lms.core.text import clean_line

LONGEST_TITLE = 120
MOST_LEFT = 300
MOST_CRITERIA = 8


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that does not come, where it stood, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class AskedAlt:
    """A picture that no text describes: its file, and the file in which it is shown."""

    picture: str
    text: str


@dataclass(slots=True)
class ImportPlan:
    """The result of an importer. `files` are those of lessons, or of a whole course if there is a course.toml."""

    kind: str
    title: str = ""
    slug: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    coming: list[str] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    pictures: list[AskedAlt] = field(default_factory=list)

    def leave(self, what: str, why: str) -> None:
        """Note once that something does not come."""
        left = LeftOut(what[:200], why)
        if left not in self.left_out and len(self.left_out) < MOST_LEFT:
            self.left_out.append(left)

    @property
    def exercises(self) -> int:
        """How many exercises come."""
        return sum(path.endswith("/exercise.toml") for path in self.files)


@dataclass(slots=True)
class ExerciseDraft:
    """An exercise as an importer has found it; `files` are the student's, the first one the program's."""

    title: str
    statement: str
    starter: Mapping[str, str]
    solution: Mapping[str, str]
    tests: Mapping[str, bytes]
    wrong: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the student's files."""
        return tuple(self.solution)


class LessonDraft:
    """A lesson that grows block by block in the plan."""

    def __init__(self, plan: ImportPlan, title: str, taken: list[str]) -> None:
        self.plan = plan
        self.title = plain_title(title) or gettext("Lesson")
        self.folder = lesson_folder(self.title, taken)
        taken.append(self.folder)
        self._blocks: list[str] = []
        self._names: set[str] = {"images"}
        self._language: str | None = None

    def prose(self, markdown: str) -> None:
        """Text that is tidy already (see `prose.tidy`)."""
        if markdown.strip():
            self._blocks.append(markdown.strip("\n"))

    def cell(self, code: str, wanted: str, language: str = "python") -> bool:
        """A cell that runs; False if the lesson's other cells are in another language."""
        if language not in LANGUAGES or self._language not in {None, language}:
            return False
        self._language = language
        name = self.new_name(wanted, "cell")
        self._blocks.append(fenced(f"{{code-cell}} {language}", code.rstrip("\n"), f":id: {name}\n"))
        return True

    def take_last(self) -> str:
        """Take the last block away, to place something before it."""
        return self._blocks.pop()

    def code(self, code: str, language: str) -> None:
        """Code or a text that is shown and does not run."""
        self._blocks.append(fenced(language, code.rstrip("\n")))

    def exercise(self, draft: ExerciseDraft, wanted: str = "") -> str:
        """Place an exercise, and put its files into the plan; the folder that it got."""
        name = self.new_name(wanted or draft.title, "exercise")
        self._blocks.append(f"```{{exercise}} {name}\n```")
        for path, content in exercise_files(draft).items():
            self.plan.files[f"{self.folder}/{name}/{path}"] = content
        return name

    def picture(self, content: bytes, suffix: str, wanted: str) -> str:
        """Keep a picture; its address in the lesson's text."""
        path = f"images/{self.new_name(wanted, 'picture')}{suffix}"
        self.plan.files[f"{self.folder}/{path}"] = content
        return path

    def new_name(self, wanted: str, otherwise: str) -> str:
        """A short name that nothing else in the lesson has."""
        stem = slug_from(wanted)[:40].strip("-") or otherwise
        name, number = stem, 2
        while name in self._names:
            name, number = f"{stem}-{number}", number + 1
        self._names.add(name)
        return name

    def close(self) -> None:
        """Write lesson.md."""
        text = "\n\n".join([f"# {self.title}", *self._blocks]) + "\n"
        self.plan.files[f"{self.folder}/lesson.md"] = text.encode()


def exercise_files(draft: ExerciseDraft) -> dict[str, bytes]:
    """The files of an exercise's folder."""
    found: dict[str, bytes] = {
        "exercise.toml": _exercise_toml(draft),
        "statement.md": (draft.statement.strip("\n") + "\n").encode(),
        **{f"tests/{name}": content for name, content in draft.tests.items()},
    }
    programs = {"starter": draft.starter, "solution": draft.solution}
    programs |= {f"wrong/{name}": files for name, files in draft.wrong.items()}
    for name, files in programs.items():
        if len(draft.files) == 1:
            found[f"{name}.py"] = _text(files.get(draft.files[0], ""))
        else:
            found |= {f"{name}/{file}": _text(files.get(file, "")) for file in draft.files}
    return found


def _text(program: str) -> bytes:
    return program.encode() if not program or program.endswith("\n") else f"{program}\n".encode()


def _exercise_toml(draft: ExerciseDraft) -> bytes:
    values: dict[str, Any] = {"title": plain_title(draft.title) or gettext("Exercise")}
    if draft.files != ("solution.py",):
        values["files"] = list(draft.files)
    suite = {key: list(found) for key, found in (("hidden", draft.hidden), ("data", draft.data)) if found}
    if suite:
        values["suite"] = suite
    if draft.criteria:
        values["review"] = {"criteria": list(dict.fromkeys(draft.criteria))[:MOST_CRITERIA]}
    return tomlkit.dumps(values).encode()


def fenced(info: str, body: str, options: str = "") -> str:
    """A block of code with a fence that is longer than any in it."""
    longest = max((len(run) for run in _runs_of(body, "`")), default=0)
    fence = "`" * max(3, longest + 1)
    # An empty line ends the options, so that code that looks like one stays code.
    gap = "\n" if options and (not body.strip() or body.startswith(("\n", " ", "\t", ":"))) else ""
    return (
        f"{fence}{info}\n{options}{gap}{body}{'' if body.endswith(chr(10)) or not body else chr(10)}{fence}"
    )


def _runs_of(text: str, sign: str) -> list[str]:
    runs, run = [], ""
    for char in text:
        if char == sign:
            run += char
        elif run:
            runs.append(run)
            run = ""
    return [*runs, run] if run else runs


def plain_title(text: str) -> str:
    """A title without marks of Markdown and on one line."""
    line = clean_line(text.replace("`", "").replace("*", "").replace("<", "").replace(">", ""))
    return line.strip(" #")[:LONGEST_TITLE].strip()


def read_json(content: bytes) -> Any:
    """JSON as other programs write it, or None; never deeper than the reader can go."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def is_text(content: bytes) -> bool:
    """Whether this can be a file of tests."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in content
