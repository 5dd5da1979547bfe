from collections import ChainMap, OrderedDict, deque

import pytest

from solution import History, Recent, newest_first, rotate, settings, window_sums


def test_settings_are_a_chain():
    result = settings({"colour": "green"})
    assert isinstance(result, ChainMap)
    assert result["colour"] == "green"
    assert result["size"] == 12
    assert dict(result) == {"colour": "green", "size": 12, "language": "en"}


def test_settings_in_their_order():
    user = {"size": 20}
    result = settings(user)
    assert result.maps[0] == {"size": 20}
    assert len(result.maps) == 2
    assert result == {"colour": "blue", "size": 20, "language": "en"}


def test_a_change_goes_to_the_user():
    user = {}
    result = settings(user)
    result["size"] = 9
    assert user == {"size": 9}
    assert settings({})["size"] == 12


def test_a_child_of_the_chain():
    child = settings({"size": 1}).new_child({"size": 2})
    assert child["size"] == 2
    assert child.parents["size"] == 1


def test_newest_first():
    visits = OrderedDict([("home", 1), ("news", 2), ("mail", 3)])
    result = newest_first(visits)
    assert result == OrderedDict([("mail", 3), ("news", 2), ("home", 1)])
    assert list(visits) == ["home", "news", "mail"]


def test_order_decides_between_ordered_dictionaries():
    result = newest_first(OrderedDict(a=1, b=2))
    assert type(result) is OrderedDict
    assert result != OrderedDict(a=1, b=2)
    assert result == {"a": 1, "b": 2}


def test_recent_forgets_the_oldest():
    recent = Recent(2)
    for name in ("a", "b", "c"):
        recent.open(name)
    assert list(recent.pages) == ["b", "c"]


def test_recent_moves_to_the_end():
    recent = Recent(3)
    for name in ("a", "b", "a"):
        recent.open(name)
    assert list(recent.pages.items()) == [("b", 1), ("a", 2)]
    assert recent.pages.popitem(last=False) == ("b", 1)
    assert list(recent.pages) == ["a"]


def test_history_is_a_deque():
    history = History(3)
    for number in range(5):
        history.note(number)
    assert history.entries == deque([2, 3, 4])
    assert history.entries.maxlen == 3
    assert history.undo() == 4
    assert list(history.entries) == [2, 3]


def test_undo_of_nothing():
    with pytest.raises(IndexError):
        History(2).undo()


@pytest.mark.parametrize(("steps", "expected"), [(1, "dabc"), (-1, "bcda"), (0, "abcd"), (6, "cdab")])
def test_rotate_a_deque_of_the_test(steps, expected):
    line = deque("abcd")
    assert rotate(line, steps) is None
    assert "".join(line) == expected


def test_window_sums():
    assert window_sums([1, 2, 3, 4], 2) == [3, 5, 7]
    assert window_sums([1], 2) == []
