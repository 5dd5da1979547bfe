"""The texts of a course that is written here, its PO files, and how both are kept together.

What is read is named by the ids of its blobs, which stand for contents: what was read once is right for ever.
"""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lms.authoring.coursefile import COURSE, GLOSSARY, Unreadable
from lms.authoring.outline import lesson_names
from lms.catalog.extract import extracted
from lms.catalog.parse import read_course
from lms.catalog.pofile import BadPo, read_po
from lms.catalog.suite import LOCK
from lms.catalog.translation import Unit, needs_translation, units_by_part

FOLDER = "translations"
MOST_KEPT = 512

Ids = Mapping[str, str]
Read = Callable[[str], bytes]

_SOURCES = (".md", ".toml", f"/{LOCK}")
_PARTS: dict[tuple[tuple[str, str], ...], tuple[Unit, ...]] = {}


@dataclass(frozen=True, slots=True)
class Languages:
    """The language in which a course is written, and those into which it is translated."""

    source: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a part of a course: a lesson by its slug, or what stands on the course's own page (named "")."""

    part: str
    units: tuple[Unit, ...]


def po_file(lang: str) -> str:
    """Where the translations into a language are."""
    return f"{FOLDER}/{lang}.po"


def languages_of(course_file: bytes | None) -> Languages:
    """The course's languages; none if its file cannot be read."""
    try:
        values = tomllib.loads((course_file or b"").decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return Languages("", ())
    source, listed = values.get("language"), values.get("languages")
    if not isinstance(source, str) or not isinstance(listed, list):
        return Languages("", ())
    return Languages(source, tuple(lang for lang in listed if isinstance(lang, str) and lang != source))


def parts_of(ids: Ids, read: Read) -> list[Texts]:
    """The texts of a course that have words in them, part by part, in the order in which they are read."""
    course_file = read(ids[COURSE]) if COURSE in ids else None
    try:
        lessons = lesson_names(ids, course_file)
    except Unreadable:
        lessons = sorted({path.partition("/")[0] for path in ids if path.endswith("/lesson.md")})
    return [Texts(part, _units(part, ids, read)) for part in ("", *lessons)]


def with_extracted(before: Ids, after: Ids, read: Read, slug: str) -> dict[str, bytes]:
    """The PO files that must change because the files of a course do; `after` is what is to be committed.

    A file that cannot be read stays as it is: the course has a fault then, and says so.
    """
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    if not any(path.endswith((*_SOURCES, ".po")) for path in changed) or COURSE not in after:
        return {}
    units = [unit for texts in parts_of(after, read) for unit in texts.units]
    made: dict[str, bytes] = {}
    for lang in languages_of(read(after[COURSE])).targets:
        path = po_file(lang)
        try:
            old = read_po(read(after[path])) if path in after else None
        except BadPo:
            continue
        content = extracted(slug, lang, units, old)
        if content is not None:
            made[path] = content
    return made


def _units(part: str, ids: Ids, read: Read) -> tuple[Unit, ...]:
    folder = f"{part}/"
    wanted = tuple(
        sorted(
            (path, blob)
            for path, blob in ids.items()
            if (path.startswith(folder) if part else path in (COURSE, GLOSSARY))
        )
    )
    found = _PARTS.get(wanted)
    if found is None:
        found = _read_units(part, {path: read(blob) for path, blob in wanted})
        if len(_PARTS) > MOST_KEPT:
            _PARTS.clear()
        _PARTS[wanted] = found
    return found


def _read_units(part: str, files: Mapping[str, bytes]) -> tuple[Unit, ...]:
    """The texts of some of a course's files, as the catalogue reads them: it reads folders."""
    with tempfile.TemporaryDirectory(prefix="passerelle-") as made:
        for path, content in files.items():
            file = Path(made, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        texts = dict(units_by_part(read_course(Path(made))))
    return tuple(unit for unit in texts.get(part, ()) if needs_translation(unit.msgid))
