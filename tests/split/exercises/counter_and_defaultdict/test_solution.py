import unittest
from collections import Counter, defaultdict

from solution import Stock, by_first_letter, letters, most_common_words, missing, winner


class CounterTest(unittest.TestCase):
    def test_letters_gives_a_counter(self):
        result = letters("banana")
        self.assertIsInstance(result, Counter)
        self.assertEqual(result, Counter({"a": 3, "n": 2, "b": 1}))
        self.assertEqual(result, {"b": 1, "a": 3, "n": 2})

    def test_spaces_and_case_do_not_count(self):
        self.assertEqual(letters("A a"), Counter("aa"))

    def test_a_letter_that_is_not_there(self):
        self.assertEqual(letters("tea")["x"], 0)
        self.assertNotIn("x", letters("tea"))

    def test_counters_can_be_added_and_taken_away(self):
        both = letters("tea") + letters("eat")
        self.assertEqual(both, Counter(t=2, e=2, a=2))
        self.assertEqual(letters("letter") - letters("let"), Counter(t=1, e=1, r=1))

    def test_most_common_words(self):
        text = "the sea and the sun and the sand"
        self.assertEqual(most_common_words(text, 2), [("the", 3), ("and", 2)])
        self.assertEqual(most_common_words("", 3), [])

    def test_the_test_gives_a_counter(self):
        votes = Counter(red=3, blue=5, green=1)
        self.assertEqual(winner(votes), "blue")
        self.assertEqual(votes.total(), 9)

    def test_nobody_wins(self):
        self.assertIsNone(winner(Counter()))
        self.assertIsNone(winner(Counter(red=2, blue=2)))

    def test_missing_items(self):
        needed, present = Counter(flour=2, eggs=3), Counter(flour=1, eggs=5)
        self.assertEqual(missing(needed, present), Counter(flour=1))
        self.assertEqual(needed, Counter(flour=2, eggs=3))


class DefaultdictTest(unittest.TestCase):
    def test_words_by_first_letter(self):
        index = by_first_letter(["apple", "pear", "apricot"])
        self.assertEqual(index, {"a": ["apple", "apricot"], "p": ["pear"]})
        self.assertIsInstance(index, defaultdict)

    def test_a_new_letter_has_an_empty_list(self):
        index = by_first_letter(["apple"])
        self.assertIs(index.default_factory, list)
        index["b"].append("banana")
        self.assertEqual(index["b"], ["banana"])
        self.assertEqual(index["z"], [])

    def test_stock_counts_with_a_defaultdict(self):
        stock = Stock()
        stock.add("rice", 5)
        stock.add("rice", 2)
        self.assertEqual(dict(stock.amounts), {"rice": 7})
        self.assertEqual(stock.amounts["oil"], 0)

    def test_stock_sees_what_the_test_changes(self):
        stock = Stock()
        stock.amounts["rice"] += 4
        stock.add("rice", 1)
        self.assertEqual(stock.total(), 5)


if __name__ == "__main__":
    unittest.main()
