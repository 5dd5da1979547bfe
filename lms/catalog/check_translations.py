"""Faults of translations: what must be the same in every language is compared with the source."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import polib
from markdown_it.token import Token

from lms.catalog.markdown import BIDI_CONTROLS, parse_inline, role_target
from lms.catalog.model import Fault
from lms.catalog.source import CourseSource
from lms.catalog.translation import po_path, units_of_course
from lms.core.text import fold_digits

EXTRACT = "Run `passerelle courses extract`."

_NUMBER = re.compile(r"\d+")
_PLACEHOLDER = re.compile(r"\{\w+\}|%\(\w+\)[sd]|%[sd]\b")
_REVERSED = re.compile(r"^\(.*\)\w+$")
_FORWARDS = "Type it from left to right, as in the source."
_ENDS = {
    **dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c"),
    **dict.fromkeys("\u2066\u2067\u2068", "\u2069"),
}
_PO_LINE = re.compile(r"\(line (\d+)\)")


@dataclass(slots=True)
class TextFacts:
    """What of a text does not change with its language."""

    code: Counter[str] = field(default_factory=Counter)
    links: Counter[str] = field(default_factory=Counter)
    roles: Counter[str] = field(default_factory=Counter)
    numbers: Counter[str] = field(default_factory=Counter)
    placeholders: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Slip:
    """One way in which a translation differs from its source.

    `kind`: `code`, `links`, `roles`, `numbers` or `placeholders` are not those of the source; code is `reversed` or
    `marked` by a control character; a direction is left `open`.
    """

    kind: str
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()


_WORDS = {
    "code": "code",
    "links": "links",
    "roles": "terms",
    "numbers": "numbers",
    "placeholders": "placeholders",
}


def text_facts(text: str) -> TextFacts:
    """Collect the code, links, roles, numbers and placeholders of one text."""
    facts = TextFacts()
    _collect(parse_inline(text, {}), facts)
    return facts


def translation_faults(source: CourseSource) -> Iterator[Fault]:
    """Every fault of a course's PO files."""
    values = source.toml.values
    listed = values.get("languages", [])
    langs = [lang for lang in listed if lang != values.get("language")] if isinstance(listed, list) else []
    msgids = {unit.msgid for unit in units_of_course(source)}
    for lang in langs:
        yield from _file_faults(source, lang, msgids)
    for path in sorted((source.path / "translations").glob("*")):
        if path.name not in {f"{lang}.po" for lang in langs}:
            cure = f"Add `{path.stem}` to `languages` in course.toml, or remove the file."
            yield Fault(f"translations/{path.name}", 1, "This language is not one of the course's.", cure)


def slips(source: str, translation: str) -> Iterator[Slip]:
    """What a translation has otherwise than its source, although it must be the same in every language."""
    wanted, found = text_facts(source), text_facts(translation)
    for code in sorted(found.code - wanted.code):
        if _REVERSED.match(code):
            yield Slip("reversed", extra=(code,))
        if BIDI_CONTROLS.search(code):
            yield Slip("marked", extra=(code,))
    for kind in _WORDS:
        missing, extra = (
            getattr(wanted, kind) - getattr(found, kind),
            getattr(found, kind) - getattr(wanted, kind),
        )
        if missing or extra:
            yield Slip(kind, tuple(sorted(missing.elements())), tuple(sorted(extra.elements())))
    if not _closed(translation):
        yield Slip("open")


def entry_faults(entry: polib.POEntry, path: str) -> Iterator[Fault]:
    """The faults of one translated entry."""
    line = entry.linenum or 1
    for slip in slips(entry.msgid, entry.msgstr):
        if slip.kind == "reversed":
            message, cure = f"The code `{slip.extra[0]}` is written backwards.", _FORWARDS
        elif slip.kind == "marked":
            message, cure = "The code holds a direction mark.", "Copy the code from the source."
        elif slip.kind == "open":
            message, cure = "The text holds a direction mark without its end.", "Remove the mark, or end it."
        else:
            message, cure = f"The {_WORDS[slip.kind]} differ from the source.", _difference(slip)
        yield Fault(path, line, message, cure)


def _file_faults(source: CourseSource, lang: str, msgids: set[str]) -> Iterator[Fault]:
    path = po_path(source.path, lang)
    shown = f"translations/{lang}.po"
    if not path.is_file():
        yield Fault(shown, 1, "This translation is missing.", EXTRACT)
        return
    try:
        entries = [entry for entry in polib.pofile(str(path), encoding="utf-8") if not entry.obsolete]
    except (OSError, UnicodeDecodeError) as error:  # polib's syntax errors are OSErrors
        found = _PO_LINE.search(str(error))
        yield Fault(
            shown, int(found[1]) if found else 1, "This is not a PO file.", "Mend the line; it needs quotes."
        )
        return
    seen: set[str] = set()
    for entry in entries:
        if entry.msgid in seen:
            yield Fault(
                shown, entry.linenum or 1, "This text stands twice in the file.", "Remove one of the two."
            )
        seen.add(entry.msgid)
        if entry.msgid not in msgids:
            yield Fault(shown, entry.linenum or 1, "The course no longer has this text.", EXTRACT)
        elif entry.msgstr and not entry.fuzzy:
            yield from entry_faults(entry, shown)
    missing = len(msgids - seen)
    if missing:
        yield Fault(shown, 1, f"{missing} texts of the course are not in this file.", EXTRACT)


def _collect(tokens: Iterable[Token], facts: TextFacts) -> None:
    for token in tokens:
        if token.type == "code_inline":
            facts.code[token.content] += 1
        elif token.type == "link_open":
            facts.links[str(token.attrs.get("href", ""))] += 1
        elif token.type == "image":
            facts.links[str(token.attrs.get("src", ""))] += 1
            _collect(token.children or [], facts)
        elif token.type == "myst_role":
            name = token.meta["name"]
            facts.roles[f"{{{name}}} {role_target(token.content)[1]}"] += 1
        elif token.type == "text":
            facts.placeholders.update(_PLACEHOLDER.findall(token.content))
            facts.numbers.update(_NUMBER.findall(fold_digits(_PLACEHOLDER.sub(" ", token.content))))


def _closed(text: str) -> bool:
    """Whether every mark that turns the direction of a text is ended in it."""
    open_marks: list[str] = []
    for char in text:
        if char in _ENDS:
            open_marks.append(_ENDS[char])
        elif char in _ENDS.values() and (not open_marks or open_marks.pop() != char):
            return False
    return not open_marks


def _difference(slip: Slip) -> str:
    parts = []
    if slip.missing:
        parts.append(f"Add {_listed(slip.missing)}.")
    if slip.extra:
        parts.append(f"Remove {_listed(slip.extra)}.")
    return " ".join(parts)


def _listed(items: Iterable[str]) -> str:
    return ", ".join(f"`{item}`" for item in items)
