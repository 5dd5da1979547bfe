from functools import partial
from operator import add, mul, neg
from unittest.mock import Mock, call

import pytest

import solution
from solution import (
    Button,
    account,
    adder,
    change,
    compose,
    counter,
    fold,
    keep,
    multipliers,
    pipeline,
    power,
    square,
)


def test_adder():
    add_five = adder(5)
    assert callable(add_five)
    assert add_five(1) == 6
    assert adder("!")("hey") == "hey!"
    assert adder([3])([1]) == [1, 3]


def test_adders_do_not_share():
    one, two = adder(1), adder(2)
    assert (one(10), two(10), one(20)) == (11, 12, 21)


def test_counter():
    step = counter()
    assert [step(), step(), step(by=10)] == [1, 2, 12]


def test_two_counters():
    """Two counters count apart"""
    first, second = counter(), counter(100)
    first()
    assert second() == 101
    assert first() == 2


def test_multipliers():
    double, triple, zero = multipliers([2, 3, 0])
    assert (double(7), triple(7), zero(7)) == (14, 21, 0)
    assert [m("ab") for m in multipliers(range(3))] == ["", "ab", "abab"]


def test_compose_reads_from_right_to_left():
    """compose(f, g)(x) is f(g(x))"""
    assert compose(str, abs)(-4) == "4"
    assert compose(len, str, adder(1))(999) == 4


def test_compose_nothing():
    marker = object()
    assert compose()(marker) is marker


def test_compose_of_functions_from_both_sides():
    shouted = compose(lambda text: text + "!", str.upper, adder(" there"))
    assert shouted("hello") == "HELLO THERE!"


def test_compose_calls_each_once():
    steps = Mock()
    steps.first.return_value = 2
    steps.second.return_value = 3
    assert compose(steps.second, steps.first)(1) == 3
    assert steps.mock_calls == [call.first(1), call.second(2)]


def test_pipeline():
    run = pipeline(keep(lambda n: n % 2), change(square), sorted)
    assert run([5, 2, 3, 1]) == [1, 9, 25]
    assert run(iter([4])) == []


def test_pipeline_with_its_parts_in_the_test():
    evens = keep(lambda n: n % 2 == 0)
    assert list(evens(range(7))) == [0, 2, 4, 6]
    assert list(change(neg)([1, -2])) == [-1, 2]
    assert list(change(None or str)(evens([1, 2]))) == ["2"]


def test_keep_without_a_function():
    assert list(keep(None)([0, 1, "", "a", None])) == [1, "a"]


@pytest.mark.parametrize(
    ("function", "items", "start", "expected"),
    [
        (add, [1, 2, 3], 0, 6),
        (mul, range(1, 6), 1, 120),
        (lambda text, letter: letter + text, "abc", "", "cba"),
        (max, [], -1, -1),
    ],
)
def test_fold(function, items, start, expected):
    assert fold(function, items, start) == expected


def test_square_is_a_partial():
    assert square(5) == 25
    assert isinstance(square, partial)
    assert square.func is power
    assert square.keywords == {"exponent": 2}
    assert square.args == ()


def test_a_partial_of_the_test():
    cube = partial(power, exponent=3)
    assert cube(2) == 8
    assert partial(solution.power, 2)(10) == 1024
    assert list(map(partial(power, 10), range(3))) == [1, 10, 100]


def test_account():
    ours = account(100)
    assert ours["deposit"](50) == 150
    assert ours["withdraw"](30) == 120
    assert ours["balance"]() == 120
    with pytest.raises(ValueError, match="not enough"):
        ours["withdraw"](121)
    assert ours["balance"]() == 120


def test_button():
    """Every handler is called, in the order in which they came"""
    button = Button()
    seen = []
    button.on_click(seen.append)
    button.on_click(lambda x: seen.append(x * 2) or len(seen))
    assert button.click(4) == [None, 2]
    assert seen == [4, 8]


def test_a_handler_can_be_taken_away():
    button = Button()
    handler = Mock(return_value="clicked")
    off = button.on_click(handler)
    assert button.click("left", twice=True) == ["clicked"]
    off()
    assert button.click() == []
    handler.assert_called_once_with("left", twice=True)


def test_a_handler_that_clicks_again():
    button = Button()
    depth = []

    def handler(n):
        depth.append(n)
        return button.click(n - 1) if n else []

    button.on_click(handler)
    assert button.click(3) == [[[[[]]]]]
    assert depth == [3, 2, 1, 0]
