import pytest
from solution import is_leap_year, roman, rotate, score


@pytest.mark.parametrize(
    ("number", "numeral"),
    [
        (1, "I"),
        (2, "II"),
        (4, "IV"),
        (9, "IX"),
        (27, "XXVII"),
        (49, "XLIX"),
        (93, "XCIII"),
        (402, "CDII"),
        (575, "DLXXV"),
        (911, "CMXI"),
        (1024, "MXXIV"),
        (1994, "MCMXCIV"),
        (3999, "MMMCMXCIX"),
    ],
)
def test_roman(number, numeral):
    assert roman(number) == numeral


@pytest.mark.parametrize("year", [1996, 2000, 2400, 2024])
def test_leap_years(year):
    assert is_leap_year(year) is True


@pytest.mark.parametrize("year", [1900, 1970, 2015, 2100])
def test_common_years(year):
    assert is_leap_year(year) is False


@pytest.mark.parametrize("key", range(27))
def test_rotating_and_back(key):
    text = "The quick brown fox jumps over the lazy dog. 123"
    assert rotate(rotate(text, key), 26 - key) == text


def test_rotate_keeps_case_and_punctuation():
    assert rotate("Let's eat, Grandma!", 21) == "Gzo'n zvo, Bmviyhv!"


def test_score_of_many_words():
    words = {"": 0, "a": 1, "street": 6, "QUIRKY": 22, "OxyphenButazone": 41, "zoo": 12}
    assert {word: score(word) for word in words} == words


def test_keyword_arguments_and_defaults():
    assert score("zoo", factor=2) == 24
    assert score(word="zoo", factor=3) == 36
    with pytest.raises(TypeError):
        score("zoo", 2)
