import pytest
from cases import PLURALS
from support.checks import assert_sorted

import solution


@pytest.mark.parametrize("word", PLURALS)
def test_plural(word):
    assert solution.plural(word) == PLURALS[word]


def test_syllables(syllable_case):
    word, expected = syllable_case
    assert solution.syllables(word) == expected


def test_dictionary_has_all_words(dictionary, words):
    assert len(dictionary) == len(words) == 6
    assert all(word in dictionary for word in words)


def test_words_come_sorted(dictionary, words):
    assert_sorted(dictionary)
    assert list(dictionary) == sorted(words)


def test_by_length(dictionary):
    assert_sorted(dictionary.by_length(), key=len)
    assert dictionary.by_length()[:3] == ["fig", "kiwi", "pear"]


def test_fixture_that_makes(make_dictionary):
    first, second = make_dictionary("a", "b"), make_dictionary("c", "a")
    assert "c" not in first
    assert list(first & second) == ["a"]


def test_words_are_known_once(make_dictionary):
    book = make_dictionary("tea", "tea")
    assert len(book) == 1
