"""The files that describe a course, course.toml and glossary.toml, changed without losing what else is in them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Table

COURSE = "course.toml"
GLOSSARY = "glossary.toml"


class Unreadable(ValueError):
    """The file is no TOML: it must be mended by hand first."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the glossary as it is written."""

    key: str
    term: str
    definition: str


def read_document(content: bytes | None) -> TOMLDocument:
    """The file with its comments and its order; empty if there is none. Raises `Unreadable`."""
    try:
        return tomlkit.parse((content or b"").decode())
    except (UnicodeDecodeError, TOMLKitError) as error:
        raise Unreadable(str(error)) from error


def read_values(content: bytes | None) -> dict[str, Any]:
    """What is in the file, to be looked at only: fifty times as quick. Raises `Unreadable`."""
    try:
        return tomllib.loads((content or b"").decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Unreadable(str(error)) from error


def new_course_file(values: Mapping[str, Any]) -> bytes:
    """The course.toml of a new course."""
    return written(tomlkit.item({"format": 1, **values}))


def with_values(content: bytes | None, values: Mapping[str, Any]) -> bytes:
    """The file with these top-level values; None and empty lists take a value away. Everything else stays."""
    document = read_document(content)
    for key, value in values.items():
        if value is None or value == []:
            document.pop(key, None)
        elif document.get(key) != value:
            _put(document, key, value)
    return written(document)


def terms_in(content: bytes | None) -> list[Term]:
    """The glossary's words, in the order of the file; entries that are no words are left out."""
    values = read_values(content)
    return [
        Term(key, str(entry.get("term", "")), str(entry.get("definition", "")))
        for key, entry in values.items()
        if isinstance(entry, dict)
    ]


def with_term(content: bytes | None, old_key: str | None, term: Term | None) -> bytes:
    """The glossary with a word changed, added (`old_key` is None) or taken away (`term` is None)."""
    document = read_document(content)
    if term is None or term.key != old_key:
        document.pop(old_key or "", None)
    if term is not None:
        entry = document.get(term.key)
        if not isinstance(entry, Table):
            entry = tomlkit.table()
            if document.as_string().strip():
                document.add(tomlkit.nl())
            document.append(term.key, entry)
        for key, value in (("term", term.term), ("definition", term.definition)):
            if entry.get(key) != value:
                entry[key] = value
    return written(document)


def order_of(content: bytes | None) -> list[str]:
    """The order of lessons that the course gives; empty for the order of their names."""
    order = read_values(content).get("order", [])
    return [name for name in order if isinstance(name, str)] if isinstance(order, list) else []


def with_order(content: bytes | None, order: Sequence[str]) -> bytes:
    """The course.toml with the lessons in this order; the order of their names needs no words."""
    return with_values(content, {"order": list(order) if list(order) != sorted(order) else None})


def with_lesson_renamed(content: bytes | None, old: str, new: str | None) -> bytes:
    """The course.toml in which a lesson has another name, or (None) is not spoken of any more."""
    document = read_document(content)
    order = [new if name == old else name for name in order_of(content)]
    minutes = document.get("minutes")
    if isinstance(minutes, Table) and old in minutes:
        value = minutes.pop(old)
        if new is not None:
            minutes[new] = value
        if not minutes:
            document.pop("minutes")
    kept = [name for name in order if name is not None]
    return with_order(written(document), kept) if order else written(document)


def written(document: Any) -> bytes:
    """The document as the bytes of its file, with one line end at its end."""
    return (cast("str", document.as_string()).strip("\n") + "\n").encode()


def _put(document: TOMLDocument, key: str, value: Any) -> None:
    """Set a value; a new one stands before the file's first table, else it would belong to that table."""
    if key in document:
        document[key] = value
        return
    tables = {name: document[name] for name in document if isinstance(document[name], Table)}
    for name in tables:
        document.pop(name)
    document.append(key, value)
    for name, table in tables.items():
        document.append(name, table)
