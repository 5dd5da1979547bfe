import pytest
from support.reading import read_cases

import solution


@pytest.fixture(scope="session")
def words(request):
    """The lines of words.txt."""
    path = request.config.rootpath / "words.txt"
    if not path.exists():
        path = request.path.parent / "words.txt"
    return path.read_text(encoding="utf-8").split()


@pytest.fixture
def dictionary(words):
    book = solution.Dictionary()
    for word in words:
        book.add(word)
    return book


@pytest.fixture
def make_dictionary():
    def make(*words):
        book = solution.Dictionary()
        for word in words:
            book.add(word)
        return book

    return make


def pytest_generate_tests(metafunc):
    if "syllable_case" in metafunc.fixturenames:
        cases = read_cases("syllables.txt")
        metafunc.parametrize("syllable_case", cases, ids=[word for word, _ in cases])
