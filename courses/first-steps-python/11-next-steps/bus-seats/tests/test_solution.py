import pytest

from solution import at_window, free_seats, row_of


def test_first_row():
    """Seats 1 to 4 are in row 1"""
    assert [row_of(seat) for seat in (1, 2, 3, 4)] == [1, 1, 1, 1]


@pytest.mark.hint("Seat 5 begins the second row.")
def test_next_rows():
    """Seat 5 is in row 2, seat 12 in row 3"""
    assert row_of(5) == 2
    assert row_of(12) == 3


def test_first_seat_is_at_a_window():
    """Seat 1 is at a window"""
    assert at_window(1) is True


def test_last_seat_is_at_a_window():
    """Seat 4 and seat 8 are at a window"""
    assert at_window(4) is True
    assert at_window(8) is True


def test_seats_in_the_middle():
    """Seats 2, 3 and 6 are not at a window"""
    assert at_window(2) is False
    assert at_window(3) is False
    assert at_window(6) is False


@pytest.mark.points(2)
def test_free_seats():
    """Seats 2 and 5 of 6 are taken"""
    assert free_seats(6, [2, 5]) == [1, 3, 4, 6]


def test_the_list_is_not_changed():
    """The list of taken seats stays as it was"""
    taken = [5, 1]
    assert free_seats(5, taken) == [2, 3, 4]
    assert taken == [5, 1]


def test_all_seats_are_taken():
    """A full bus has no free seat"""
    assert free_seats(3, [1, 2, 3]) == []
