"""The comparison: exact types, tolerance only where it is asked for, four ways to compare text."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest

from lms.grading.compare import same_text, same_value
from sandbox.codec import Opaque

NAN = float("nan")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (6, 6),
        ([1, (2, {3})], [1, (2, {3})]),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        (NAN, float("nan")),
        ([NAN], [float("nan")]),
        ({1, 2}, {2, 1}),
        (0.0, -0.0),
        (Decimal("NaN"), Decimal("NaN")),
        (bytearray(b"a"), bytearray(b"a")),
        (complex(NAN, 1), complex(NAN, 1)),
    ],
)
def test_same(left: object, right: object) -> None:
    assert same_value(left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (1, True),
        (1, 1.0),
        (0, False),
        ([1], [True]),
        ({1}, {True}),
        ({1: "a"}, {True: "a"}),
        ([1], (1,)),
        ({1}, frozenset({1})),
        ("1", 1),
        (b"a", "a"),
        (b"a", bytearray(b"a")),
        (None, 0),
        ([1, 2], [2, 1]),
        (Opaque("A", "a"), Opaque("A", "a")),
        ([Opaque("A", "a")], [Opaque("A", "a")]),
        (Decimal(1), 1),
    ],
)
def test_different(left: object, right: object) -> None:
    assert not same_value(left, right)


def test_tolerance() -> None:
    assert same_value(0.3, 0.1 + 0.2, 1e-9)
    assert same_value(1, 1.0, 1e-9)
    assert same_value([1, {"a": 2.0}], [1.0, {"a": 2.0000001}], 1e-3)
    assert same_value(math.inf, math.inf, 1)
    assert not same_value(1, True, 1)
    assert not same_value(1.0, 1.2, 0.1)
    assert not same_value(1.0, NAN, 1)
    assert not same_value(1.0, "1.0", 1)
    assert not same_value(1.0, 10**400, 1)
    assert not same_value(math.inf, 5.0, 1)


def test_text() -> None:
    assert same_text("a\nb\n", "a  \nb\n\n\n")
    assert not same_text("a\nb\n", "a\n\nb\n")
    assert not same_text("a", " a")
    assert same_text("a\n", "a\n", "exact")
    assert not same_text("a\n", "a", "exact")
    assert same_text("total 5", "The total 5 is right", "contains")
    assert not same_text("total 5", "total: 5", "contains")
    assert same_text("3 4.5 -2", "x = 3, y=4.50, z: -2!", "numbers")
    assert not same_text("3 4", "4 3", "numbers")
    assert not same_text("3", "3 4", "numbers")
    assert same_text("2024 5", "2024-5", "numbers")
