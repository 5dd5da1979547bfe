from collections import deque

import pytest

from solution import (
    Clinic,
    EmptyQueue,
    Patient,
    Ring,
    Stack,
    Ticket,
    balanced,
    hot_potato,
    merge_lines,
    postfix,
)


def test_first_come_first_served():
    clinic = Clinic()
    for name in ("Amal", "Olena", "Yusuf"):
        clinic.arrive(Patient(name))
    assert [clinic.next().name for _ in range(3)] == ["Amal", "Olena", "Yusuf"]


def test_urgent_patients_first():
    clinic = Clinic()
    clinic.arrive(Patient("Amal"))
    clinic.arrive(Patient("Olena", urgency=3))
    clinic.arrive(Patient("Yusuf", urgency=3))
    clinic.arrive(Patient("Sara", urgency=9))
    assert [clinic.next().name for _ in range(4)] == ["Sara", "Olena", "Yusuf", "Amal"]


def test_nobody_waits():
    with pytest.raises(EmptyQueue) as caught:
        Clinic().next()
    assert isinstance(caught.value, IndexError)
    assert str(caught.value) == "nobody is waiting"


def test_tickets_have_numbers():
    clinic = Clinic()
    tickets = [clinic.arrive(Patient(name)) for name in "ab"]
    assert tickets == [Ticket(1, 0), Ticket(2, 1)]
    assert tickets[1].people_before == 1


def test_the_same_patient_comes_back():
    clinic, patient = Clinic(), Patient("Amal")
    clinic.arrive(patient)
    clinic.arrive(patient)
    assert clinic.next() is patient
    assert clinic.next() is patient


def test_leave():
    clinic = Clinic()
    amal, olena = Patient("Amal"), Patient("Olena")
    clinic.arrive(amal)
    clinic.arrive(olena)
    clinic.leave(amal)
    assert len(clinic) == 1
    assert clinic.next() is olena
    with pytest.raises(ValueError):
        clinic.leave(amal)


def test_peek_and_truth():
    clinic = Clinic()
    assert not clinic
    assert clinic.peek() is None
    clinic.arrive(Patient("Amal"))
    assert clinic
    assert clinic.peek().name == "Amal"
    assert len(clinic) == 1


def test_serve_all_while_people_arrive():
    clinic, served = Clinic(), []
    clinic.arrive(Patient("Amal"))

    def treat(patient):
        served.append(patient.name)
        if patient.name == "Amal":
            clinic.arrive(Patient("Olena"))

    assert clinic.serve_all(treat) == 2
    assert served == ["Amal", "Olena"]


def test_error_while_serving_keeps_the_rest():
    clinic = Clinic()
    for name in "ab":
        clinic.arrive(Patient(name))

    def treat(patient):
        raise RuntimeError(patient.name)

    with pytest.raises(RuntimeError, match="^a$"):
        clinic.serve_all(treat)
    assert len(clinic) == 1


class TestStack:
    def test_last_in_first_out(self):
        stack = Stack()
        for number in range(3):
            stack.push(number)
        assert [stack.pop(), stack.pop()] == [2, 1]
        assert stack.top == 0

    def test_limit(self):
        stack = Stack(limit=1)
        stack.push("a")
        with pytest.raises(OverflowError):
            stack.push("b")

    def test_iterate_from_the_top(self):
        stack = Stack()
        stack.push(1)
        stack.push(2)
        assert list(stack) == [2, 1]
        assert len(stack) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [("()", True), ("([{}])", True), ("(]", False), ("(", False), (")", False), ("", True), ("a(b)c", True)],
)
def test_balanced(text, expected):
    assert balanced(text) is expected


@pytest.mark.parametrize(("text", "expected"), [("3 4 +", 7), ("2 3 4 * +", 14), ("8 2 /", 4.0), ("5", 5)])
def test_postfix(text, expected):
    result = postfix(text)
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize("text", ["+", "1 2", "1 x +", ""])
def test_bad_postfix(text):
    with pytest.raises(ValueError):
        postfix(text)


def test_hot_potato():
    people = deque(["a", "b", "c", "d"])
    assert hot_potato(people, 2) == "a"
    assert people == deque(["a"])


def test_merge_lines_leaves_the_lines():
    first, second = deque([1, 4]), deque([2, 3, 5])
    assert list(merge_lines(first, second)) == [1, 2, 3, 4, 5]
    assert len(first) == 2


def test_ring_goes_round():
    ring = Ring("abc")
    assert [next(ring) for _ in range(5)] == ["a", "b", "c", "a", "b"]
    ring.add("d")
    assert [next(ring) for _ in range(3)] == ["c", "d", "a"]
    assert iter(ring) is ring
