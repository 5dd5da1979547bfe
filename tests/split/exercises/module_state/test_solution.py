import importlib
import os
import sys
from unittest import mock

import pytest

import solution


@pytest.fixture(autouse=True)
def fresh():
    solution.reset()
    yield
    solution.reset()


@pytest.fixture
def reloaded(monkeypatch):
    """Loads the program again with other variables, and once more at the end"""

    def load(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return importlib.reload(solution)

    yield load
    monkeypatch.undo()
    importlib.reload(solution)


def test_constants():
    assert solution.LIMIT == 3
    assert solution.COLOURS == ("red", "green", "blue")
    assert type(solution.COLOURS) is tuple
    assert solution.PRICES["tea"] == 2


def test_visits():
    assert [solution.visit() for _ in range(3)] == [1, 2, 3]
    assert solution._visits == 3
    solution.reset()
    assert solution.visit() == 1


def test_each_test_starts_at_zero():
    assert solution.visit() == 1


def test_basket():
    assert solution.put("tea") == ["tea"]
    assert solution.put("bread") == ["tea", "bread"]
    assert solution.basket == ["tea", "bread"]
    assert solution.total() == 5


def test_the_basket_stays_the_same_list():
    """`reset` empties the list and makes no new one"""
    basket = solution.basket
    solution.put("tea")
    solution.reset()
    assert solution.basket is basket
    assert basket == []


def test_the_test_puts_something_in():
    solution.basket.append("bread")
    assert solution.total() == 3
    solution.basket[0] = "tea"
    assert solution.total() == 2


def test_limit():
    for name in "abc":
        solution.put(name)
    with pytest.raises(OverflowError, match="no more than 3"):
        solution.put("d")


def test_another_limit(monkeypatch):
    monkeypatch.setattr(solution, "LIMIT", 1)
    solution.put("a")
    with pytest.raises(OverflowError, match="no more than 1"):
        solution.put("b")


def test_the_limit_by_name(monkeypatch):
    monkeypatch.setattr("solution.LIMIT", 0)
    with pytest.raises(OverflowError):
        solution.put("a")


def test_other_prices(monkeypatch):
    monkeypatch.setitem(solution.PRICES, "tea", 10)
    monkeypatch.delitem(solution.PRICES, "bread")
    solution.put("tea")
    solution.put("bread")
    assert solution.total() == 10


def test_prices_are_back():
    assert solution.PRICES == {"tea": 2, "bread": 3}


def test_prices_by_patch():
    with mock.patch.dict(solution.PRICES, {"cake": 7}, clear=True):
        solution.put("cake")
        solution.put("tea")
        assert solution.total() == 7
        assert list(solution.PRICES) == ["cake"]
    assert "cake" not in solution.PRICES


def test_reload_starts_anew(reloaded):
    solution.visit()
    solution.LIMIT = 99
    module = reloaded()
    assert module is solution
    assert solution.LIMIT == 3
    assert solution.visit() == 1


def test_debug(reloaded):
    assert solution.DEBUG is False
    reloaded(SHOP_DEBUG="1")
    assert solution.DEBUG is True


@pytest.mark.parametrize(("language", "word"), [("uk", "Вітаю"), ("ar", "مرحبا"), ("xx", "Hello")])
def test_language(reloaded, language, word):
    reloaded(SHOP_LANGUAGE=language)
    assert solution.LANGUAGE == language
    assert solution.greeting() == word


def test_import_again():
    """A second import gives the same module"""
    solution.visit()
    import solution as again

    assert again is solution
    assert again.visit() == 2
    assert sys.modules["solution"] is solution
    assert importlib.import_module("solution") is solution


def test_a_fresh_import(monkeypatch):
    solution.visit()
    monkeypatch.delitem(sys.modules, "solution")
    fresh = importlib.import_module("solution")
    assert fresh.visit() == 1
    assert fresh is not solution


def test_folder(monkeypatch):
    monkeypatch.delenv("SHOP_HOME", raising=False)
    assert solution.folder() == "/shop/data"
    monkeypatch.setenv("SHOP_HOME", "/somewhere")
    assert solution.folder() == "/somewhere/data"


@mock.patch.dict(os.environ, {"SHOP_HOME": "/patched"})
def test_folder_by_patch():
    assert solution.folder() == "/patched/data"


def test_the_program_sets_a_variable(monkeypatch):
    monkeypatch.setenv("SHOP_COLOUR", "")
    solution.remember("SHOP_COLOUR", "blue")
    assert os.environ["SHOP_COLOUR"] == "blue"
