import pytest

from solution import EmptyList, LinkedList, Node, has_loop, middle, reversed_copy


@pytest.fixture
def names():
    return LinkedList(["Amal", "Olena", "Yusuf"])


def test_nodes_by_hand():
    last = Node(3)
    first = Node(1, Node(2, last))
    assert first.value == 1
    assert first.next.next is last
    assert last.next is None


def test_empty():
    empty = LinkedList()
    assert len(empty) == 0
    assert empty.head is None
    assert list(empty) == []
    assert not empty


def test_from_values(names):
    assert len(names) == 3
    assert list(names) == ["Amal", "Olena", "Yusuf"]
    assert names.head.value == "Amal"
    assert names.head.next.next.next is None


def test_push_and_pop(names):
    names.push("Sara")
    assert names.head.value == "Sara"
    assert names.pop() == "Sara"
    assert len(names) == 3


def test_pop_until_empty(names):
    assert [names.pop() for _ in range(3)] == ["Amal", "Olena", "Yusuf"]
    with pytest.raises(EmptyList, match="nothing is left"):
        names.pop()


def test_append(names):
    names.append("Sara")
    assert list(names)[-1] == "Sara"
    empty = LinkedList()
    empty.append(1)
    empty.append(2)
    assert list(empty) == [1, 2]


def test_insert_after(names):
    node = names.find("Olena")
    names.insert_after(node, "Sara")
    assert list(names) == ["Amal", "Olena", "Sara", "Yusuf"]
    assert node.next.value == "Sara"


def test_find(names):
    assert names.find("Yusuf") is names.head.next.next
    assert names.find("nobody") is None


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("Amal", ["Olena", "Yusuf"]),
        ("Olena", ["Amal", "Yusuf"]),
        ("Yusuf", ["Amal", "Olena"]),
    ],
)
def test_remove(names, name, left):
    names.remove(name)
    assert list(names) == left
    assert len(names) == 2


def test_remove_what_is_not_there(names):
    with pytest.raises(ValueError):
        names.remove("nobody")
    assert len(names) == 3


def test_append_after_the_last_was_removed(names):
    names.remove("Yusuf")
    names.append("Sara")
    assert list(names) == ["Amal", "Olena", "Sara"]


def test_reverse_keeps_the_nodes(names):
    old_head = names.head
    names.reverse()
    assert list(names) == ["Yusuf", "Olena", "Amal"]
    assert old_head.next is None
    assert names.head.next.next is old_head


def test_reversed_copy(names):
    copy = reversed_copy(names)
    assert isinstance(copy, LinkedList)
    assert list(copy) == ["Yusuf", "Olena", "Amal"]
    assert list(names) == ["Amal", "Olena", "Yusuf"]


def test_nodes_of_the_test_joined_to_the_list(names):
    names.head.next = Node("new", names.head.next)
    assert list(names) == ["Amal", "new", "Olena", "Yusuf"]


def test_equal_lists(names):
    assert names == LinkedList(["Amal", "Olena", "Yusuf"])
    assert names != LinkedList(["Amal", "Olena"])
    assert LinkedList() == LinkedList()
    assert names != ["Amal", "Olena", "Yusuf"]


def test_text(names):
    assert repr(names) == "Amal -> Olena -> Yusuf"
    assert str(LinkedList()) == "(empty)"


@pytest.mark.parametrize(("values", "expected"), [("a", "a"), ("ab", "a"), ("abc", "b"), ("abcd", "b")])
def test_middle(values, expected):
    assert middle(LinkedList(values).head) == expected


def test_loop():
    first = Node(1)
    second = Node(2, first)
    assert not has_loop(second)
    first.next = second
    assert has_loop(first)
    assert not has_loop(None)


def test_objects_as_values():
    thing = object()
    assert LinkedList([thing]).pop() is thing


def test_long_list():
    numbers = LinkedList(range(500))
    assert sum(numbers) == 124750
