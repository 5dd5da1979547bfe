"""Read a course's TOML files: values, the line of every key, and faults against the JSON Schema."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from lms.catalog.model import Fault

SCHEMAS = Path(__file__).parent / "schemas"

KeyPath = tuple[str | int, ...]

_KEY = re.compile(r"""\s*(?P<key>[A-Za-z0-9_-]+|"[^"]*"|'[^']*')\s*=""")
_TABLE = re.compile(r"""\s*(?P<open>\[\[?)\s*(?P<name>[^\]]+?)\s*\]""")
_ERROR_LINE = re.compile(r"at line (\d+)")
_TYPES = {
    "string": "text in quotes",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "`true` or `false`",
    "array": "a list in `[ ]`",
    "object": "a table",
}


@dataclass(frozen=True, slots=True)
class TomlFile:
    """The values of a TOML file and the line on which each key stands."""

    path: str
    values: dict[str, Any]
    lines: dict[KeyPath, int]

    def line(self, *keys: str | int) -> int:
        """The line of a key, or of the nearest table around it."""
        path: KeyPath = keys
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[:-1]
        return 1

    def fault(self, keys: KeyPath, message: str, cure: str) -> Fault:
        """A fault at a key of this file."""
        return Fault(self.path, self.line(*keys), message, cure)


