"""Values of JavaScript on the grader's side: read strictly, compared by content, shown in JavaScript's notation."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.catalog.jsliterals import parse_js_literal
from lms.catalog.jsvalues import UNDEFINED, JsDate, JsMap, JsSet
from lms.grading.jscodec import decode, encode
from lms.grading.jsnotation import js_type_name, same_js_value, show_js
from sandbox.codec import CodecError, Opaque

PLAIN = (
    st.none()
    | st.just(UNDEFINED)
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.text()
    | st.sampled_from(["\ud800", "a\udfffb"])
    | st.builds(JsDate, st.integers(-(10**13), 10**13).map(float))
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(), inner, max_size=4)
        | st.lists(inner, max_size=4).map(lambda items: JsSet(tuple(items)))
        | st.lists(st.tuples(inner, inner), max_size=3, unique_by=lambda pair: show_js(pair[0])).map(
            lambda pairs: JsMap(tuple(pairs))
        )
    ),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_written_is_read_back(value: object) -> None:
    again = decode(encode(value))
    assert same_js_value(value, again)
    assert same_js_value(value, again, 0.001)
    assert show_js(again) == show_js(value)
    assert len(show_js(value)) <= 400


@pytest.mark.parametrize(
    "text",
    [
        "[1, -0.5, 1e+21, 'it\\'s', null, undefined, true, { name: 'Amal', 'x-y': [] }, {}]",
        "new Map([['a', [1n]], [2, {}]])",
        "new Set([1, 'a'])",
        "new Date('2026-01-02')",
        "new Date('1969-12-31T23:59:59.999Z')",
        "[NaN, Infinity, -Infinity]",
    ],
)
def test_values_are_shown_as_they_are_written(text: str) -> None:
    assert show_js(parse_js_literal(text)) == text


def test_long_values_are_cut() -> None:
    assert len(show_js("x" * 10_000)) <= 400
    assert len(show_js([[1.0] * 100] * 100)) <= 400
    assert show_js(2**5000).startswith("0x1000")
    assert show_js(JsDate(math.nan)) == "new Date(NaN)"
    assert show_js(JsDate(8.64e15)) == "new Date(8640000000000000)"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("6", "6.0"), ("-0", "0"), ("NaN", "NaN"), ("{ a: 1, b: 2 }", "{ b: 2, a: 1 }"), ("[[1]]", "[[1]]"),
        ("new Set([1, [2]])", "new Set([[2], 1])"), ("new Map([[1, 2], [3, 4]])", "new Map([[3, 4], [1, 2]])"),
    ],
)  # fmt: skip
def test_equal(first: str, second: str) -> None:
    assert same_js_value(parse_js_literal(first), parse_js_literal(second))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("6", "'6'"), ("6", "6n"), ("1", "true"), ("0", "false"), ("null", "undefined"), ("''", "0"), ("[]", "{}"),
        ("[1, 2]", "[2, 1]"), ("{ a: undefined }", "{}"), ("[1]", "new Set([1])"), ("{ a: 1 }", "new Map([['a', 1]])"),
        ("new Set([1])", "new Set([1, '1'])"), ("new Date(0)", "0"), ("['a,b']", "['a', 'b']"), ("[]", "[[]]"),
        ("'undefined'", "undefined"), ("'NaN'", "NaN"),
    ],
)  # fmt: skip
def test_different(first: str, second: str) -> None:
    one, other = parse_js_literal(first), parse_js_literal(second)
    assert not same_js_value(one, other)
    assert not same_js_value(one, other, 0.001)


def test_tolerance_reaches_into_containers() -> None:
    wanted = parse_js_literal("[0.3, { a: 0.1 }, new Map([['k', 1]])]")
    near = parse_js_literal("[0.30000000000000004, { a: 0.1001 }, new Map([['k', 1.0004]])]")
    assert same_js_value(wanted, near, 0.001)
    assert not same_js_value(wanted, near, 0.0001)
    assert not same_js_value(1, 1.0, 0.5)


def test_an_object_of_a_class_equals_nothing() -> None:
    thing = Opaque("Account", "Account { balance: 1 }")
    assert not same_js_value(parse_js_literal("{ balance: 1 }"), thing)
    assert not same_js_value("object", thing)
    assert (show_js(thing), js_type_name(thing)) == ("Account { balance: 1 }", "Account")


def test_types_have_the_names_that_beginners_know() -> None:
    names = [
        js_type_name(parse_js_literal(text))
        for text in (
            "null",
            "undefined",
            "1",
            "1n",
            "''",
            "true",
            "[]",
            "{}",
            "new Map()",
            "new Set()",
            "new Date(0)",
        )
    ]
    assert names == [
        "null", "undefined", "number", "bigint", "string", "boolean", "array", "object", "Map", "Set", "Date",
    ]  # fmt: skip


DEEP: Any = {"t": "number", "v": "1"}
for _ in range(60):
    DEEP = {"t": "list", "v": [DEEP]}


@pytest.mark.parametrize(
    "data",
    [
        None, 1, [], {}, {"t": 1}, {"t": "none"}, {"t": "number"}, {"t": "number", "v": 6}, {"t": "number", "v": "0x6"},
        {"t": "number", "v": " 6"}, {"t": "number", "v": "6", "w": 1}, {"t": "number", "v": "1" * 400},
        {"t": "number", "v": "nan"}, {"t": "number", "v": "٣"}, {"t": "bigint", "v": "-"}, {"t": "bigint", "v": "1_0"},
        {"t": "bigint", "v": "f" * 70_000}, {"t": "bool", "v": 1}, {"t": "str", "v": "\ud800"}, {"t": "str", "v": None},
        {"t": "strx", "v": "d8"}, {"t": "strx", "v": "zzzz"}, {"t": "list", "v": {}}, {"t": "dict", "v": [[1]]},
        {"t": "dict", "v": [[{"t": "number", "v": "1"}, {"t": "null"}]]},
        {"t": "dict", "v": [[{"t": "str", "v": "a"}, {"t": "null"}]] * 2},
        {"t": "map", "v": [[{"t": "null"}]]}, {"t": "date", "v": 0}, {"t": "name", "v": "x"},
        {"t": "object", "class": "A"}, {"t": "object", "class": "A" * 300, "repr": ""}, DEEP,
        {"t": "list", "v": [{"t": "null"}] * 60_000}, {"t": "str", "v": "x" * 1_000_001},
    ],
)  # fmt: skip
def test_whatever_is_not_in_this_form_is_refused(data: object) -> None:
    with pytest.raises(CodecError):
        decode(data)
