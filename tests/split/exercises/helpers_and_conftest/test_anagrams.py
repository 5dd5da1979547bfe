import cases
import pytest
from support import letters

from solution import find_anagrams


@pytest.mark.parametrize(("word", "candidates", "expected"), cases.ANAGRAMS)
def test_anagrams(word, candidates, expected):
    assert find_anagrams(word, candidates) == expected


def test_anagrams_have_the_same_letters():
    for word, candidates, _ in cases.ANAGRAMS:
        for found in find_anagrams(word, candidates):
            assert letters(found) == letters(word)


def test_candidates_are_not_changed():
    for word, candidates, _ in cases.ANAGRAMS:
        before = list(candidates)
        find_anagrams(word, candidates)
        assert candidates == before
