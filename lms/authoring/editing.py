"""The text of a lesson while somebody writes on it: how it is stored, what is put into it, its minutes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lms.authoring.coursefile import COURSE, read_document, with_values
from lms.authoring.repository import Repository
from lms.catalog.lesson import LessonParts
from lms.catalog.markdown import SLUG, read_markdown

# Line ends and tabs stay; other control characters have no place in a text.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
_IDS = re.compile(r"^\s*:id:\s*(\S+)|\{quiz\}\s+(\S+)", re.MULTILINE)
_NOT_PROSE = re.compile(r"\s*($|`{3}|:|\||>)")
_TICKS = re.compile(r"^\s*(`{3,})", re.MULTILINE)
_COLONS = re.compile(r"^\s*(:{3,})", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Insert:
    """Something to put into a text: a block, which stands between empty lines, or a part of a line."""

    text: str
    inline: bool = False


def as_stored(text: str) -> str:
    """A text as its file has it: lines that end as in git, one line end at the end."""
    plain = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return plain.rstrip() + "\n"


def put_in(text: str, after_line: int | None, insert: Insert) -> str:
    """The text with something put in below a line (from 1), or at its end."""
    lines = as_stored(text).rstrip("\n").split("\n") if text.strip() else []
    at = len(lines) if after_line is None else min(max(after_line, 0), len(lines))
    if insert.inline and at and not _NOT_PROSE.match(lines[at - 1]):
        row = at - 1
        lines[row] = f"{lines[row]} {insert.text}".strip()
        return "\n".join(lines) + "\n"
    block = insert.text.rstrip("\n").split("\n")
    before = [""] if at and lines[at - 1].strip() else []
    after = [""] if at < len(lines) and lines[at].strip() else []
    return "\n".join([*lines[:at], *before, *block, *after, *lines[at:]]) + "\n"


def free_id(text: str, stem: str) -> str:
    """A name for a cell or a question that the lesson does not use yet."""
    used = {first or second for first, second in _IDS.findall(text)}
    names = (f"{stem}-{number}" for number in range(1, len(used) + 2))
    return next(name for name in names if name not in used)


def cell_block(name: str, language: str, code: str) -> Insert:
    """A cell that runs in the page."""
    body = as_stored(code) if code.strip() else ""
    fence = _longer(_TICKS, body, "`")
    return Insert(f"{fence}{{code-cell}} {language}\n:id: {name}\n{body}{fence}\n")


def exercise_block(name: str) -> Insert:
    """The place of an exercise."""
    return Insert(f"```{{exercise}} {name}\n```\n")


def admonition_block(kind: str, title: str, text: str) -> Insert:
    """A box with a note, a tip or a warning."""
    body = as_stored(text)
    fence = _longer(_COLONS, body, ":")
    return Insert(f"{fence}{{{kind}}}{' ' + title if title else ''}\n{body}{fence}\n")


def term_role(key: str, words: str) -> Insert:
    """A word that the glossary explains, by its own name or by other words."""
    return Insert(f"{{term}}`{words} <{key}>`" if words else f"{{term}}`{key}`", inline=True)


def ready_words(words: str) -> str:
    """Words that can stand in a reference to the glossary."""
    return re.sub(r"[`<>]", "", words).strip()


def cell_language(text: str) -> str | None:
    """The language of the cells that the lesson has: they all have one."""
    cells = LessonParts(read_markdown(text, "")).cells
    return cells[0].language if cells else None


def is_slug(name: str) -> bool:
    """Whether a lesson's folder may have this name."""
    return SLUG.fullmatch(name) is not None


def minutes_at(repository: Repository, commit: str, lesson: str) -> int | None:
    """How many minutes the course gives a lesson. Raises `Unreadable`."""
    value = _minutes(repository.read(commit, COURSE)).get(lesson)
    return value if isinstance(value, int) else None


def with_minutes(content: bytes | None, lesson: str, minutes: int | None) -> bytes:
    """The course.toml that gives a lesson so many minutes, or none. Raises `Unreadable`."""
    known = {name: value for name, value in _minutes(content).items() if name != lesson}
    if minutes is not None:
        known[lesson] = minutes
    return with_values(content, {"minutes": dict(sorted(known.items())) or None})


def _minutes(content: bytes | None) -> Mapping[str, object]:
    value = read_document(content).unwrap().get("minutes", {})
    return value if isinstance(value, dict) else {}


def _longer(pattern: re.Pattern[str], body: str, sign: str) -> str:
    """A fence that nothing in the body ends."""
    return sign * max(3, *(len(found) + 1 for found in pattern.findall(body)), 3)
