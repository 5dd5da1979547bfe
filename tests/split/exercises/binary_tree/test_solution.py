import random
import unittest

from solution import Leaf, Tree, build, depth, from_nested, is_search_tree, total


class TreeTest(unittest.TestCase):
    def setUp(self):
        self.tree = Tree(50)
        for value in (30, 70, 20, 40, 60, 80):
            self.tree.insert(value)

    def test_shape(self):
        self.assertEqual(self.tree.left.value, 30)
        self.assertEqual(self.tree.right.left.value, 60)
        self.assertIsNone(self.tree.left.left.left)

    def test_sorted_order(self):
        self.assertEqual(list(self.tree), [20, 30, 40, 50, 60, 70, 80])

    def test_other_orders(self):
        self.assertEqual(list(self.tree.before()), [50, 30, 20, 40, 70, 60, 80])
        self.assertEqual(list(self.tree.after()), [20, 40, 30, 60, 80, 70, 50])

    def test_level_by_level(self):
        self.assertEqual(self.tree.levels(), [[50], [30, 70], [20, 40, 60, 80]])

    def test_contains(self):
        self.assertIn(60, self.tree)
        self.assertNotIn(65, self.tree)

    def test_a_value_twice(self):
        self.assertFalse(self.tree.insert(40))
        self.assertTrue(self.tree.insert(45))
        self.assertEqual(len(self.tree), 8)

    def test_smallest_and_largest(self):
        self.assertEqual((self.tree.smallest(), self.tree.largest()), (20, 80))
        self.assertEqual(Tree(5).smallest(), 5)

    def test_parent(self):
        leaf = self.tree.find(60)
        self.assertIs(leaf.parent, self.tree.right)
        self.assertIs(leaf.parent.parent, self.tree)
        self.assertIsNone(self.tree.parent)

    def test_path(self):
        self.assertEqual(self.tree.path_to(40), [50, 30, 40])
        with self.assertRaises(KeyError):
            self.tree.path_to(41)

    def test_walk_with_a_function_of_the_test(self):
        seen = []
        self.tree.walk(lambda node: seen.append((node.value, node.left is None)))
        self.assertEqual(seen[0], (20, True))
        self.assertEqual(len(seen), 7)

    def test_stop_in_the_middle(self):
        nodes = iter(self.tree)
        self.assertEqual([next(nodes), next(nodes)], [20, 30])
        nodes.close()
        self.assertEqual(list(nodes), [])

    def test_mirror_changes_the_tree(self):
        self.tree.mirror()
        self.assertEqual(list(self.tree), [80, 70, 60, 50, 40, 30, 20])
        self.assertEqual(self.tree.left.value, 70)

    def test_as_nested_lists(self):
        small = build([2, 1, 3])
        self.assertEqual(small.nested(), [2, [1, None, None], [3, None, None]])
        self.assertEqual(from_nested(small.nested()), small)

    def test_equal_by_shape(self):
        self.assertEqual(build([2, 1, 3]), build([2, 3, 1]))
        self.assertNotEqual(build([1, 2, 3]), build([2, 1, 3]))


class DepthTest(unittest.TestCase):
    def test_depth(self):
        self.assertEqual(depth(None), 0)
        self.assertEqual(depth(build([1])), 1)
        self.assertEqual(depth(build([1, 2, 3, 4])), 4)

    def test_total_of_a_tree_made_by_the_test(self):
        root = Tree(1)
        root.left = Tree(10)
        root.left.right = Tree(100)
        self.assertEqual(total(root), 111)
        self.assertEqual(total(None), 0)

    def test_total_of_nested_tuples(self):
        self.assertEqual(total((1, (2, None, None), (3, (4, None, None), None))), 10)

    def test_is_search_tree(self):
        self.assertTrue(is_search_tree(build([5, 2, 8, 1, 9])))
        broken = build([5, 2, 8])
        broken.left.right = Tree(7)
        self.assertFalse(is_search_tree(broken))

    def test_random_values(self):
        values = random.Random(7).sample(range(1000), 60)
        tree = build(values)
        self.assertEqual(list(tree), sorted(values))
        self.assertTrue(is_search_tree(tree))


class LeafTest(unittest.TestCase):
    def test_one_leaf_for_all(self):
        self.assertIs(Leaf(), Leaf())
        self.assertFalse(Leaf())
        self.assertEqual(list(Leaf()), [])


if __name__ == "__main__":
    unittest.main()
