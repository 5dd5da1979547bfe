import io

import pytest

from solution import ask_age, average_of_lines, greet, longest_line, menu, numbers_until_zero


def feed(monkeypatch, *answers):
    answers = iter(answers)
    monkeypatch.setattr("builtins.input", lambda prompt="": next(answers))


def test_greet(monkeypatch):
    monkeypatch.setattr("builtins.input", lambda _: "Amal")
    assert greet() == "Hello, Amal!"


def test_greet_strips(monkeypatch):
    monkeypatch.setattr("builtins.input", lambda _: "  Amal ")
    assert greet() == "Hello, Amal!"


def test_the_prompt_of_greet(monkeypatch):
    prompts = []

    def fake_input(prompt=""):
        prompts.append(prompt)
        return "Olena"

    monkeypatch.setattr("builtins.input", fake_input)
    greet()
    assert prompts == ["Your name: "]


def test_age_is_asked_until_it_is_a_number(monkeypatch, capsys):
    feed(monkeypatch, "ten", "", "-4", "17")
    assert ask_age() == 17
    assert capsys.readouterr().out == "Not a number\nNot a number\nToo small\n"


def test_age_zero_is_fine(monkeypatch):
    feed(monkeypatch, "0")
    assert ask_age() == 0


def test_numbers_until_zero_leaves_the_rest(monkeypatch):
    answers = iter(["4", "5", "0", "6"])
    monkeypatch.setattr("builtins.input", lambda: next(answers))
    assert numbers_until_zero() == [4, 5]
    assert next(answers) == "6"


def test_menu_on_stdin(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("add tea\nadd bread\nshow\nquit\nadd milk\n"))
    menu()
    assert capsys.readouterr().out.replace("> ", "") == "1 item\n2 items\ntea, bread\nBye\n"


def test_the_prompt_of_the_menu_is_printed(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("quit\n"))
    menu()
    assert capsys.readouterr().out == "> Bye\n"


def test_menu_ends_with_the_input(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("show\n"))
    menu()
    assert capsys.readouterr().out.endswith("Bye\n")


def test_input_at_the_end_is_an_error(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(EOFError):
        greet()


def test_lines_of_stdin(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("3\n\n4.5\n 6 \n"))
    assert average_of_lines() == pytest.approx(4.5)


def test_no_lines(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    assert average_of_lines() is None


def test_read_all_of_stdin(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("a\nabc\nab"))
    assert longest_line() == "abc"


def test_the_first_of_two_longest_lines(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("xy\nab\n"))
    assert longest_line() == "xy"
