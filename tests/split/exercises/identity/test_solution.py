import unittest

from solution import MISSING, Cache, Node, Registry, first, instance, without_empty


class IdentityTest(unittest.TestCase):
    def test_instance_is_always_the_same(self):
        self.assertIs(instance(), instance())

    def test_missing_is_one_object(self):
        self.assertIs(first([]), MISSING)
        self.assertIsNot(first([None]), MISSING)
        self.assertIsNone(first([None]))

    def test_first_gives_back_the_very_element(self):
        element = [1, 2]
        self.assertIs(first([element, [1, 2]]), element)

    def test_the_same_list_when_nothing_is_empty(self):
        words = ["a", "b"]
        self.assertIs(without_empty(words), words)

    def test_a_new_list_otherwise(self):
        words = ["a", "", "b"]
        result = without_empty(words)
        self.assertIsNot(result, words)
        self.assertEqual(result, ["a", "b"])
        self.assertEqual(words, ["a", "", "b"])


class NodeTest(unittest.TestCase):
    def test_parents_and_children(self):
        root = Node("root")
        leaf = root.add("leaf")
        self.assertIs(leaf.parent, root)
        self.assertIs(root.children[0], leaf)
        self.assertIsNone(root.parent)

    def test_root_from_far_below(self):
        root = Node("root")
        node = root
        for name in "abcd":
            node = node.add(name)
        self.assertIs(node.root(), root)
        self.assertIsNot(node, root)

    def test_equal_names_are_not_the_same_node(self):
        self.assertIsNot(Node("x"), Node("x"))
        self.assertNotEqual(Node("x"), Node("x"))

    def test_chaining(self):
        node = Node("x")
        self.assertIs(node.rename("y").rename("z"), node)
        self.assertEqual(node.name, "z")


class KeptTest(unittest.TestCase):
    def test_cache_answers_with_the_same_list(self):
        cache = Cache()
        self.assertIs(cache.squares(4), cache.squares(4))
        self.assertEqual(cache.squares(4), [0, 1, 4, 9])
        self.assertIsNot(cache.squares(3), cache.squares(4))

    def test_changes_of_the_cached_list_stay(self):
        cache = Cache()
        cache.squares(2).append("mine")
        self.assertEqual(cache.squares(2), [0, 1, "mine"])

    def test_registry_holds_objects_of_the_test(self):
        class Plugin:
            pass

        plugin, other = Plugin(), Plugin()
        registry = Registry()
        registry.register("a", plugin)
        registry.register("b", other)
        self.assertIs(registry.get("a"), plugin)
        self.assertIsNot(registry.get("b"), plugin)
        self.assertIn(plugin, registry.all())
        self.assertIs(registry.all()[1], other)
