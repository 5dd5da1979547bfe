import functools

import pytest

from solution import Card, Money, Purse


def test_text():
    assert str(Money(1250)) == "12.50"
    assert f"{Money(5)} euro" == "0.05 euro"
    assert f"{Money(100):>8}|" == "    1.00|"
    assert format(Money(100), "*^10") == "***1.00***"


def test_equality():
    assert Money(100) == Money(100)
    assert Money(100) != Money(101)
    assert Money(100) != 100
    assert not Money(0) == None  # noqa: E711


@pytest.mark.parametrize(
    ("small", "large"), [(Money(1), Money(2)), (Money(-5), Money(0)), (Money(99), Money(100))], ids=str
)
def test_order(small, large):
    """All six comparisons work"""
    assert small < large
    assert small <= large
    assert large > small
    assert large >= small
    assert not small > large
    assert small <= Money(small.cents)


def test_order_with_numbers():
    with pytest.raises(TypeError, match="not supported"):
        Money(1) < 2
    with pytest.raises(TypeError):
        sorted([Money(1), 5])


def test_sorted():
    amounts = [Money(300), Money(100), Money(200)]
    assert [m.cents for m in sorted(amounts)] == [100, 200, 300]
    assert min(amounts) == Money(100)
    assert max(amounts).cents == 300
    assert max(amounts, key=lambda money: -money.cents) is amounts[1]


def test_add_money():
    assert Money(150) + Money(50) == Money(200)


def test_add_whole_numbers():
    """A plain number is a number of whole coins"""
    assert Money(150) + 2 == Money(350)
    assert 2 + Money(150) == Money(350)
    assert 5 - Money(150) == Money(350)


def test_add_nothing_else():
    with pytest.raises(TypeError):
        Money(1) + "1"
    with pytest.raises(TypeError):
        "1" + Money(1)


def test_sum_begins_with_zero():
    assert sum([Money(1), Money(2)]) == Money(3)
    assert functools.reduce(lambda a, b: a + b, [Money(1), Money(2)]).cents == 3


def test_share():
    assert Money(1000) // 3 == Money(333)
    assert Money(1000) % 3 == Money(1)


def test_numbers():
    assert int(Money(1299)) == 12
    assert float(Money(1250)) == 12.5
    assert Money(1250).amount == 12.5


def test_set():
    assert len({Money(1), Money(1), Money(2)}) == 2


def test_purse():
    purse = Purse()
    same = purse
    purse += Money(100)
    purse += Money(50)
    assert purse is same
    assert len(same) == 2
    assert purse.total() == Money(150)
    assert Money(50) in purse
    assert Money(51) not in purse


def test_empty_purse():
    assert not Purse()
    assert Purse().total() == Money(0)


def test_cards():
    hand = [Card("K"), Card("10"), Card("A"), Card("7")]
    assert str(sorted(hand)) == "[7, 10, K, A]"
    assert max(hand).rank == "A"
    assert Card("10") < Card("J")
    assert Card("Q") > Card("J")
    assert sorted(hand, reverse=True)[0] is hand[2]


def test_unknown_card():
    with pytest.raises(ValueError):
        Card("1") < Card("7")
