import pytest

from solution import (
    Playlist,
    chunks,
    countdown,
    even_numbers,
    middle,
    overlap,
    page_of,
    replace_part,
    step_of,
)


def test_even_numbers_is_a_range():
    assert even_numbers(10) == range(0, 10, 2)
    assert isinstance(even_numbers(10), range)
    assert even_numbers(7) == range(0, 8, 2)


def test_a_range_and_not_a_list():
    result = even_numbers(1_000_000_000)
    assert len(result) == 500_000_000
    assert result[-1] == 999_999_998
    assert 7 not in result


def test_countdown():
    assert list(countdown(3)) == [3, 2, 1, 0]
    assert countdown(3).step == -1
    assert countdown(3) == range(3, -1, -1)


def test_an_empty_range():
    assert not even_numbers(0)
    assert list(even_numbers(0)) == []


def test_overlap_of_two_ranges():
    assert overlap(range(0, 10), range(5, 20)) == range(5, 10)
    assert overlap(range(0, 3), range(5, 9)) == range(0)


def test_step_of():
    assert step_of(range(1, 9, 3)) == 3
    assert step_of(slice(1, 9, 2)) == 2
    assert step_of(slice(1, 9)) == 1


@pytest.mark.parametrize(("word", "expected"), [("abcde", "bcd"), ("ab", ""), ("", ""), ([1, 2, 3], [2])])
def test_middle(word, expected):
    assert middle(word) == expected


def test_chunks():
    assert chunks([1, 2, 3, 4, 5], 2) == [[1, 2], [3, 4], [5]]
    assert chunks("abcdef", 3) == ["abc", "def"]
    assert chunks((), 3) == []


def test_page_gives_a_slice():
    part = page_of(3, size=10)
    assert part == slice(20, 30)
    assert isinstance(part, slice)
    assert list(range(100))[part] == list(range(20, 30))
    assert part.indices(25) == (20, 25, 1)


def test_replace_part_changes_the_list():
    letters = list("abcdef")
    replace_part(letters, slice(1, 3), "XYZ")
    assert letters == ["a", "X", "Y", "Z", "d", "e", "f"]


def test_replace_every_second():
    letters = list("abcd")
    replace_part(letters, slice(None, None, 2), "12")
    assert "".join(letters) == "1b2d"


@pytest.fixture
def playlist():
    return Playlist("rain", "sun", "wind", "snow")


def test_one_song(playlist):
    assert playlist[0] == "rain"
    assert playlist[-1] == "snow"
    with pytest.raises(IndexError):
        playlist[4]


def test_a_part_of_the_playlist(playlist):
    part = playlist[1:3]
    assert isinstance(part, Playlist)
    assert list(part) == ["sun", "wind"]
    assert list(playlist[::-1]) == ["snow", "wind", "sun", "rain"]


def test_the_part_is_new(playlist):
    part = playlist[:2]
    part[0] = "storm"
    assert playlist[0] == "rain"
    assert part[0] == "storm"


def test_set_and_delete_by_slice(playlist):
    playlist[1:3] = ["fog"]
    assert list(playlist) == ["rain", "fog", "snow"]
    del playlist[:2]
    assert list(playlist) == ["snow"]


def test_an_index_of_another_kind(playlist):
    with pytest.raises(TypeError):
        playlist["rain"]
