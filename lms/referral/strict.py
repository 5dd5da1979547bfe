"""Strict reading of JSON that somebody else has written.

A name, list or text that is missing, of another kind or longer than it can be makes the whole unreadable. Names that
this version does not know are left out, so that a later one may say more. Every reader raises `Unclear`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from lms.core.text import clean_line, clean_lines

MOST_ROWS = 400
LONGEST_LINE = 200
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")

T = TypeVar("T")


class Unclear(ValueError):
    """Signed perhaps, but not what a referral says."""


def part_of(source: Mapping[str, Any], name: str) -> dict[str, Any]:
    """An object within; it must be there."""
    found = source.get(name)
    if not isinstance(found, dict):
        raise Unclear(f"{name} is missing")
    return found


def rows_of(
    source: Mapping[str, Any], name: str, read_row: Callable[[Mapping[str, Any]], T]
) -> tuple[T, ...]:
    """A list of objects, each as it is read; empty when it is missing."""
    found = source.get(name, [])
    if (
        not isinstance(found, list)
        or len(found) > MOST_ROWS
        or not all(isinstance(row, dict) for row in found)
    ):
        raise Unclear(f"{name} is no list of parts")
    return tuple(read_row(row) for row in found)


def line_of(source: Mapping[str, Any], name: str, longest: int = LONGEST_LINE, *, needed: bool = True) -> str:
    """A line of text, cleaned."""
    found = source.get(name, "")
    if not isinstance(found, str) or len(found) > longest:
        raise Unclear(f"{name} is no line")
    clean = clean_line(found)
    if needed and not clean:
        raise Unclear(f"{name} is missing")
    return clean


def text_of(source: Mapping[str, Any], name: str, longest: int) -> str:
    """A text of several lines, cleaned; empty when it is missing."""
    found = source.get(name, "")
    if not isinstance(found, str) or len(found) > longest:
        raise Unclear(f"{name} is no text")
    return clean_lines(found)


def count_of(source: Mapping[str, Any], name: str) -> int:
    """A whole number from 0 to a million."""
    found = source.get(name)
    if type(found) is not int or not 0 <= found <= 1_000_000:
        raise Unclear(f"{name} is no number")
    return found


def day_of(source: Mapping[str, Any], name: str) -> date:
    """A day as ISO 8601 writes it."""
    found = source.get(name)
    if not isinstance(found, str) or len(found) != 10:
        raise Unclear(f"{name} is no day")
    try:
        return date.fromisoformat(found)
    except ValueError as error:
        raise Unclear(f"{name} is no day") from error


def moment_of(source: Mapping[str, Any], name: str) -> datetime:
    """A moment in UTC, to the second, as `moment_text` writes it."""
    found = source.get(name)
    if not isinstance(found, str) or not _MOMENT.fullmatch(found):
        raise Unclear(f"{name} is no moment")
    try:
        return datetime.strptime(found, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise Unclear(f"{name} is no moment") from error


def moment_text(at: datetime) -> str:
    """A moment in UTC, to the second (ISO 8601)."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
