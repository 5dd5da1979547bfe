"""JavaScript's values as plain Python data, for authors' literals and for what comes out of a container.

A number is a float (JavaScript has one type for both kinds), a bigint an int, null is None; text, booleans, lists
(arrays) and dicts with text as keys (plain objects) are themselves. The rest has a class here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Final


class Undefined(Enum):
    """The one value `undefined`."""

    UNDEFINED = "undefined"


UNDEFINED: Final = Undefined.UNDEFINED


@dataclass(frozen=True, slots=True)
class JsMap:
    """A Map: its entries in their order."""

    entries: tuple[tuple[object, object], ...]


@dataclass(frozen=True, slots=True)
class JsSet:
    """A Set: its items in their order."""

    items: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class JsDate:
    """A Date: milliseconds from 1970 in UTC, or NaN for one that is no date."""

    milliseconds: float


def number_text(value: float) -> str:
    """A number as JavaScript writes it, except that -0 keeps its sign."""
    if math.isnan(value):
        return "NaN"
    sign = "-" if math.copysign(1.0, value) < 0 else ""
    if math.isinf(value) or value == 0:
        return f"{sign}{'0' if value == 0 else 'Infinity'}"
    return sign + _positive_text(abs(value))


def _positive_text(value: float) -> str:
    parts = Decimal(repr(value)).normalize().as_tuple()
    digits = "".join(map(str, parts.digits))
    point = len(digits) + int(parts.exponent)  # how many digits stand before the decimal point
    if len(digits) <= point <= 21:
        return digits.ljust(point, "0")
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}e{point - 1:+d}"
