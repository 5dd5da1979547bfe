from unittest import mock

import pytest

import solution
from solution import Catalogue, fibonacci, memo, slow_square


@pytest.fixture(autouse=True)
def fresh():
    """Every test starts with empty caches"""
    fibonacci.cache_clear()
    slow_square.cache_clear()
    solution.log.clear()
    yield
    solution.log.clear()


def test_memo_asks_once():
    """`memo` calls the function once for the same arguments"""
    asked = mock.Mock(side_effect=lambda a, b: a * b)
    asked.__name__ = "asked"
    remembered = memo(asked)
    assert [remembered(2, 3), remembered(2, 3), remembered(3, 2)] == [6, 6, 6]
    assert asked.call_args_list == [mock.call(2, 3), mock.call(3, 2)]


def test_memo_remembers_none():
    """A result of None is a result"""
    calls = []
    remembered = memo(lambda x: calls.append(x))
    assert remembered(1) is None
    assert remembered(1) is None
    assert calls == [1]


def test_memo_gives_the_same_object():
    remembered = memo(lambda n: [0] * n)
    assert remembered(3) is remembered(3)
    assert remembered(3) is not remembered(4)


def test_memo_forgets():
    """`forget` empties the memory"""
    calls = []

    @memo
    def load(name):
        calls.append(name)
        return name.title()

    assert load("amal") == "Amal"
    load.forget()
    assert load("amal") == "Amal"
    assert calls == ["amal", "amal"]


def test_memo_shows_its_results():
    remembered = memo(len)
    remembered("abc")
    remembered("")
    assert remembered.results == {("abc",): 3, ("",): 0}


def test_two_functions_do_not_share():
    one, two = memo(lambda x: x + 1), memo(lambda x: x + 2)
    assert (one(1), two(1)) == (2, 3)


def test_an_error_is_not_remembered():
    answers = iter([ZeroDivisionError(), 5])

    @memo
    def ask(question):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    with pytest.raises(ZeroDivisionError):
        ask("how many")
    assert ask("how many") == 5


@pytest.mark.parametrize(("n", "expected"), [(0, 0), (1, 1), (10, 55), (90, 2880067194370816120)])
def test_fibonacci(n, expected):
    assert fibonacci(n) == expected


def test_fibonacci_uses_its_cache():
    """`fibonacci` works out each number once"""
    fibonacci(30)
    info = fibonacci.cache_info()
    assert info.misses == 31
    assert info.hits == 28
    assert info.currsize == 31
    assert info.maxsize is None


def test_cache_clear():
    fibonacci(5)
    fibonacci.cache_clear()
    assert fibonacci.cache_info().currsize == 0
    assert fibonacci.cache_info() == (0, 0, None, 0)


def test_slow_square_keeps_two():
    """`slow_square` keeps the last two results"""
    for n in (1, 2, 1, 3, 1, 2):
        assert slow_square(n) == n * n
    assert solution.log == [1, 2, 3, 2]
    hits, misses, maxsize, size = slow_square.cache_info()
    assert (hits, misses, maxsize, size) == (2, 4, 2, 2)


def test_lists_cannot_be_remembered():
    with pytest.raises(TypeError, match="unhashable"):
        slow_square([1])


def test_the_function_without_its_cache():
    assert slow_square.__wrapped__(4) == 16
    assert slow_square.cache_info().misses == 0


def test_titles_are_loaded_when_needed():
    load = mock.Mock(return_value=["Zebra", "Apple"])
    catalogue = Catalogue(load)
    load.assert_not_called()
    assert catalogue.titles == ["Apple", "Zebra"]
    catalogue.titles.append("Mine")
    assert catalogue.titles == ["Apple", "Zebra", "Mine"]
    load.assert_called_once_with()


def test_titles_can_be_forgotten():
    load = mock.Mock(side_effect=[["b", "a"], []])
    catalogue = Catalogue(load)
    assert catalogue.titles == ["a", "b"]
    del catalogue.titles
    assert catalogue.titles == []
