import pytest

from solution import (
    caesar,
    count_words,
    describe,
    frame,
    initials,
    is_palindrome,
    letter,
    mark_rtl,
    same_text,
    shorten,
    table,
    utf8_length,
    without_accents,
)


def test_frame():
    assert frame("hi", 6) == "*  hi  *"
    assert frame("سلام", width=8, border="|") == "|  سلام  |"
    assert frame("too long", 3) == "*too long*"


def test_table():
    rows = [("tea", 2.5), ("велосипед", 1234.567)]
    assert table(rows) == "tea       |     2.50\nвелосипед | 1,234.57"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("ada lovelace", "A.L."), ("олена", "О."), ("  émile   zola ", "É.Z."), ("", ""), ("ǆ x", "Ǆ.X.")],
)
def test_initials(name, expected):
    assert initials(name) == expected


@pytest.mark.parametrize(
    "text", ["Level", "A man, a plan, a canal: Panama!", "А роза упала на лапу Азора", "", "توت"]
)
def test_palindromes(text):
    assert is_palindrome(text)


@pytest.mark.parametrize("text", ["ab", "Привіт", "سلام"])
def test_no_palindromes(text):
    assert not is_palindrome(text)


def test_same_text():
    """Two ways to write é are the same text"""
    assert same_text("caf\u00e9", "cafe\u0301")
    assert "caf\u00e9" != "cafe\u0301"
    assert not same_text("cafe", "café")


def test_without_accents():
    assert without_accents("Crème brûlée, señor!") == "Creme brulee, senor!"
    assert without_accents("قَلَم") == "قلم"
    assert without_accents("їжак") == "іжак"


def test_caesar():
    assert caesar("Hello, World!", 3) == "Khoor, Zruog!"
    assert caesar(caesar("Zebra é", 5), -5) == "Zebra é"
    assert caesar("abc", 26) == "abc"


def test_count_words():
    assert count_words("The cat, the dog and THE bird.") == {
        "the": 3,
        "cat": 1,
        "dog": 1,
        "and": 1,
        "bird": 1,
    }
    assert count_words("قلم، كتاب؟ قلم") == {"قلم": 2, "كتاب": 1}
    assert list(count_words("b a b")) == ["b", "a"]


def test_letter():
    assert letter("Dear $name, you owe $$$amount.", name="Amal", amount=5) == "Dear Amal, you owe $5."
    assert letter("$who is here") == "$who is here"


def test_mark_rtl():
    """Text from right to left gets marks around it"""
    assert mark_rtl("hello") == "hello"
    marked = mark_rtl("مرحبا")
    assert len(marked) == 7
    assert (marked[0], marked[-1]) == ("\N{RIGHT-TO-LEFT ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}")
    assert mark_rtl("abc שלום").startswith("\u2067abc")


def test_describe():
    assert describe(name="Ada", age=36, tags=["a"]) == "name='Ada', age=36, tags=['a']"
    assert describe(quote="it's") == 'quote="it\'s"'
    assert describe() == ""


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short", 5, "short"),
        ("longer text", 8, "longer…"),
        ("Доброго ранку", 6, "Добро…"),
        ("🎈🎈🎈🎈", 3, "🎈🎈…"),
    ],
)
def test_shorten(text, limit, expected):
    assert shorten(text, limit) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("abc", 3), ("é", 2), ("ї", 2), ("€", 3), ("🎈", 4), ("\0", 1)]
)
def test_utf8_length(text, expected):
    assert utf8_length(text) == expected


def test_lines_and_odd_letters():
    odd = "line\u2028two\ttab\\ 'quote' \"double\" \x7f"
    assert describe(text=odd) == f"text={odd!r}"
    assert same_text(odd, odd)


def test_a_lone_surrogate():
    with pytest.raises(UnicodeEncodeError) as raised:
        utf8_length("\ud800")
    assert raised.value.reason == "surrogates not allowed"
