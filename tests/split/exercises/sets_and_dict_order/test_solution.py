import unittest

from solution import by_length, common_letters, first_seen, groups, rank, unique


class SetsTest(unittest.TestCase):
    def test_unique_is_a_set(self):
        self.assertEqual(unique(["b", "a", "b"]), {"a", "b"})
        self.assertIs(type(unique([])), set)

    def test_unique_result_can_be_changed(self):
        result = unique([1, 2])
        result.add(3)
        self.assertSetEqual(result, {1, 2, 3})
        self.assertSetEqual(unique([1, 2]), {1, 2})

    def test_common_letters_is_a_frozenset(self):
        result = common_letters("stone", "notes", "tone")
        self.assertIsInstance(result, frozenset)
        self.assertEqual(result, frozenset("tone"))
        self.assertEqual({result: "key"}[frozenset("enot")], "key")

    def test_nothing_in_common(self):
        self.assertEqual(common_letters("abc", "xyz"), frozenset())

    def test_groups_are_a_set_of_frozensets(self):
        self.assertEqual(
            groups(["listen", "silent", "google", "enlist", "tea", "eat"]),
            {frozenset({"listen", "silent", "enlist"}), frozenset({"google"}), frozenset({"tea", "eat"})},
        )

    def test_set_operators_on_results(self):
        self.assertEqual(unique("hello") & unique("yellow"), set("elo"))
        self.assertEqual(unique("ab") | {"c"}, {"a", "b", "c"})
        self.assertTrue(unique("ab") < unique("abc"))


class OrderTest(unittest.TestCase):
    def test_first_seen_keeps_the_order(self):
        result = first_seen("mississippi")
        self.assertEqual(list(result), ["m", "i", "s", "p"])
        self.assertEqual(list(result.items()), [("m", 0), ("i", 1), ("s", 2), ("p", 8)])

    def test_rank_is_in_order_of_points(self):
        points = {"Ada": 7, "Ben": 9, "Cleo": 7, "Dan": 10}
        self.assertEqual(list(rank(points).items()), [("Dan", 10), ("Ben", 9), ("Ada", 7), ("Cleo", 7)])

    def test_rank_leaves_its_argument(self):
        points = {"Ada": 7, "Ben": 9}
        rank(points)
        self.assertEqual(list(points), ["Ada", "Ben"])

    def test_keys_of_all_kinds(self):
        result = by_length([(1, 2), "ab", frozenset({3}), b"x", ()])
        self.assertEqual(result, {2: [(1, 2), "ab"], 1: [frozenset({3}), b"x"], 0: [()]})
        self.assertEqual([*result], [2, 1, 0])