def read_toml(text: str, path: str, schema: str) -> tuple[TomlFile, list[Fault]]:
    """The file's values and its faults; where the TOML itself is broken the values are empty."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _ERROR_LINE.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        cure = "Mend the TOML: text needs quotes, lists need commas."
        return TomlFile(path, {}, {}), [Fault(path, line, f"This is not TOML: {error}.", cure)]
    file = TomlFile(path, values, _line_numbers(text))
    return file, list(_schema_faults(file, schema))


@cache
def validator(schema: str) -> Draft202012Validator:
    """The validator of one of the published schemas: `course`, `glossary` or `exercise`."""
    content = json.loads((SCHEMAS / f"{schema}.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(content)
    return Draft202012Validator(content)


def _schema_faults(file: TomlFile, schema: str) -> Iterator[Fault]:
    errors = sorted(validator(schema).iter_errors(file.values), key=lambda error: list(map(str, error.path)))
    for error in errors:
        yield from _fault_words(file, error)


def _fault_words(file: TomlFile, error: ValidationError) -> Iterator[Fault]:
    path: KeyPath = tuple(error.absolute_path)
    rule: Any = error.validator_value
    schema: Any = error.schema
    value: Any = error.instance
    shown = f"`{path[-1]}`" if path and isinstance(path[-1], str) else "This entry"
    kind = str(error.validator)
    if kind == "additionalProperties":
        yield from _unknown_keys(file, value, schema, path)
    elif kind == "required":
        for key in (key for key in rule if key not in value):
            yield file.fault(path, f"`{key}` is missing.", f"Add `{key} = …` here.")
    elif kind == "anyOf":
        wanted = ", ".join(f"`{branch['required'][0]}`" for branch in rule)
        yield file.fault(path, "This entry says nothing to compare with.", f"Add one of {wanted}.")
    elif kind == "type":
        yield file.fault(path, f"{shown} has the wrong type.", f"Write {_TYPES[str(rule)]}.")
    elif kind in {"enum", "const"}:
        choices = ", ".join(f"`{_as_written(choice)}`" for choice in (rule if kind == "enum" else [rule]))
        yield file.fault(path, f"{shown} is {_as_written(value)!r}.", f"Use one of {choices}.")
    elif kind == "pattern":
        yield file.fault(
            path, f"{shown} is {value!r}, which is not allowed here.", str(schema["description"])
        )
    elif kind in {"minLength", "minItems"}:
        yield file.fault(path, f"{shown} is empty or too short.", f"Give at least {rule}.")
    elif kind == "not" and rule == {}:  # the schema's way to say that a key may not be here
        owner = _kind_around(file.values, path)
        yield file.fault(path, f"{shown} does not belong to {owner}.", "Remove it or change the kind.")
    elif kind == "not":
        yield file.fault(path, "`returns` and `raises` exclude each other.", "Keep one of the two.")
    else:
        yield file.fault(path, f"{shown} is not allowed: {error.message}.", "See docs/course-format.md.")


def _as_written(value: Any) -> Any:
    """A value as an author writes it: TOML's `true` is not Python's."""
    return str(value).lower() if isinstance(value, bool) else value


def _unknown_keys(file: TomlFile, value: Any, schema: Any, path: KeyPath) -> Iterator[Fault]:
    known = list(schema.get("properties", {}))
    patterns = list(schema.get("patternProperties", {}))
    for key in value:
        if key in known or any(re.search(pattern, key) for pattern in patterns):
            continue
        close = get_close_matches(key, known, n=1)
        if close:
            cure = f"Did you mean `{close[0]}`?"
        else:
            cure = f"Known keys: {', '.join(known)}." if known else "Use only a-z, 0-9 and hyphens."
        yield file.fault((*path, key), f"`{key}` is not a known key.", cure)


def _kind_around(values: Any, path: KeyPath) -> str:
    for key in path[:-1]:
        values = values[key]
    for name in ("kind", "do"):
        if isinstance(values, dict) and name in values:
            return f"{name} = {values[name]!r}"
    return "this entry"


def _line_numbers(text: str) -> dict[KeyPath, int]:
    """Where each table, key and inline table of a list begins; enough for faults, not a TOML parser."""
    lines: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    table: KeyPath = ()
    scanner = _ValueScanner()
    for number, line in enumerate(text.splitlines(), start=1):
        if scanner.open:
            for index in scanner.feed(line):
                lines.setdefault((*scanner.key, index), number)
            continue
        if header := _TABLE.match(line):
            table = _table_path(header, counts)
            lines[table] = number
        elif found := _KEY.match(line):
            key = (*table, found["key"].strip("\"'"))
            lines[key] = number
            scanner.start(key)
            for index in scanner.feed(line[found.end() :]):
                lines.setdefault((*key, index), number)
    return lines


def _table_path(header: re.Match[str], counts: dict[KeyPath, int]) -> KeyPath:
    path: KeyPath = ()
    names = [name.strip().strip("\"'") for name in header["name"].split(".")]
    for depth, name in enumerate(names):
        path = (*path, name)
        last = depth == len(names) - 1
        if last and header["open"] == "[[":
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


class _ValueScanner:
    """Follows a value over several lines: strings, lists, and which item of the outer list begins."""

    def __init__(self) -> None:
        self.key: KeyPath = ()
        self._depth = 0
        self._quote = ""
        self._item = 0
        self._fresh = True

    @property
    def open(self) -> bool:
        """Whether the value goes on in the next line."""
        return self._depth > 0 or len(self._quote) == 3

    def start(self, key: KeyPath) -> None:
        """Begin a new value."""
        self.key, self._depth, self._quote, self._item, self._fresh = key, 0, "", 0, True

    def feed(self, line: str) -> list[int]:
        """Read one line and give the indexes of the outer list's items that begin in it."""
        begun: list[int] = []
        position = 0
        while position < len(line):
            char = line[position]
            if self._quote:
                position += self._inside_string(line, position)
                continue
            if char == "#":
                break
            if self._depth == 1 and self._fresh and char not in " \t,]":
                begun.append(self._item)
                self._fresh = False
            if char in "\"'":
                self._quote = line[position : position + 3] if line.startswith(char * 3, position) else char
                position += len(self._quote)
                continue
            self._bracket(char)
            position += 1
        if len(self._quote) == 1:
            self._quote = ""
        return begun

    def _inside_string(self, line: str, position: int) -> int:
        if line[position] == "\\" and '"' in self._quote:
            return 2
        if line.startswith(self._quote, position):
            width = len(self._quote)
            self._quote = ""
            return width
        return 1

    def _bracket(self, char: str) -> None:
        if char in "[{":
            self._depth += 1
        elif char in "]}":
            self._depth -= 1
        elif char == "," and self._depth == 1:
            self._item += 1
            self._fresh = True
