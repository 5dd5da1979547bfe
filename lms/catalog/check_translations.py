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
from lms.catalog.parse import CourseSource
from lms.catalog.translation import po_path, units_of_course
from lms.core.text import fold_digits

EXTRACT = "Run `passerelle courses extract`."

_NUMBER = re.compile(r"\d+")
_PLACEHOLDER = re.compile(r"\{\w+\}|%\(\w+\)[sd]|%[sd]\b")
_REVERSED = re.compile(r"^\(.*\)\w+$")
_PO_LINE = re.compile(r"\(line (\d+)\)")


@dataclass(slots=True)
class TextFacts:
    """What of a text does not change with its language."""

    code: Counter[str] = field(default_factory=Counter)
    links: Counter[str] = field(default_factory=Counter)
    roles: Counter[str] = field(default_factory=Counter)
    numbers: Counter[str] = field(default_factory=Counter)
    placeholders: Counter[str] = field(default_factory=Counter)


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


def entry_faults(entry: polib.POEntry, path: str) -> Iterator[Fault]:
    """The faults of one translated entry."""
    line = entry.linenum or 1
    wanted, found = text_facts(entry.msgid), text_facts(entry.msgstr)
    for code in sorted(found.code - wanted.code):
        if _REVERSED.match(code):
            cure = "Type it from left to right, as in the source."
            yield Fault(path, line, f"The code `{code}` is written backwards.", cure)
        if BIDI_CONTROLS.search(code):
            yield Fault(path, line, "The code holds a direction mark.", "Copy the code from the source.")
    for kind, words in _WORDS.items():
        missing, extra = (
            getattr(wanted, kind) - getattr(found, kind),
            getattr(found, kind) - getattr(wanted, kind),
        )
        if missing or extra:
            yield Fault(path, line, f"The {words} differ from the source.", _difference(missing, extra))


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


def _difference(missing: Counter[str], extra: Counter[str]) -> str:
    parts = []
    if missing:
        parts.append(f"Add {_listed(missing)}.")
    if extra:
        parts.append(f"Remove {_listed(extra)}.")
    return " ".join(parts)


def _listed(items: Counter[str]) -> str:
    return ", ".join(f"`{item}`" for item in sorted(items.elements()))
