import unittest
from functools import cmp_to_key
from operator import attrgetter

from solution import (
    Player,
    best,
    by_columns,
    by_length,
    groups,
    ranking,
    sort_in_place,
    version_order,
    with_comparator,
)


class RankingTest(unittest.TestCase):
    def setUp(self):
        self.ada = Player("Ada", 7)
        self.olena = Player("Olena", 12, team="blue")
        self.yusuf = Player("Yusuf", 7, "blue")

    def test_points_then_name(self):
        self.assertEqual(ranking([self.yusuf, self.ada, self.olena]), [self.olena, self.ada, self.yusuf])

    def test_the_given_list_stays(self):
        players = [self.ada, self.olena]
        ranking(players)
        self.assertEqual(players, [self.ada, self.olena])

    def test_it_takes_any_iterable(self):
        players = (player for player in (self.ada, self.olena))
        self.assertEqual([player.name for player in ranking(players)], ["Olena", "Ada"])

    def test_the_test_sorts_players(self):
        players = [self.yusuf, self.olena, self.ada]
        players.sort(key=attrgetter("name"))
        self.assertEqual(players, [self.ada, self.olena, self.yusuf])
        self.assertIs(max(players, key=lambda player: player.points), self.olena)
        self.assertEqual(str(sorted(players, key=lambda p: p.points)[-1]), "Player('Olena', 12)")

    def test_groups(self):
        found = groups([self.yusuf, self.ada, self.olena])
        self.assertEqual(found, {"blue": ["Olena", "Yusuf"], "red": ["Ada"]})
        self.assertEqual(list(found), ["blue", "red"])


class SortInPlaceTest(unittest.TestCase):
    def test_the_same_list_is_sorted(self):
        numbers = [3, 1, 2]
        self.assertIsNone(sort_in_place(numbers))
        self.assertEqual(numbers, [1, 2, 3])

    def test_by_a_key_of_the_test(self):
        words = ["pear", "Fig", "apple"]
        sort_in_place(words, key=str.lower)
        self.assertEqual(words, ["apple", "Fig", "pear"])

    def test_the_key_is_asked_once_for_each(self):
        asked = []

        def key(word):
            asked.append(word)
            return -len(word)

        words = ["a", "ccc", "bb"]
        sort_in_place(words, key=key)
        self.assertEqual(words, ["ccc", "bb", "a"])
        self.assertEqual(asked, ["a", "ccc", "bb"])

    def test_equal_keys_keep_their_order(self):
        words = ["dog", "cat", "ox", "bee", "ai"]
        sort_in_place(words, key=len)
        self.assertEqual(words, ["ox", "ai", "dog", "cat", "bee"])

    def test_equal_keys_keep_their_order_backwards(self):
        words = ["dog", "cat", "ox", "bee", "ai"]
        sort_in_place(words, key=len, reverse=True)
        self.assertEqual(words, ["dog", "cat", "bee", "ox", "ai"])

    def test_what_cannot_be_compared(self):
        with self.assertRaises(TypeError):
            sort_in_place([1, "2"])

    def test_a_key_that_fails(self):
        with self.assertRaisesRegex(LookupError, "no such word"):
            sort_in_place(["a", "b"], key=self.broken)

    def broken(self, word):
        raise LookupError("no such word")


class ColumnsTest(unittest.TestCase):
    rows = [("b", 2, 0.5), ("a", 2, 0.25), ("c", 1, 9.0)]

    def test_one_column(self):
        self.assertEqual([row[0] for row in by_columns(self.rows, 2)], ["a", "b", "c"])

    def test_two_columns(self):
        self.assertEqual([row[0] for row in by_columns(self.rows, 1, 0)], ["c", "a", "b"])


class ComparatorTest(unittest.TestCase):
    def test_a_comparator_of_the_test(self):
        def evens_first(a, b):
            return (a % 2 - b % 2) or a - b

        self.assertEqual(with_comparator([5, 2, 1, 4], evens_first), [2, 4, 1, 5])

    def test_a_comparator_of_the_program(self):
        versions = ["1.10", "1.9", "1.9.1", "1"]
        self.assertEqual(sorted(versions, key=cmp_to_key(version_order)), ["1", "1.9", "1.9.1", "1.10"])
        self.assertEqual(with_comparator(versions, version_order)[-1], "1.10")

    def test_signs(self):
        self.assertEqual(version_order("2.0", "2.0"), 0)
        self.assertEqual(version_order("2.0", "10.0"), -1)
        self.assertEqual(version_order("2.1", "2.0.9"), 1)


class BestTest(unittest.TestCase):
    def test_one(self):
        self.assertEqual(best(["a", "ccc", "bb"], key=len), ["ccc"])

    def test_the_first_of_equals_wins(self):
        self.assertEqual(best(["aa", "bb", "c", "dd"], len, count=2), ["aa", "bb"])

    def test_a_key_of_the_program(self):
        self.assertEqual(best({"x": 1, "yyy": 2}, key=by_length), ["yyy"])
        self.assertEqual(max(["a", "bbb"], key=by_length), "bbb")

    def test_more_than_there_are(self):
        self.assertEqual(best([], key=abs, count=5), [])
