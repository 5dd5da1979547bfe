"""Translations of a course, block by block: read from PO files, extracted from the source, counted.

One entry per block of source text; msgid is the block's Markdown. `fuzzy` is stale, a translator
comment of the one word `draft` means that no person has reviewed the entry yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from markdown_it.token import Token

from lms.catalog.markdown import inline_tokens, line_of, without_task
from lms.catalog.model import Place, State, Translated
from lms.catalog.pofile import BadPo, read_po
from lms.catalog.source import CourseSource, ExerciseSource
from lms.catalog.suite import LOCK
from lms.catalog.tomlfile import TomlFile

_CODE = re.compile(r"(`+)(?:(?!\1).|\n)+?\1(?!`)|\{[a-z]+\}(?=`)|<?https?://[^\s)>]+>?")


@dataclass(frozen=True, slots=True)
class Unit:
    """One text to translate, and where it stands."""

    msgid: str
    place: Place


@dataclass(frozen=True, slots=True)
class Entry:
    """One translated text of a PO file."""

    text: str
    state: State


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One language of one course: entries by source text, and a version that changes with the file."""

    lang: str
    version: str
    entries: Mapping[str, Entry]

    def look_up(self, msgid: str, source_lang: str) -> Translated:
        """The translation of a text, or the text itself."""
        entry = self.entries.get(msgid)
        if entry is None:
            return Translated(msgid, source_lang, State.SOURCE)
        return Translated(entry.text, self.lang, entry.state)


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of some texts is translated. Stale entries are shown to readers but are not done."""

    total: int
    reviewed: int
    draft: int
    stale: int

    @property
    def percent(self) -> int:
        """Of 100, rounded down, so that 100 means all."""
        return 100 if not self.total else (self.reviewed + self.draft) * 100 // self.total

    @property
    def missing(self) -> int:
        """Texts that readers see in the source language."""
        return self.total - self.reviewed - self.draft - self.stale


def needs_translation(text: str) -> bool:
    """Whether a text has words outside code and links; numbers and code alone stay as they are."""
    return any(char.isalpha() for char in _CODE.sub(" ", text))


def units_of_tokens(tokens: Sequence[Token], path: str) -> Iterator[Unit]:
    """The texts of a Markdown document, in reading order."""
    for token in tokens:
        if token.type == "figure_open" and token.meta["alt"]:
            yield Unit(token.meta["alt"], Place(path, token.meta["line"]))
        elif token.type == "quiz":
            for inline in inline_tokens(token.meta["tokens"]):
                yield Unit(without_task(inline.content), Place(path, line_of(inline)))
        elif token.type == "inline":
            yield Unit(token.content, Place(path, line_of(token)))


def units_of_exercise(source: ExerciseSource) -> Iterator[Unit]:
    """The texts of an exercise: title, statement, criteria, names and hints of checks, hints of mistakes."""
    toml = source.toml
    yield from _toml_units(toml, ("title",))
    yield from units_of_tokens(source.statement.tokens, source.statement.path)
    review = source.exercise.review if source.exercise is not None else None
    for index, criterion in enumerate(review.criteria if review is not None else ()):
        yield Unit(criterion.strip(), Place(toml.path, toml.line("review", "criteria", index)))
    for table, keys in (("checks", ("name", "hint")), ("mistakes", ("hint",))):
        rows = toml.values.get(table)
        for index, row in enumerate(rows if isinstance(rows, list) else []):
            if isinstance(row, dict):
                yield from _toml_units(toml, keys, (table, index), row)
    suite = source.exercise.suite if source.exercise is not None else None
    for test in suite.shown if suite is not None else ():
        place = Place(toml.path.replace("exercise.toml", LOCK), 1)
        if " " in test.name:  # a sentence of the author's, not the function's own name
            yield Unit(test.name, place)
        if test.hint:
            yield Unit(test.hint, place)


def units_of_course(source: CourseSource) -> Iterator[Unit]:
    """Every text of a course that has words in it; a text that stands twice comes twice."""
    every = (unit for _, units in units_by_part(source) for unit in units)
    return (unit for unit in every if needs_translation(unit.msgid))


def units_by_part(source: CourseSource) -> Iterator[tuple[str, Iterable[Unit]]]:
    """The texts of the course page and glossary (named ""), then those of each lesson by its slug."""
    yield "", [*_toml_units(source.toml, ("title", "summary")), *_glossary_units(source.glossary)]
    for lesson in source.lessons:
        units = list(units_of_tokens(lesson.document.tokens, lesson.document.path))
        placed = [name for name in dict(lesson.placed) if name in lesson.exercises]
        unplaced = [name for name in lesson.exercises if name not in placed]
        for name in [*placed, *unplaced]:
            units += units_of_exercise(lesson.exercises[name])
        yield lesson.slug, units


def _glossary_units(toml: TomlFile) -> Iterator[Unit]:
    for key, row in toml.values.items():
        if isinstance(row, dict):
            yield from _toml_units(toml, ("term", "definition"), (key,), row)


def _toml_units(
    toml: TomlFile,
    keys: Iterable[str],
    table: tuple[str | int, ...] = (),
    row: Mapping[str, object] | None = None,
) -> Iterator[Unit]:
    values = toml.values if row is None else row
    for key in keys:
        value = values.get(key)
        if isinstance(value, str) and value.strip():
            yield Unit(value.strip(), Place(toml.path, toml.line(*table, key)))


def po_path(course: Path, lang: str) -> Path:
    """Where the translation into a language lies."""
    return course / "translations" / f"{lang}.po"


def read_catalogue(path: Path, lang: str) -> Catalogue:
    """Parse a PO file. A file that is not there is an empty catalogue."""
    version = file_version(path)
    if not version:
        return Catalogue(lang, "", {})
    entries: dict[str, Entry] = {}
    try:
        items = read_po(path.read_bytes()).items
    except BadPo:  # `courses check` says so; meanwhile readers get the source
        items = ()
    for item in items:
        if not item.obsolete and item.msgstr and not item.faulty:
            reviewed = State.DRAFT if item.draft else State.REVIEWED
            entries[item.msgid] = Entry(item.msgstr, State.STALE if item.fuzzy else reviewed)
    return Catalogue(lang, version, entries)


def file_version(path: Path) -> str:
    """A mark that changes when the file does; empty where there is no file."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        return ""
    return f"{stat.st_mtime_ns}-{stat.st_size}-{stat.st_ino}"


def count(units: Iterable[Unit], catalogue: Catalogue) -> Progress:
    """How much of these texts the catalogue has; a text that stands twice counts once."""
    msgids = {unit.msgid for unit in units if needs_translation(unit.msgid)}
    states = [catalogue.entries[msgid].state for msgid in msgids if msgid in catalogue.entries]
    return Progress(
        total=len(msgids),
        reviewed=states.count(State.REVIEWED),
        draft=states.count(State.DRAFT),
        stale=states.count(State.STALE),
    )
