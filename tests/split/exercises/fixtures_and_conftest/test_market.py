import sys

import pytest

from solution import price


@pytest.mark.parametrize("name", ["rose", "tulip"])
@pytest.mark.parametrize("market", ["north", "south"])
def test_every_price_is_small(name, market):
    assert 1 <= price(name, market) <= 3


@pytest.mark.parametrize(
    ("name", "market", "expected"),
    [
        pytest.param("rose", "north", 3, id="rose in the north"),
        pytest.param("rose", "south", 2, id="rose in the south"),
        pytest.param("tulip", "south", 5, marks=pytest.mark.xfail(reason="the price will rise")),
        pytest.param("oak", "north", 9, marks=pytest.mark.xfail(raises=KeyError, strict=True)),
        pytest.param("rose", "west", 0, marks=pytest.mark.skip(reason="there is no market yet")),
    ],
)
def test_price(name, market, expected):
    assert price(name, market) == expected


def test_the_first_market(markets):
    assert price("rose") == price("rose", markets[0])


@pytest.mark.skipif(sys.version_info < (3, 8), reason="needs a newer Python")
def test_a_condition():
    assert price("tulip") == 1


@pytest.mark.skipif("sys.version_info > (3, 0)", reason="for an old Python")
def test_an_old_condition():
    assert price("tulip") == 100


@pytest.mark.xfail(strict=True)
def test_expected_to_fail():
    assert price("rose") == 0


def test_unknown_flowers():
    if price("rose", "south") == 2:
        with pytest.raises(KeyError) as raised:
            price("oak", "south")
        assert raised.value.args == ("oak",)
    else:
        pytest.fail("the market in the south is another one")


def test_import_or_skip():
    pytest.importorskip("a_module_that_nobody_has")
    assert price("rose") == 0
