"""The codec: what goes in comes out with its exact type, and hostile input costs nothing but a CodecError."""

from __future__ import annotations

import json
import math
import time
from collections import OrderedDict
from datetime import date, datetime, timedelta, timezone
from datetime import time as clock
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.grading.compare import same_value
from sandbox.codec import MAX_DEPTH, CodecError, Opaque, decode, encode

ZONES = st.none() | st.integers(-1439, 1439).map(lambda m: timezone(timedelta(minutes=m)))
HASHABLE = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.text(st.characters(), max_size=20)
    | st.binary(max_size=20)
    | st.just(...)
    | st.decimals(allow_nan=False)
    | st.fractions()
    | st.dates()
    | st.times(timezones=ZONES)
    | st.datetimes(timezones=ZONES)
    | st.timedeltas()
    | st.builds(range, st.integers(-9, 9), st.integers(), st.integers(1, 9))
)
VALUES = st.recursive(
    HASHABLE | st.binary(max_size=10).map(bytearray),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.lists(inner, max_size=5).map(tuple)
        | st.dictionaries(HASHABLE, inner, max_size=5)
        | st.sets(HASHABLE, max_size=5)
        | st.frozensets(HASHABLE, max_size=5)
    ),
    max_leaves=25,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["t", "v", "class", "repr", "x"]), inner)
    ),
    max_leaves=20,
)
TAGS = [
    "none",
    "ellipsis",
    "bool",
    "int",
    "float",
    "complex",
    "str",
    "strx",
    "bytes",
    "bytearray",
    "list",
    "tuple",
]
TAGS += [
    "set",
    "frozenset",
    "dict",
    "range",
    "decimal",
    "fraction",
    "date",
    "time",
    "datetime",
    "timedelta",
    "object",
]


@given(VALUES)
@settings(max_examples=100, deadline=None)
def test_round_trip_keeps_type_and_value(value: object) -> None:
    carried = decode(json.loads(json.dumps(encode(value))))
    assert same_value(value, carried)


@given(JSON)
@settings(max_examples=100, deadline=None)
def test_any_json_decodes_or_raises_codec_error(data: object) -> None:
    try:
        decode(data)
    except CodecError:
        return


@given(st.sampled_from(TAGS), JSON)
@settings(max_examples=200, deadline=None)
def test_any_content_of_a_known_tag_decodes_or_raises_codec_error(tag: str, content: object) -> None:
    for data in ({"t": tag, "v": content}, {"t": "list", "v": [{"t": tag, "v": content}]}):
        try:
            decode(data)
        except CodecError:
            continue


@pytest.mark.parametrize(
    "value",
    [
        2**70_000,
        -(2**70_000),
        math.inf,
        -math.inf,
        math.nan,
        "\ud800",
        "a\x00b",
        set(),
        (),
        {},
        Decimal("NaN"),
        1e-320,
    ],
    ids=lambda value: type(value).__name__,
)
def test_awkward_values(value: object) -> None:
    assert same_value(value, decode(json.loads(json.dumps(encode(value)))))


def test_fold_and_zone_of_a_datetime_are_kept() -> None:
    value = datetime(2024, 10, 27, 2, 30, fold=1, tzinfo=timezone(timedelta(hours=2)))
    carried = decode(encode(value))
    assert carried == value
    assert isinstance(carried, datetime)
    assert carried.fold == 1
    assert decode(encode([date(2024, 1, 2), clock(3, 4)])) == [date(2024, 1, 2), clock(3, 4)]


def test_subclasses_are_opaque() -> None:
    class Liar(int):
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = int.__hash__

    for value in (Liar(6), OrderedDict(a=1), type("S", (str,), {})("x"), type("F", (float,), {})(1)):
        assert isinstance(decode(encode(value)), Opaque)


