"""exercise.toml changed in place: comments, the order of keys and keys that nobody knows stay where they are."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.items import AoT, Item, Table

from lms.authoring.coursefile import read_document, written

Values = Mapping[str, Any]

# What may be left out is not written for it, and is left alone where it stands.
_DEFAULTS: Values = {
    "kernel": "python",
    "hidden": False,
    "reference": False,
    "compare": "lines",
    "stdin": "",
    "review": False,
}
_ROW_NAMES = ("name", "sample")
_KNOWN = frozenset(
    {
        "title", "kernel", "files", "review", "suite", "rules", "checks", "mistakes", "criteria", "data", "reference",
        "must_use", "must_not_use", "name", "kind", "hidden", "hint", "call", "returns", "raises", "prints",
        "tolerance", "stdin", "stdout", "compare", "variable", "equals", "steps", "sample", "value", "error",
        "printed", "rule", "missing", "check", "outcome",
    }
)  # fmt: skip


def folded(content: bytes | None, values: Values, same: Callable[[Values, Values], bool]) -> bytes:
    """The file with these values. `same` says whether two readings mean one exercise: a file in a form so odd that
    changing it in place does not give what is wanted is written anew. Raises `Unreadable` for a broken file."""
    document = read_document(content)
    _fold(document, values)
    text = written(document)
    if text == content:
        return text
    for form in (_spaced(text), text):
        if _means(form, values, same):
            return form
    return _spaced(written(_fresh(values)))


def _spaced(text: bytes) -> bytes:
    """One empty line before each table, or before the comment above it."""
    lines: list[bytes] = []
    for line in text.split(b"\n"):
        if line.startswith((b"[", b"#")):
            gap = bool(lines) and not lines[-1]
            while lines and not lines[-1]:
                lines.pop()
            if lines and (gap or (line.startswith(b"[") and not lines[-1].startswith(b"#"))):
                lines.append(b"")
        lines.append(line)
    return b"\n".join(lines)


def _means(text: bytes, values: Values, same: Callable[[Values, Values], bool]) -> bool:
    try:
        return same(tomllib.loads(text.decode()), values)
    except tomllib.TOMLDecodeError:
        return False


def _fresh(values: Values) -> TOMLDocument:
    document = tomlkit.document()
    for key, value in values.items():
        document.append(key, _item(key, value))
    return document


def _fold(table: MutableMapping[str, Any], values: Values) -> None:
    """Change a table into one with these values; what is not known stays."""
    for key in [key for key in table if key in _KNOWN and key not in values]:
        if key not in _DEFAULTS or _plain(table[key]) != _DEFAULTS[key]:
            del table[key]
    for key, value in values.items():
        old = table.get(key)
        if old is None:
            _add(table, key, _item(key, value))
        elif _plain(old) == value and type(_plain(old)) is type(value):
            continue
        elif isinstance(old, Table) and isinstance(value, dict):
            _fold(old, value)
        elif isinstance(old, AoT) and isinstance(value, list):
            table[key] = _fold_rows(old, value)
        elif isinstance(old, Table | AoT) == isinstance(_item(key, value), Table | AoT):
            table[key] = _item(key, value)
        else:  # a value in the place of a table, or the other way round: it must stand elsewhere
            del table[key]
            _add(table, key, _item(key, value))


def _fold_rows(old: AoT, rows: Sequence[Values]) -> AoT:
    """The rows in their new order, each changed in the table in which it stood."""
    free = list(old)
    found: list[Table | None] = [_taken(free, row) for row in rows]
    known = {id(table) for table in found}
    result = tomlkit.aot()
    for index, (row, table) in enumerate(zip(rows, found, strict=True)):
        here = old[index] if table is None and index < len(old) else table
        if here is None or (table is None and id(here) in known):
            result.append(_item("", row))
            continue
        _fold(here, row)
        result.append(here)
    return result


def _taken(free: list[Table], row: Values) -> Table | None:
    for table in free:
        if any(name in row and _plain(table.get(name)) == row[name] for name in _ROW_NAMES):
            free.remove(table)
            return table
    return None


def _add(table: MutableMapping[str, Any], key: str, item: Item) -> None:
    """A value that is new stands before the document's tables, else it would belong to the last of them."""
    if not isinstance(table, TOMLDocument) or isinstance(item, Table | AoT):
        table[key] = item
        return
    later = {name: table[name] for name in table if isinstance(table[name], Table | AoT)}
    for name in later:
        del table[name]
    table[key] = item
    for name, value in later.items():
        table[name] = value


def _item(key: str, value: Any) -> Item:
    if key == "steps":
        steps = tomlkit.array()
        for step in value:
            inline = tomlkit.inline_table()
            inline.update(step)
            steps.append(inline)
        return steps.multiline(multiline=True)
    if isinstance(value, Mapping):
        table = tomlkit.table()
        for name, inner in value.items():
            table.append(name, _item(name, inner))
        return table
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        rows = tomlkit.aot()
        for row in value:
            rows.append(_item("", row))
        return rows
    item: Item = tomlkit.item(value)
    return item


def _plain(value: Any) -> Any:
    return value.unwrap() if hasattr(value, "unwrap") else value
