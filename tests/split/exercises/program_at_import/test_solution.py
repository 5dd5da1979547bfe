import importlib
import sys

import pytest


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the whole program with these answers and give back what it printed."""

    def run_program(*answers):
        remaining = iter(answers)
        monkeypatch.setattr("builtins.input", lambda prompt="": next(remaining))
        sys.modules.pop("solution", None)
        importlib.import_module("solution")
        return capsys.readouterr().out

    return run_program


def test_small_order(run):
    assert run("2", "3.50") == "Total: 7.00\n"


def test_discount_from_100(run):
    assert run("10", "10") == "You save 10.00\nTotal: 90.00\n"


def test_no_discount_just_below(run):
    assert run("1", "99.99") == "Total: 99.99\n"


@pytest.mark.parametrize("count", ["0", "-1"])
def test_nothing_to_pay(run, count):
    assert run(count, "5") == "Nothing to pay\n"


def test_a_wrong_number_is_asked_again(run):
    assert run("two", "2", "1") == "Please type a number\nTotal: 2.00\n"


def test_too_few_answers(run):
    with pytest.raises(StopIteration):
        run("2")


def test_names_after_the_run(run):
    run("4", "2.5")
    solution = sys.modules["solution"]
    assert solution.count == 4
    assert solution.price == pytest.approx(2.5)
    assert solution.total(3, 2) == 6


def test_import_inside_the_test(monkeypatch, capsys):
    answers = ["1", "2"]
    monkeypatch.setattr("builtins.input", lambda prompt: answers.pop(0))
    monkeypatch.delitem(sys.modules, "solution", raising=False)
    import solution

    assert solution.__name__ == "solution"
    assert answers == []
    assert capsys.readouterr().out == "Total: 2.00\n"


def test_reload_asks_once_more(monkeypatch, capsys):
    asked = []

    def fake_input(prompt):
        asked.append(prompt)
        return "3"

    monkeypatch.setattr("builtins.input", fake_input)
    sys.modules.pop("solution", None)
    module = importlib.import_module("solution")
    assert asked == ["How many? ", "Price: "]
    again = importlib.reload(module)
    assert again is module
    assert len(asked) == 4
    assert capsys.readouterr().out == "Total: 9.00\n" * 2


def test_import_twice_runs_once(run, capsys):
    assert run("1", "1") == "Total: 1.00\n"
    importlib.import_module("solution")
    assert capsys.readouterr().out == ""
