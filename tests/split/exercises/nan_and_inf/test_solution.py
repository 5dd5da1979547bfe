import math

import pytest
from solution import mean, parse, reciprocal, smallest

INF = float("inf")


def test_numbers_are_parsed():
    assert parse("3.25") == 3.25
    assert parse(" -7 ") == -7.0


def test_what_is_no_number_becomes_nan():
    assert math.isnan(parse("n/a"))
    assert math.isnan(parse(""))
    assert parse("abc") != parse("abc")


@pytest.mark.parametrize(("text", "value"), [("inf", INF), ("-inf", -INF), ("Infinity", INF)])
def test_infinities(text, value):
    assert parse(text) == value


def test_reciprocal():
    assert reciprocal(4) == 0.25
    assert reciprocal(0.0) == INF
    assert reciprocal(-0.0) == -INF
    assert reciprocal(INF) == 0


def test_reciprocal_of_minus_infinity_is_minus_zero():
    assert math.copysign(1, reciprocal(-INF)) == -1.0


def test_mean_passes_over_nan():
    assert mean([1.0, float("nan"), 3.0]) == 2.0


def test_mean_of_nothing_is_nan():
    assert mean([]) == pytest.approx(math.nan, nan_ok=True)
    assert math.isnan(mean([math.nan]))


def test_mean_with_infinities():
    assert mean([1.0, INF]) == INF
    assert math.isnan(mean([INF, -INF]))


def test_smallest_starts_at_infinity():
    assert smallest([]) is math.inf or smallest([]) == math.inf
    assert smallest([3, -INF, 2]) == -INF
    assert smallest([4, 2.5, math.nan]) == 2.5


def test_a_list_with_nan():
    values = [parse(text) for text in "1 x 2".split()]
    assert [value for value in values if value == value] == [1.0, 2.0]
    assert values == pytest.approx([1.0, math.nan, 2.0], nan_ok=True)
