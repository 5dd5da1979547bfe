import sys

import pytest

import solution
from solution import countdown, log, progress, receipt, shout, table


def test_countdown(capsys):
    countdown(3)
    assert capsys.readouterr().out == "3\n2\n1\nLift off!\n"


def test_countdown_from_zero(capsys):
    countdown(0)
    captured = capsys.readouterr()
    assert captured.out.splitlines() == ["Lift off!"]
    assert captured.err == ""


def test_table_lines(capsys):
    table([("tea", 2.5), ("bread", 11)])
    out, err = capsys.readouterr()
    assert out == "tea     2.50\nbread  11.00\n"
    assert not err


def test_nothing_is_printed_for_an_empty_table(capsys):
    table([])
    assert capsys.readouterr().out == ""


def test_errors_go_to_stderr(capsys):
    log("starting")
    log("disk is full", error=True)
    captured = capsys.readouterr()
    assert captured.out == "starting\n"
    assert captured.err == "error: disk is full\n"


def test_prints_of_the_test_and_of_the_program_stay_in_order(capsys):
    print("first")
    countdown(1)
    print("middle", end="; ")
    log("logged")
    print("to stderr", file=sys.stderr)
    log("broken", error=True)
    print("last")
    captured = capsys.readouterr()
    assert captured.out == "first\n1\nLift off!\nmiddle; logged\nlast\n"
    assert captured.err == "to stderr\nerror: broken\n"


def test_progress_yields_between_prints(capsys):
    seen = []
    for step in progress(["wash", "rinse"]):
        seen.append((step, capsys.readouterr().out))
    assert seen == [("wash", "wash..."), ("rinse", " done\nrinse...")]
    assert capsys.readouterr().out == " done\n"


def test_a_callback_prints_in_between(capsys):
    receipt(["tea", "bread"], lambda item: print(f"* {item}"))
    assert capsys.readouterr().out == "Receipt\n* tea\n* bread\nThank you\n"


def test_shout_returns_and_does_not_print(capsys):
    assert shout("hey") == "HEY!"
    assert capsys.readouterr().out == ""


def test_disabled_capture_leaves_the_rest(capsys):
    countdown(0)
    with capsys.disabled():
        pass
    log("after")
    assert capsys.readouterr().out == "Lift off!\nafter\n"


@pytest.mark.parametrize("count", [1, 2, 5])
def test_number_of_lines(capsys, count):
    solution.countdown(count)
    assert capsys.readouterr().out.count("\n") == count + 1


def test_unicode(capsys):
    log("Привіт, عالم 🎈")
    assert capsys.readouterr().out == "Привіт, عالم 🎈\n"
