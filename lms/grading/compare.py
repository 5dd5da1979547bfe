"""Compares what a student's code gave with what the author expects: plain values, exact types.

Only values made by `sandbox.codec.decode` and `lms.catalog.literals` come here, so no method written by a
student ever runs. `Opaque`, an object of the student's own, equals nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Hashable
from decimal import Decimal
from typing import Literal

from sandbox.codec import Opaque

TextCompare = Literal["lines", "exact", "contains", "numbers"]

MAX_NUMBERS = 10_000
_NUMBER = re.compile(r"(?:(?<![\w.])[-+])?\d{1,400}(?:\.\d{1,400})?(?:[eE][-+]?\d{1,3})?")


def same_value(expected: object, got: object, tolerance: float | None = None) -> bool:
    """Same type and value, through containers; with a tolerance, ints and floats may differ by that much."""
    if tolerance is None:
        return _key(expected) == _key(got)
    return _near(expected, got, tolerance)


def same_text(expected: str, got: str, how: TextCompare = "lines", tolerance: float | None = None) -> bool:
    """Compares printed text in one of the ways of the course format."""
    if how == "exact":
        return expected == got
    if how == "contains":
        return expected.strip() in got
    if how == "numbers":
        return _same_numbers(_numbers(expected), _numbers(got), 1e-9 if tolerance is None else tolerance)
    return _lines(expected) == _lines(got)


def _key(value: object) -> Hashable:
    """Equal to another value's key exactly when type and value are the same; Opaque equals nothing."""
    kind = type(value)
    if isinstance(value, list | tuple):
        return (kind, tuple(_key(item) for item in value))
    if isinstance(value, set | frozenset):
        return (kind, frozenset(_key(item) for item in value))
    if isinstance(value, dict):
        return (kind, frozenset((_key(key), _key(item)) for key, item in value.items()))
    if isinstance(value, complex):
        return (kind, _key(value.real), _key(value.imag))
    return (kind, _plain_key(value))


def _plain_key(value: object) -> Hashable:
    if isinstance(value, float):
        return "nan" if math.isnan(value) else value
    if isinstance(value, Decimal):
        return "nan" if value.is_nan() else value
    if isinstance(value, bytearray):
        return bytes(value)
    return value if isinstance(value, Hashable) and type(value) is not Opaque else _Unequal()


class _Unequal:
    """Equal to nothing, itself included."""

    def __eq__(self, other: object) -> bool:
        return False

    def __hash__(self) -> int:
        return id(self)


def _near(expected: object, got: object, tolerance: float) -> bool:
    if type(expected) in {int, float} and type(got) in {int, float}:
        return _near_numbers(expected, got, tolerance)
    if type(expected) is not type(got):
        return False
    if isinstance(expected, list | tuple) and isinstance(got, list | tuple):
        return len(expected) == len(got) and all(
            _near(wanted, given, tolerance) for wanted, given in zip(expected, got, strict=True)
        )
    if isinstance(expected, dict) and isinstance(got, dict):
        given_by_key = {_key(key): item for key, item in got.items()}
        return len(expected) == len(got) and all(
            _key(key) in given_by_key and _near(item, given_by_key[_key(key)], tolerance)
            for key, item in expected.items()
        )
    return _key(expected) == _key(got)


def _near_numbers(expected: object, got: object, tolerance: float) -> bool:
    assert isinstance(expected, int | float)  # noqa: S101  (narrows; the caller looked)
    assert isinstance(got, int | float)  # noqa: S101
    if expected == got:
        return True
    try:
        return abs(float(expected) - float(got)) <= tolerance or (math.isnan(expected) and math.isnan(got))
    except OverflowError:
        return False


def _lines(text: str) -> list[str]:
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _numbers(text: str) -> list[float]:
    return [
        float(match.group()) for match, _ in zip(_NUMBER.finditer(text), range(MAX_NUMBERS), strict=False)
    ]


def _same_numbers(expected: list[float], got: list[float], tolerance: float) -> bool:
    return len(expected) == len(got) and all(
        math.isclose(wanted, given, rel_tol=1e-9, abs_tol=tolerance)
        for wanted, given in zip(expected, got, strict=True)
    )
