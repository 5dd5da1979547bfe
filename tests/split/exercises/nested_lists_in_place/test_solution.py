import copy

import pytest
from solution import deal, flip, flood, sort_rows, transpose

GRID = [[3, 1, 2], [9, 8, 7], [4, 6, 5]]


@pytest.fixture
def grid():
    return copy.deepcopy(GRID)


def test_sort_rows_works_in_place(grid):
    rows = list(grid)
    assert sort_rows(grid) is None
    assert grid == [[1, 2, 3], [7, 8, 9], [4, 5, 6]]
    assert all(row is old for row, old in zip(grid, rows))


def test_transpose_works_in_place(grid):
    first = grid[0]
    transpose(grid)
    assert grid == [[3, 9, 4], [1, 8, 6], [2, 7, 5]]
    assert grid[0] is first
    assert first == [3, 9, 4]


def test_flip_replaces_the_order_of_the_same_rows(grid):
    top, middle, bottom = grid
    flip(grid)
    assert grid[0] is bottom
    assert grid[1] is middle
    assert grid[2] is top


def test_flood_changes_only_what_is_connected():
    picture = [list(".##."), list("..#."), list("###.")]
    assert flood(picture, 0, 0, "o") == 3
    assert ["".join(row) for row in picture] == ["o##.", "oo#.", "###."]


def test_flood_with_the_same_colour_changes_nothing():
    picture = [list(".."), list("..")]
    assert flood(picture, 0, 0, ".") == 0
    assert picture == [[".", "."], [".", "."]]


def test_a_row_that_is_there_twice():
    row = [3, 2, 1]
    table = [row, row]
    sort_rows(table)
    assert table == [[1, 2, 3], [1, 2, 3]]
    row.append(4)
    assert table[1] == [1, 2, 3, 4]


def test_deal_moves_cards_from_the_deck_to_the_hands():
    deck = list(range(10, 0, -1))
    hands = {"Ada": [], "Ben": [99]}
    deal(deck, hands, 2)
    assert hands == {"Ada": [1, 3], "Ben": [99, 2, 4]}
    assert deck == [10, 9, 8, 7, 6, 5]


def test_deal_stops_when_the_deck_is_empty():
    deck = [1, 2, 3]
    hands = {"Ada": [], "Ben": []}
    deal(deck, hands, 5)
    assert deck == []
    assert hands == {"Ada": [3, 1], "Ben": [2]}
