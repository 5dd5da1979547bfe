import bisect
import heapq

import pytest

from solution import Grade, Task, Version, latest, podium, rank


@pytest.mark.parametrize(
    ("low", "high"), [("1.2", "1.10"), ("1.9.9", "2.0"), ("1.0", "1.0.1"), ("0.9", "0.10")]
)
def test_versions_in_order(low, high):
    assert Version(low) < Version(high)
    assert Version(high) > Version(low)
    assert Version(low) <= Version(high)
    assert not Version(low) >= Version(high)


def test_equal_versions():
    assert Version("1.0") == Version("1.0.0")
    assert Version("1.0") <= Version("1.0.0")
    assert not Version("1.0") < Version("1.0.0")
    assert len({Version("1.0"), Version("1")}) == 1


def test_sorted_by_the_test():
    versions = [Version(text) for text in ("2.0", "1.10", "1.9")]
    assert [str(version) for version in sorted(versions)] == ["1.9", "1.10", "2.0"]
    assert [str(version) for version in sorted(versions, reverse=True)] == ["2.0", "1.10", "1.9"]


def test_largest_and_smallest():
    versions = [Version("1.1"), Version("1.3"), Version("1.2")]
    assert str(max(versions)) == "1.3"
    assert min(versions) == Version("1.1")


def test_sort_in_place():
    versions = [Version("3"), Version("1"), Version("2")]
    versions.sort()
    assert versions == [Version("1"), Version("2"), Version("3")]


def test_latest():
    assert latest([Version("1.2"), Version("1.11")]) == Version("1.11")
    with pytest.raises(ValueError):
        latest([])


def test_version_and_text():
    with pytest.raises(TypeError):
        Version("1.0") < "2.0"
    assert Version("1.0") != "1.0"


def test_chain_of_comparisons():
    assert Version("1") < Version("2") < Version("3")
    assert not Version("1") < Version("3") < Version("2")


def test_grades_have_an_order_of_their_own():
    assert Grade("A") > Grade("B")
    assert Grade("F") < Grade("E")
    assert sorted([Grade("A"), Grade("F"), Grade("C")]) == [Grade("F"), Grade("C"), Grade("A")]


def test_bad_grade():
    with pytest.raises(ValueError, match="X"):
        Grade("X")


def test_rank():
    assert rank({"Amal": Grade("B"), "Olena": Grade("A"), "Yusuf": Grade("B")}) == ["Olena", "Amal", "Yusuf"]


def test_podium_of_plain_values():
    assert podium([3, 9, 1, 7]) == [9, 7, 3]
    assert podium(["a"]) == ["a"]


def test_podium_of_objects():
    best = Grade("A")
    result = podium([Grade("C"), best, Grade("F"), Grade("B")])
    assert result == [Grade("A"), Grade("B"), Grade("C")]
    assert result[0] is best


def test_a_heap_of_tasks():
    heap = []
    for name, urgency in (("sleep", 1), ("cook", 5), ("shop", 3)):
        heapq.heappush(heap, Task(name, urgency))
    assert [heapq.heappop(heap).name for _ in range(3)] == ["cook", "shop", "sleep"]


def test_tasks_with_the_same_urgency():
    assert not Task("a", 1) < Task("b", 1)
    assert not Task("b", 1) < Task("a", 1)
    assert Task("a", 1) != Task("b", 1)


def test_place_in_a_sorted_list():
    versions = [Version("1"), Version("3")]
    bisect.insort(versions, Version("2"))
    assert versions == [Version("1"), Version("2"), Version("3")]
    assert bisect.bisect(versions, Version("2.5")) == 2
