"""JavaScript's values for people and for comparing: its notation, its names of types, equality by content."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator
from itertools import islice

from lms.catalog.jsvalues import UNDEFINED, JsDate, JsMap, JsSet, number_text
from lms.grading.display import MAX_BITS_SHOWN, MAX_SHOWN, clip
from sandbox.codec import Opaque

MAX_ITEMS = 60
MAX_LEVELS = 8
_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPED = re.compile("[\\\\'\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]")


def show_js(value: object) -> str:
    """A value in JavaScript's notation, at most `MAX_SHOWN` characters and safe to store."""
    return clip(_shown(value, MAX_LEVELS), MAX_SHOWN)


def same_js_value(expected: object, got: object, tolerance: float | None = None) -> bool:
    """Equal by type and by what they hold; with a tolerance, numbers may differ by that much."""
    if tolerance is None:
        return _canonical(expected) == _canonical(got)
    return _near(expected, got, tolerance)


def js_type_name(value: object) -> str:
    """What a beginner calls the type."""
    match value:
        case None:
            return "null"
        case _ if value is UNDEFINED:
            return "undefined"
        case Opaque():
            return clip(value.class_name, 100)
        case JsMap() | JsSet() | JsDate():
            return type(value).__name__.removeprefix("Js")
        case _:
            names = {bool: "boolean", float: "number", int: "bigint", str: "string", list: "array"}
            return names.get(type(value), "object")


def _shown(value: object, levels: int) -> str:  # noqa: PLR0911 - one line for each type
    match value:
        case None | bool():
            return "null" if value is None else str(value).lower()
        case float():
            return number_text(value)
        case int():
            return _bigint(value)
        case str():
            return _quoted(value)
        case Opaque():
            return value.repr or value.class_name
        case JsDate():
            return _date(value.milliseconds)
        case _ if value is UNDEFINED:
            return "undefined"
        case _:
            return "…" if levels == 0 else _container(value, levels - 1)


def _container(value: object, levels: int) -> str:
    match value:
        case list():
            return _array(value, levels)
        case JsSet():
            return f"new Set({_array(value.items, levels)})"
        case JsMap():
            return f"new Map({_array(map(list, value.entries), levels)})"
        case dict():
            pairs = (f"{_key(key)}: {_shown(item, levels)}" for key, item in value.items())
            return f"{{ {', '.join(_first(pairs))} }}" if value else "{}"
        case _:
            return "…"


def _array(items: Iterable[object], levels: int) -> str:
    return f"[{', '.join(_first(_shown(item, levels) for item in items))}]"


def _first(parts: Iterator[str]) -> list[str]:
    kept = list(islice(parts, MAX_ITEMS + 1))
    return kept if len(kept) <= MAX_ITEMS else [*kept[:MAX_ITEMS], "…"]


def _key(key: str) -> str:
    return key if _NAME.fullmatch(key) else _quoted(key)


def _quoted(text: str) -> str:
    if len(text) > MAX_SHOWN:
        text = f"{text[: MAX_SHOWN // 2]}…{text[-MAX_SHOWN // 2 :]}"
    return f"'{_ESCAPED.sub(_escaped, text)}'"


def _escaped(found: re.Match[str]) -> str:
    character = found[0]
    code = ord(character)
    return _ESCAPES.get(character) or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")


def _bigint(value: int) -> str:
    if value.bit_length() <= MAX_BITS_SHOWN:
        return f"{value}n"
    digits = format(abs(value), "x")
    return f"{'-' if value < 0 else ''}0x{digits[:20]}…{digits[-20:]}n"


def _date(milliseconds: float) -> str:
    if math.isnan(milliseconds):
        return "new Date(NaN)"
    days, rest = divmod(int(milliseconds), 86_400_000)
    year, month, day = _civil(days)
    if not 0 <= year <= 9999:
        return f"new Date({number_text(milliseconds)})"
    seconds, thousandths = divmod(rest, 1000)
    date = f"{year:04}-{month:02}-{day:02}"
    if rest == 0:
        return f"new Date('{date}')"
    time = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{thousandths:03}"
    return f"new Date('{date}T{time}Z')"


def _civil(days: int) -> tuple[int, int, int]:
    """Year, month and day of a number of days from 1970; Python's own dates end too early for JavaScript's."""
    shifted = days + 719_468
    era, day_of_era = divmod(shifted, 146_097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted_month = (5 * day_of_year + 2) // 153
    month = shifted_month + 3 if shifted_month < 10 else shifted_month - 9
    day = day_of_year - (153 * shifted_month + 2) // 5 + 1
    return year_of_era + era * 400 + (month <= 2), month, day


def _canonical(value: object) -> str:  # noqa: PLR0911 - one line for each type
    """Equal texts for equal values, and for no others; an object of a class equals nothing an author can write.

    Texts, because what a student chose is then hashed by nobody: sets are compared by sorting.
    """
    match value:
        case float():
            return f"n{'NaN' if math.isnan(value) else repr(value + 0.0)}"  # -0 becomes 0
        case bool() | None:
            return str(value)
        case int():
            return f"i{value:x}"
        case str():
            return json.dumps(value)
        case list():
            return f"[{','.join(map(_canonical, value))}]"
        case dict():
            return f"{{{','.join(sorted(map(_canonical_pair, value.items())))}}}"
        case JsMap():
            return f"m{{{','.join(sorted(map(_canonical_pair, value.entries)))}}}"
        case JsSet():
            return f"s{{{','.join(sorted(map(_canonical, value.items)))}}}"
        case JsDate():
            return f"d{_canonical(value.milliseconds)}"
        case _:
            return "undefined" if value is UNDEFINED else "object"


def _canonical_pair(pair: tuple[object, object]) -> str:
    return f"{_canonical(pair[0])}:{_canonical(pair[1])}"


def _near(expected: object, got: object, tolerance: float) -> bool:
    if isinstance(expected, float) and isinstance(got, float):
        both_nan = math.isnan(expected) and math.isnan(got)
        return expected == got or both_nan or abs(expected - got) <= tolerance
    if isinstance(expected, list) and isinstance(got, list):
        pairs = zip(expected, got, strict=False)
        return len(expected) == len(got) and all(_near(*pair, tolerance) for pair in pairs)
    if isinstance(expected, dict) and isinstance(got, dict):
        return expected.keys() == got.keys() and all(
            _near(item, got[key], tolerance) for key, item in expected.items()
        )
    if isinstance(expected, JsMap) and isinstance(got, JsMap):
        items = {_canonical(key): item for key, item in got.entries}
        return len(expected.entries) == len(got.entries) and all(
            _canonical(key) in items and _near(item, items[_canonical(key)], tolerance)
            for key, item in expected.entries
        )
    return _canonical(expected) == _canonical(got)
