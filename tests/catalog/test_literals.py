"""Literals of exercises: the known forms, and words for the author about every other."""

from __future__ import annotations

import math
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from lms.catalog.literals import LiteralError, Name, names_in, parse_call, parse_literal


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("None", None),
        ("-3", -3),
        ("(1, [2.5, True], {'a': b'x'})", (1, [2.5, True], {"a": b"x"})),
        ("set()", set()),
        ("{1, 2}", {1, 2}),
        ("frozenset({1})", frozenset({1})),
        ("1 - 2j", 1 - 2j),
        ("Decimal('1.50')", Decimal("1.50")),
        ("Fraction(1, 3)", Fraction(1, 3)),
        ("date(2026, 1, 2)", date(2026, 1, 2)),
        ("datetime.timedelta(days=1)", timedelta(days=1)),
        ("bytearray(b'ab')", bytearray(b"ab")),
        ("range(3)", range(3)),
        ("inf", math.inf),
        ("-math.inf", -math.inf),
        ("...", ...),
    ],
)
def test_literals(text: str, value: object) -> None:
    found = parse_literal(text)
    assert found == value
    assert type(found) is type(value)


def test_nan() -> None:
    found = parse_literal("float('nan')")
    assert isinstance(found, float)
    assert math.isnan(found)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "1 + 2",
        "__import__('os').system('true')",
        "open('x')",
        "[x for x in 'ab']",
        "{[]: 1}",
        "{**{}}",
        "date(2026, 13, 1)",
        "Decimal('x')",
        "Fraction(1, 0)",
        "bytearray(10**9)",
        "range(10000000)",
        "f'{1}'",
        "-'a'",
        "'a\0b'",
        "(" * 300 + ")" * 300,
        "[" * 60 + "]" * 60,
        "1" * 30_000,
        "9" * 5_000,
        "set(*[1])",
    ],
)
def test_everything_else_is_refused_with_words(text: str) -> None:
    with pytest.raises(LiteralError, match=r".{10}"):
        parse_literal(text)


def test_calls() -> None:
    call = parse_call("describe(acc, [other, 1], times=-2)")
    assert (call.function, call.args, call.kwargs) == (
        "describe",
        (Name("acc"), [Name("other"), 1]),
        {"times": -2},
    )
    assert names_in(call) == {"acc", "other"}


@pytest.mark.parametrize(
    "text", ["double", "a.b(1)", "f(1)(2)", "f(*x)", "f(**x)", "f(lambda: 1)", "f(", "1"]
)
def test_what_is_not_a_call(text: str) -> None:
    with pytest.raises(LiteralError):
        parse_call(text)


def test_names_only_where_they_are_allowed() -> None:
    with pytest.raises(LiteralError, match="is a name"):
        parse_call("f(x)", names=False)
