import math
from contextlib import nullcontext

import pytest
from pytest import approx, param, raises

from solution import (
    Converter,
    balances,
    celsius,
    grade,
    interest,
    mean,
    normalize,
    operate,
    statistics,
)

SHAPES = {"empty": [], "one": [3], "many": [1, 2, 3, 4]}


@pytest.mark.parametrize(
    ("fahrenheit", "expected"),
    [(32, 0), (212, 100), (-40, -40), (33, 5 / 9), param(98.6, 37, id="body")],
)
def test_celsius(fahrenheit, expected):
    assert celsius(fahrenheit) == approx(expected)


@pytest.mark.parametrize(
    "points, expected", [(0, "F"), (59, "F"), (60, "D"), (70, "C"), (80, "B"), (90, "A"), (100, "A")]
)
def test_grade(points, expected):
    assert grade(points) == expected


@pytest.mark.parametrize("sign", ["+", "-"], ids=["plus", "minus"])
@pytest.mark.parametrize("left", [0, 7])
@pytest.mark.parametrize("right", [1, -2])
def test_operate(sign, left, right):
    expected = left + right if sign == "+" else left - right
    assert operate(left, sign, right) == expected


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ([1, 2], nullcontext(1.5)),
        ([0.1, 0.2, 0.3], nullcontext(0.2)),
        ([], raises(ValueError, match="empty")),
        (["a"], raises(TypeError)),
        (None, raises(TypeError)),
    ],
)
def test_mean(values, outcome):
    with outcome as expected:
        assert mean(values) == approx(expected)


@pytest.mark.parametrize(
    ("sign", "error"),
    [("/", None), ("%", KeyError), param("?", KeyError, id="question")],
)
def test_operate_errors(sign, error):
    if error is None:
        assert operate(1, sign, 4) == 0.25
    else:
        with raises(error) as caught:
            operate(1, sign, 4)
        assert caught.value.args == (sign,)


def test_division_by_zero():
    with raises(ZeroDivisionError):
        operate(1, "/", 0)


@pytest.mark.parametrize("name", SHAPES)
def test_normalize(name):
    values = SHAPES[name]
    result = normalize(values)
    assert len(result) == len(values)
    if values:
        assert sum(result) == approx(1)


def test_normalize_as_a_list():
    assert normalize([1, 3]) == approx([0.25, 0.75])
    assert normalize([0.1, 0.2]) == approx([1 / 3, 2 / 3])


def test_balances():
    assert balances(100, 0.1, years=3) == approx([110, 121, 133.1])


@pytest.mark.parametrize("years", range(1, 5), ids=lambda years: f"{years}y")
def test_interest(years):
    assert interest(1000, 0.05, years) == approx(1000 * (1.05**years - 1), rel=1e-9)


def test_interest_in_cents():
    assert interest(19.99, 0.031, 1) == approx(0.62, abs=0.005)


def test_statistics_as_a_dictionary():
    assert statistics([1, 2, 4]) == approx({"mean": 7 / 3, "low": 1, "high": 4})


def test_statistics_of_nothing():
    assert statistics([]) == approx({"mean": math.nan, "low": math.inf, "high": -math.inf}, nan_ok=True)


def test_nan_is_not_just_anything():
    assert statistics([]) != approx({"mean": 0, "low": math.inf, "high": -math.inf}, nan_ok=True)


def test_approx_of_a_tuple():
    assert Converter("km", "mi").both(10) == approx((6.2137, 16.0934), abs=1e-4)


class TestConverter:
    @pytest.fixture(params=[("km", "mi", 0.621371), ("kg", "lb", 2.204623)], ids=lambda case: case[0])
    def case(self, request):
        return request.param

    def test_forward(self, case):
        source, target, factor = case
        assert Converter(source, target).convert(2) == approx(2 * factor, rel=1e-5)

    @pytest.mark.parametrize("value", [0, 1, 12.5])
    def test_there_and_back(self, case, value):
        source, target, _ = case
        there = Converter(source, target).convert(value)
        assert Converter(target, source).convert(there) == approx(value)

    @pytest.mark.parametrize(("source", "target"), [("km", "lb"), ("km", "parsec")])
    def test_unknown(self, source, target):
        with raises(LookupError, match=f"{source} to {target}"):
            Converter(source, target)
