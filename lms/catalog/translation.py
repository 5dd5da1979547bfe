"""Translations of a course, block by block: read from PO files, extracted from the source, counted.

One entry per block of source text; msgid is the block's Markdown. `fuzzy` is stale, a translator
comment of the one word `draft` means that no person has reviewed the entry yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import SequenceMatcher
from pathlib import Path

import polib
from markdown_it.token import Token

from lms.catalog.markdown import inline_tokens, line_of, without_task
from lms.catalog.model import Place, State, Translated
from lms.catalog.parse import CourseSource, ExerciseSource
from lms.catalog.suite import LOCK
from lms.catalog.tomlfile import TomlFile

CLOSE = 0.6  # how alike two blocks must be for one to be taken as a changed form of the other

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


@dataclass(slots=True)
class Extraction:
    """What `extract` did to one PO file."""

    path: Path
    new: int = 0
    changed: int = 0
    removed: int = 0
    kept: int = 0


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


def is_draft(entry: polib.POEntry) -> bool:
    """Whether the entry carries the translator comment `draft`."""
    return "draft" in (line.strip() for line in entry.tcomment.splitlines())


def read_catalogue(path: Path, lang: str) -> Catalogue:
    """Parse a PO file. A file that is not there is an empty catalogue."""
    version = file_version(path)
    if not version:
        return Catalogue(lang, "", {})
    entries: dict[str, Entry] = {}
    for entry in polib.pofile(str(path), encoding="utf-8"):
        if not entry.obsolete and entry.msgstr:
            reviewed = State.DRAFT if is_draft(entry) else State.REVIEWED
            entries[entry.msgid] = Entry(entry.msgstr, State.STALE if entry.fuzzy else reviewed)
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


def extract(source: CourseSource, lang: str) -> Extraction:
    """Bring one PO file up to date with the course and save it.

    New texts come empty. A text that changed keeps its old translation, marked fuzzy, with the old
    source as previous msgid. Texts that are gone become obsolete; they come back if the text does.
    """
    path = po_path(source.path, lang)
    before = path.read_text(encoding="utf-8") if path.is_file() else None
    old = polib.pofile(str(path), encoding="utf-8") if before is not None else None
    units = list(units_of_course(source))
    result = Extraction(path)
    merged = _new_file(source.path.name, lang, old)
    for entry in _merge(units, list(old) if old is not None else [], result):
        merged.append(entry)
    path.parent.mkdir(exist_ok=True)
    text = str(merged)
    if before is None or _body(text) != _body(before):
        part = path.with_suffix(".po.part")
        part.write_text(text.rstrip("\n") + "\n", encoding="utf-8")
        part.replace(path)
    return result


def _merge(
    units: Sequence[Unit], old: Sequence[polib.POEntry], result: Extraction
) -> Iterator[polib.POEntry]:
    places: dict[str, list[Place]] = {}
    for unit in units:
        places.setdefault(unit.msgid, []).append(unit.place)
    known = {entry.msgid: entry for entry in old}
    gone = {entry.msgid: entry for entry in old if entry.msgid not in places and entry.msgstr}
    used: set[str] = set()
    for msgid, where in places.items():
        entry = known.get(msgid)
        if entry is not None:
            if entry.obsolete:
                entry.obsolete = False
                result.new += 1
            else:
                result.kept += 1
        else:
            entry = _changed(msgid, [gone[key] for key in gone if key not in used])
            if entry.previous_msgid:
                used.add(entry.previous_msgid)
                result.changed += 1
            else:
                result.new += 1
        entry.occurrences = [(place.path, str(place.line)) for place in where]
        yield entry
    for msgid, entry in gone.items():
        if msgid not in used:
            result.removed += not entry.obsolete
            entry.obsolete = True
            entry.occurrences = []
            yield entry


def _changed(msgid: str, candidates: Sequence[polib.POEntry]) -> polib.POEntry:
    """A new entry; where an old text is close, with its translation, marked fuzzy."""
    best, score = None, CLOSE
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(msgid)
    for candidate in candidates:
        matcher.set_seq1(candidate.msgid)
        if matcher.real_quick_ratio() <= score or matcher.quick_ratio() <= score:
            continue
        ratio = matcher.ratio()
        if ratio > score:
            best, score = candidate, ratio
    if best is None:
        return polib.POEntry(msgid=msgid, msgstr="")
    return polib.POEntry(
        msgid=msgid,
        msgstr=best.msgstr,
        flags=["fuzzy"],
        previous_msgid=best.msgid,
        tcomment=best.tcomment,
        comment=best.comment,
    )


def _new_file(course: str, lang: str, old: polib.POFile | None) -> polib.POFile:
    merged = polib.POFile(wrapwidth=0, encoding="utf-8")
    merged.metadata = dict(old.metadata) if old is not None else {}
    merged.header = old.header if old is not None else f"Translation of the course {course}."
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M+0000")
    merged.metadata |= {
        "Project-Id-Version": course,
        "POT-Creation-Date": now,
        "Language": lang,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    return merged


def _body(po: str) -> str:
    """The file without the line that changes with every run."""
    return "\n".join(line for line in po.splitlines() if not line.startswith('"POT-Creation-Date')).strip()
