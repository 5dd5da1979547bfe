import pytest
from solution import HighScores, Library


@pytest.fixture
def scores():
    return HighScores([30, 50, 20, 70])


def test_scores_are_given_in_order_of_arrival(scores):
    assert scores.scores == [30, 50, 20, 70]


def test_top_three(scores):
    assert scores.personal_top_three() == [70, 50, 30]


def test_latest_is_unchanged_after_top_three(scores):
    scores.personal_top_three()
    assert scores.latest() == 70


def test_changing_the_returned_list_changes_nothing_inside(scores):
    scores.scores.append(1000)
    assert scores.personal_best() == 70
    assert scores.scores == [30, 50, 20, 70]


def test_changing_a_list_that_was_kept(scores):
    mine = scores.scores
    mine.clear()
    assert scores.scores == [30, 50, 20, 70]
    scores.add(90)
    assert mine == []


def test_the_given_list_is_copied():
    given = [1, 2, 3]
    scores = HighScores(given)
    given[0] = 99
    assert scores.personal_best() == 3


class TestLibrary:
    def test_shelves(self):
        library = Library()
        library.put("A", "Dune")
        library.put("A", "Emma")
        assert library.shelf("A") == ["Dune", "Emma"]
        assert library.shelf("B") == []

    def test_asking_for_a_shelf_does_not_make_one(self):
        library = Library()
        library.shelf("B").append("ghost")
        assert library.shelves() == {}

    def test_nested_lists_do_not_leak(self):
        library = Library()
        library.put("A", "Dune")
        shelves = library.shelves()
        shelves["A"].append("ghost")
        shelves["Z"] = []
        assert library.shelves() == {"A": ["Dune"]}

    def test_a_shelf_does_not_leak(self):
        library = Library()
        library.put("A", "Dune")
        library.shelf("A").remove("Dune")
        assert library.shelf("A") == ["Dune"]
