import unittest
from collections import Counter, OrderedDict, UserDict, UserList, deque
from collections.abc import MutableMapping, Sequence

from solution import (
    Celsius,
    CountingList,
    DefaultList,
    Frequencies,
    LastThree,
    LowerDict,
    Name,
    Path,
    Percent,
    Positive,
    Recent,
    SortedList,
    StrictDict,
)


class NumberTest(unittest.TestCase):
    def test_percent_is_an_int(self):
        share = Percent(30)
        self.assertIsInstance(share, int)
        self.assertEqual(share, 30)
        self.assertEqual(share + 5, 35)
        self.assertEqual(str(share), "30 %")

    def test_percent_of(self):
        self.assertEqual(Percent(20).of(50), 10)
        self.assertIsInstance(Percent(20) + Percent(30), Percent)
        self.assertEqual(Percent(20) + Percent(30), Percent(50))

    def test_positive(self):
        self.assertEqual(Positive(3) * 2, 6)
        with self.assertRaises(ValueError):
            Positive(-1)

    def test_celsius_is_a_float(self):
        self.assertAlmostEqual(Celsius(36.6).fahrenheit(), 97.88)
        self.assertLess(Celsius(-5), 0)
        self.assertEqual(max(Celsius(1.5), Celsius(2.5)), 2.5)
        self.assertEqual(f"{Celsius(1.25):.1f}", "1.2")


class TextTest(unittest.TestCase):
    def test_name_is_a_text(self):
        name = Name("amal haddad")
        self.assertEqual(name, "Amal Haddad")
        self.assertEqual(name.initials(), "AH")
        self.assertTrue(name.startswith("Amal"))
        self.assertEqual(len(name), 11)

    def test_name_in_texts_and_sets(self):
        name = Name("olena")
        self.assertEqual("Dear " + name, "Dear Olena")
        self.assertEqual(f"{name:>8}", "   Olena")
        self.assertIn(name, {"Olena", "Amal"})
        self.assertEqual({"Olena": 1}[name], 1)

    def test_path(self):
        self.assertEqual(Path("a") / "b" / "c", "a/b/c")
        self.assertIsInstance(Path("a") / "b", Path)
        self.assertEqual((Path("x") / "y").parts, ["x", "y"])


class ListTest(unittest.TestCase):
    def test_sorted_list(self):
        numbers = SortedList([3, 1, 2])
        numbers.append(0)
        self.assertEqual(numbers, [0, 1, 2, 3])
        self.assertIsInstance(numbers, list)
        self.assertEqual(numbers[-1], 3)

    def test_sum_and_slices(self):
        numbers = SortedList([5, 4])
        self.assertEqual(sum(numbers), 9)
        self.assertEqual(numbers[:1], [4])
        self.assertEqual([*numbers], [4, 5])

    def test_counting_list(self):
        names = CountingList()
        names.append("a")
        names.append("b")
        self.assertEqual(names.appended, 2)
        self.assertEqual(names, ["a", "b"])
        self.assertEqual(names.last, "b")

    def test_default_list(self):
        values = DefaultList([1, 2], default=0)
        self.assertEqual(values[1], 2)
        self.assertEqual(values[9], 0)
        self.assertIsInstance(values, UserList)
        self.assertEqual(list(values), [1, 2])
        self.assertIsInstance(values, Sequence)

    def test_last_three(self):
        last = LastThree("abcde")
        self.assertEqual(last, deque("cde"))
        self.assertIsInstance(last, deque)
        last.append("f")
        self.assertEqual(last.text(), "def")
        self.assertEqual(last[0], "d")


class DictTest(unittest.TestCase):
    def test_lower_dict(self):
        words = LowerDict()
        words["A"] = 1
        words["B"] = 2
        self.assertEqual(words, {"a": 1, "b": 2})
        self.assertEqual(words["a"], 1)
        self.assertIsInstance(words, dict)

    def test_strict_dict(self):
        settings = StrictDict({"size": 1})
        settings["size"] = 2
        self.assertEqual(settings["size"], 2)
        with self.assertRaisesRegex(KeyError, "colour"):
            settings["colour"] = "red"
        self.assertEqual(list(settings), ["size"])
        self.assertIsInstance(settings, UserDict)
        self.assertTrue(issubclass(StrictDict, MutableMapping))
        self.assertFalse(issubclass(StrictDict, dict))

    def test_frequencies(self):
        words = Frequencies("a b a".split())
        self.assertEqual(words["a"], 2)
        self.assertEqual(words["z"], 0)
        self.assertEqual(words.share("a"), 2 / 3)
        self.assertIsInstance(words, Counter)

    def test_recent(self):
        recent = Recent(2)
        for number in range(4):
            recent[number] = number * number
        self.assertEqual(list(recent.items()), [(2, 4), (3, 9)])
        self.assertIsInstance(recent, OrderedDict)


if __name__ == "__main__":
    unittest.main()
