"""Text from people and programs is made harmless, and names are compared as people mean them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.text import clean_line, clean_output, fold_digits, fold_name

HARMFUL = {chr(code) for code in (*range(9), *range(11, 32), *range(127, 160))} | set(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9b31mred", "red"),
        ("a\x00b", "a␀b"),
        ("a\x08b", "a␈b"),
        ("user\u202etxt.exe", "user⌈RLO⌉txt.exe"),
        ("\ud800", "\ufffd"),
        ("10%\r20%\r100%\n", "100%\n"),
        ("dos\r\nline", "dos\nline"),
        ("tab\tstays\n", "tab\tstays\n"),
        ("سلام 👋🏽 ñ", "سلام 👋🏽 ñ"),
    ],
)
def test_output_is_shown_as_plain_text(raw: str, shown: str) -> None:
    assert clean_output(raw) == shown


@given(
    st.text(alphabet=st.characters(), max_size=200)
    | st.text(alphabet="\x1b[]0;m\x07\x9b\r\nab\u202e\ud800", max_size=60)
)
def test_nothing_harmful_is_left_whatever_comes(raw: str) -> None:
    shown = clean_output(raw)
    assert not HARMFUL & set(shown)
    shown.encode("utf-8")
    assert clean_output(shown) == shown


@pytest.mark.parametrize(
    "same",
    [
        ("Émilie", "emilie"),
        ("أحمد", "احمد"),
        ("علی", "علي"),
        ("Łukasz", "LUKASZ"),
        ("Fatma\u200f", "fatma"),
        ("مُحَمَّد", "محمد"),
        ("Олёна", "Олена"),
        ("كريم", "کریم"),
        ("Ali ٢", "ali 2"),
        ("José", "Jose\u0301"),
    ],
)
def test_two_spellings_of_a_name_are_one(same: tuple[str, str]) -> None:
    assert fold_name(same[0]) == fold_name(same[1])


@pytest.mark.parametrize("pair", [("Ben", "Dina"), ("Ali", "Alia"), ("й", "і")])
def test_different_names_stay_different(pair: tuple[str, str]) -> None:
    assert fold_name(pair[0]) != fold_name(pair[1])


@pytest.mark.parametrize("digits", ["٣٠٧", "۳۰۷", "३०७", "307"])
def test_digits_of_any_script_are_read(digits: str) -> None:
    assert fold_digits(digits) == "307"


def test_a_line_keeps_what_spelling_needs_and_drops_what_hides() -> None:
    assert clean_line(" می\u200cخواهم\u202e \n x\x00 ") == "می\u200cخواهم x"
