import unittest
from collections import OrderedDict, defaultdict, deque

from solution import (
    add_bonus,
    add_tag,
    capitalise_all,
    count_visit,
    drain,
    fill,
    forget_old,
    keep_even,
    mask,
    mark_done,
    raise_prices,
    remove_everywhere,
    swap_ends,
    touch,
)


class OneLevelTest(unittest.TestCase):
    def test_list(self):
        words = ["sun", "rain"]
        self.assertIsNone(capitalise_all(words))
        self.assertEqual(words, ["Sun", "Rain"])

    def test_list_of_one_and_none(self):
        words = []
        swap_ends(words)
        self.assertEqual(words, [])
        words = [1]
        swap_ends(words)
        self.assertEqual(words, [1])
        words = [1, 2, 3]
        swap_ends(words)
        self.assertEqual(words, [3, 2, 1])

    def test_set(self):
        numbers = {1, 2, 3, 4}
        keep_even(numbers)
        self.assertEqual(numbers, {2, 4})

    def test_dictionary(self):
        prices = {"tea": 10, "salt": 5}
        raise_prices(prices, percent=50)
        self.assertEqual(prices, {"tea": 15, "salt": 7.5})

    def test_bytearray(self):
        data = bytearray(b"card 1234")
        mask(data)
        self.assertEqual(data, bytearray(b"card ****"))

    def test_deque(self):
        line = deque([1, 2, 3], maxlen=5)
        self.assertEqual(drain(line, 2), [1, 2])
        self.assertEqual(line, deque([3]))
        self.assertEqual(line.maxlen, 5)

    def test_defaultdict(self):
        visits = defaultdict(list)
        count_visit(visits, "Amal", "Monday")
        count_visit(visits, "Amal", "Friday")
        self.assertEqual(visits, {"Amal": ["Monday", "Friday"]})
        self.assertEqual(visits["new"], [])

    def test_ordered_dictionary(self):
        seen = OrderedDict(a=1, b=2, c=3)
        touch(seen, "a")
        self.assertEqual(list(seen), ["b", "c", "a"])


class NestedTest(unittest.TestCase):
    def test_grid(self):
        grid = [[0] * 3 for _ in range(2)]
        row = grid[0]
        fill(grid, 0, "x")
        self.assertEqual(grid, [["x", "x", "x"], [0, 0, 0]])
        self.assertIs(grid[0], row)

    def test_one_row_twice(self):
        row = [0, 0]
        grid = [row, row]
        fill(grid, 1, 7)
        self.assertEqual(grid, [[7, 7], [7, 7]])

    def test_list_in_a_dictionary(self):
        person = {"name": "Olena", "tags": ["new"]}
        tags = person["tags"]
        add_tag(person, "friend")
        self.assertEqual(tags, ["new", "friend"])
        add_tag(person, "friend")
        self.assertEqual(person["tags"].count("friend"), 1)

    def test_list_is_made_when_it_is_missing(self):
        person = {}
        add_tag(person, "x")
        self.assertEqual(person, {"tags": ["x"]})

    def test_deep(self):
        data = {"a": [1, {"b": [1, 2, 1]}], "c": ({"d": 1}, [1])}
        remove_everywhere(data, 1)
        self.assertEqual(data, {"a": [{"b": [2]}], "c": ({"d": 1}, [])})

    def test_list_that_holds_itself(self):
        knot = [1, 2]
        knot.append(knot)
        swap_ends(knot)
        self.assertIs(knot[0], knot)
        self.assertEqual(knot[1:], [2, 1])

    def test_dictionary_while_it_is_read(self):
        ages = {"a": 5, "b": 90, "c": 100}
        forget_old(ages, 80)
        self.assertEqual(ages, {"a": 5})


class ObjectTest(unittest.TestCase):
    def test_attribute_of_an_object_of_the_test(self):
        class Employee:
            def __init__(self, pay):
                self.pay = pay
                self.history = []

        employee = Employee(100)
        add_bonus(employee, 20)
        self.assertEqual(employee.pay, 120)
        self.assertEqual(employee.history, [20])

    def test_objects_in_a_list(self):
        class Task:
            done = False

        tasks = [Task(), Task(), Task()]
        mark_done(tasks, {0, 2})
        self.assertEqual([task.done for task in tasks], [True, False, True])
        self.assertFalse(Task.done)

    def test_default_arguments_are_new(self):
        self.assertEqual(drain(deque()), [])
        result = drain(deque([1]))
        result.append(2)
        self.assertEqual(drain(deque()), [])


if __name__ == "__main__":
    unittest.main()
