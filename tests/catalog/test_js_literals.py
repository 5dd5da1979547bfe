"""JavaScript literals of exercises: the known forms, and words for the author about every other."""

from __future__ import annotations

import math

import pytest

from lms.catalog.jsliterals import parse_js_call, parse_js_literal
from lms.catalog.jsvalues import UNDEFINED, JsDate, JsMap, JsSet, number_text
from lms.catalog.literals import Call, LiteralError, Name, names_in


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("6", 6.0),
        ("6.0", 6.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("1_000", 1000.0),
        ("0x1f", 31.0),
        ("-Infinity", -math.inf),
        ("1" + "0" * 400, math.inf),
        ("12n", 12),
        ("-0xffn", -255),
        ("'it\\'s \\u0041\\x42\\u{43}\\n'", "it's ABC\n"),
        ('"\\ud83d\\ude00"', "😀"),
        ("'\\ud83d'", "\ud83d"),
        ("`plain`", "plain"),
        ("true", True),
        ("null", None),
        ("undefined", UNDEFINED),
        (
            "[1, 'a', { name: 'Amal', 'x-y': [], 3: null, }]",
            [1.0, "a", {"name": "Amal", "x-y": [], "3": None}],
        ),
        ("{}", {}),
        ("{ a: 1, a: 2 }", {"a": 2.0}),
        ("{ 1e21: 1 }", {"1e+21": 1.0}),
        ("new Map([['a', 1], [2n, [3]]])", JsMap((("a", 1.0), (2, [3.0])))),
        ("new Map([['a', 1], ['a', 2]])", JsMap((("a", 2.0),))),
        ("new Map()", JsMap(())),
        ("new Set([1, 1, '1', [], []])", JsSet((1.0, "1", [], []))),
        ("new Date('2026-01-02')", JsDate(1767312000000.0)),
        ("new Date('2026-01-02T01:00+01:00')", JsDate(1767312000000.0)),
        ("new Date(0)", JsDate(0.0)),
    ],
)
def test_literals(text: str, value: object) -> None:
    found = parse_js_literal(text)
    assert found == value
    assert type(found) is type(value)


def test_numbers_that_equality_does_not_tell_apart() -> None:
    nan, zero = parse_js_literal("NaN"), parse_js_literal("-0")
    assert isinstance(nan, float)
    assert math.isnan(nan)
    assert isinstance(zero, float)
    assert math.copysign(1, zero) == -1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "None",
        "1 + 2",
        "1, 2",
        "1; 2",
        "1)(2",
        "/* 1 */ 2",
        "'unclosed",
        "`a${1}`",
        "[1,,2]",
        "[...'ab']",
        "{ ...{} }",
        "{ f() {} }",
        "{ [1]: 2 }",
        "{ __proto__: null }",
        "{ name }",
        "x => x",
        "-'a'",
        "!true",
        "+1n",
        "017",
        "'\\01'",
        "'\\u{110000}'",
        "9" * 5000 + "n",
        "/a/",
        "fetch('x')",
        "new Function('1')",
        "new Map([1])",
        "new Set(1)",
        "new Date()",
        "new Date('2026-13-01')",
        "new Date('yesterday')",
        "[" * 100 + "]" * 100,
        "'" + "x" * 30_000 + "'",
    ],
)
def test_no_literals(text: str) -> None:
    with pytest.raises(LiteralError) as raised:
        parse_js_literal(text)
    assert len(str(raised.value)) < 200


def test_calls() -> None:
    assert parse_js_call("double(3)") == Call("double", (3.0,), {})
    assert parse_js_call("new Account(10)") == Call("Account", (10.0,), {}, new=True)
    call = parse_js_call("$f(account, [other], { third })")
    assert call.args == (Name("account"), [Name("other")], {"third": Name("third")})
    assert names_in(call) == {"account", "other", "third"}
    assert names_in(parse_js_call("f(new Map([[a, new Set([b])]]))")) == {"a", "b"}


@pytest.mark.parametrize(
    "text",
    ["double", "a.b(1)", "double(...[1])", "double(3); double(4)", "new Account", "(() => 1)()", "f(x)"],
)
def test_no_calls(text: str) -> None:
    with pytest.raises(LiteralError):
        parse_js_call(text, names=False)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (6.0, "6"), (0.1, "0.1"), (-2.5, "-2.5"), (1e20, "100000000000000000000"), (1e21, "1e+21"),
        (1.25e-7, "1.25e-7"), (1e-6, "0.000001"), (5e-324, "5e-324"), (-0.0, "-0"), (math.nan, "NaN"),
        (-math.inf, "-Infinity"), (123456789012345680000.0, "123456789012345680000"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_javascript_writes_them(value: float, text: str) -> None:
    assert number_text(value) == text