def test_an_object_whose_repr_raises_is_carried_by_its_class() -> None:
    class Broken:
        def __repr__(self) -> str:
            raise RuntimeError

    assert decode(encode(Broken())) == Opaque("Broken", "<Broken>")


def test_cycles_and_deep_values_are_refused() -> None:
    cycle: list[object] = []
    cycle.append(cycle)
    deep: object = 1
    for _ in range(MAX_DEPTH + 1):
        deep = [deep]
    for value in (
        cycle,
        deep,
        2**300_000,
        "x" * 2_000_000,
        [0] * 60_000,
        Decimal("1" * 30_000),
        Fraction(1, 2**40_000),
    ):
        with pytest.raises(CodecError):
            encode(value)


def test_a_value_of_many_texts_is_refused_as_a_whole() -> None:
    """Each of them is small enough."""
    with pytest.raises(CodecError, match="too large"):
        encode(["x" * 100_000] * 11)
    with pytest.raises(CodecError, match="too large"):
        decode({"t": "list", "v": [{"t": "str", "v": "x" * 100_000}] * 11})
    with pytest.raises(CodecError, match="too many parts"):
        decode({"t": "list", "v": [{"t": "none"}] * 60_000})
    assert decode(encode(["x" * 100_000] * 9)) == ["x" * 100_000] * 9


def test_values_that_double_themselves_are_refused_quickly() -> None:
    value: list[object] = []
    for _ in range(40):
        value = [value, value]
    started = time.process_time()
    with pytest.raises(CodecError):
        encode(value)
    assert time.process_time() - started < 2


def test_deep_json_is_refused() -> None:
    data: object = {"t": "none"}
    for _ in range(500):
        data = {"t": "list", "v": [data]}
    with pytest.raises(CodecError):
        decode(data)


@pytest.mark.parametrize(
    "data",
    [
        None,
        5,
        [],
        {},
        {"t": "int"},
        {"t": "int", "v": 5},
        {"t": "int", "v": "0x5"},
        {"t": "int", "v": "5", "w": 1},
        {"t": "int", "v": " 5"},
        {"t": "int", "v": "1_0"},
        {"t": "int", "v": "f" * 70_000},
        {"t": "bool", "v": 1},
        {"t": "str", "v": "\ud800"},
        {"t": "float", "v": "0x1p99999"},
        {"t": "float", "v": "x"},
        {"t": "float", "v": 1.0},
        {"t": "set", "v": [{"t": "list", "v": []}]},
        {"t": "set", "v": [{"t": "none"}, {"t": "none"}]},
        {"t": "dict", "v": [[{"t": "none"}]]},
        {"t": "dict", "v": [[{"t": "none"}, {"t": "none"}], [{"t": "none"}, {"t": "none"}]]},
        {"t": "decimal", "v": "sNaN"},
        {"t": "decimal", "v": "١"},
        {"t": "fraction", "v": ["1", "0"]},
        {"t": "range", "v": ["0", "1", "0"]},
        {"t": "date", "v": [2024, 13, 1]},
        {"t": "date", "v": [10**30, 1, 1]},
        {"t": "timedelta", "v": [10**12, 0, 0]},
        {"t": "time", "v": [1, 2, 3, 4, 0, 10**14]},
        {"t": "bytes", "v": "0"},
        {"t": "pickle", "v": "gASVAAAA"},
        {"t": ["list"], "v": []},
        {"t": "object", "class": "A", "repr": "x" * 10_000},
        {"t": "object", "class": 1, "repr": "x"},
    ],
)
def test_ill_formed_values_are_refused(data: object) -> None:
    with pytest.raises(CodecError):
        decode(data)


def test_a_set_of_equal_hashes_is_refused_quickly() -> None:
    items = [{"t": "int", "v": format(i * (2**61 - 1), "x")} for i in range(1, 40_000)]
    started = time.monotonic()
    with pytest.raises(CodecError):
        decode({"t": "set", "v": items})
    assert time.monotonic() - started < 2
