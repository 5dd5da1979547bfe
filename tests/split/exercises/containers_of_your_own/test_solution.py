import unittest

from collections.abc import Container, Iterable, Mapping, Sequence, Sized

from solution import Bag, Board, Dictionary, Phrase


class BagTest(unittest.TestCase):
    def setUp(self):
        self.bag = Bag(["pen", "book", "pen"])

    def test_length(self):
        self.assertEqual(len(self.bag), 3)
        self.assertEqual(len(Bag()), 0)

    def test_contains(self):
        self.assertIn("pen", self.bag)
        self.assertNotIn("cup", self.bag)

    def test_iteration(self):
        self.assertEqual(list(self.bag), ["pen", "book", "pen"])
        self.assertEqual(sorted(self.bag), ["book", "pen", "pen"])
        self.assertEqual([word.upper() for word in self.bag], ["PEN", "BOOK", "PEN"])

    def test_two_loops_at_once(self):
        pairs = [(a, b) for a in self.bag for b in self.bag]
        self.assertEqual(len(pairs), 9)

    def test_truth(self):
        self.assertTrue(self.bag)
        self.assertFalse(Bag())

    def test_unpack(self):
        first, *rest = self.bag
        self.assertEqual((first, rest), ("pen", ["book", "pen"]))

    def test_zip_enumerate_and_join(self):
        self.assertEqual(list(enumerate(self.bag, 1))[1], (2, "book"))
        self.assertEqual(dict(zip("abc", self.bag)), {"a": "pen", "b": "book", "c": "pen"})
        self.assertEqual("-".join(self.bag), "pen-book-pen")

    def test_add_two_bags(self):
        both = self.bag + Bag(["cup"])
        self.assertEqual(list(both), ["pen", "book", "pen", "cup"])
        self.assertEqual(len(self.bag), 3)

    def test_add_in_place(self):
        same = self.bag
        self.bag += ["cup"]
        self.assertIs(self.bag, same)
        self.assertEqual(len(same), 4)

    def test_repeat(self):
        self.assertEqual(list(Bag(["a"]) * 3), ["a", "a", "a"])


class BoardTest(unittest.TestCase):
    def setUp(self):
        self.board = Board(3)

    def test_get_and_set(self):
        self.board[0, 2] = "X"
        self.assertEqual(self.board[0, 2], "X")
        self.assertEqual(self.board[1, 1], " ")

    def test_outside(self):
        with self.assertRaises(IndexError):
            self.board[3, 0]
        with self.assertRaises(IndexError):
            self.board[0, 3] = "X"

    def test_negative_places_are_outside(self):
        with self.assertRaisesRegex(IndexError, "-1"):
            self.board[-1, 0]

    def test_rows(self):
        self.board[1, 0] = "O"
        self.assertEqual([list(row) for row in self.board], [[" "] * 3, ["O", " ", " "], [" "] * 3])

    def test_rows_are_independent(self):
        self.board[0, 0] = "X"
        self.assertEqual(self.board[1, 0], " ")

    def test_delete(self):
        self.board[0, 0] = "X"
        del self.board[0, 0]
        self.assertEqual(self.board[0, 0], " ")

    def test_contains(self):
        self.assertNotIn("X", self.board)
        self.board[2, 2] = "X"
        self.assertIn("X", self.board)


class DictionaryTest(unittest.TestCase):
    def setUp(self):
        self.words = Dictionary({"Book": "thing to read"})

    def test_keys_without_case(self):
        self.assertEqual(self.words["book"], "thing to read")
        self.assertEqual(self.words["BOOK"], "thing to read")
        self.assertIn("bOOk", self.words)

    def test_missing(self):
        with self.assertRaises(KeyError) as caught:
            self.words["pen"]
        self.assertEqual(caught.exception.args[0], "pen")
        self.assertEqual(self.words.get("pen", "?"), "?")

    def test_set_and_delete(self):
        self.words["Pen"] = "thing to write"
        self.assertEqual(sorted(self.words), ["book", "pen"])
        del self.words["PEN"]
        self.assertEqual(len(self.words), 1)

    def test_methods_from_the_base_class(self):
        self.words.update({"CUP": "thing to drink from"})
        self.assertEqual(list(self.words.items())[1], ("cup", "thing to drink from"))
        self.assertEqual(self.words.pop("book"), "thing to read")
        self.assertEqual(dict(self.words), {"cup": "thing to drink from"})

    def test_setdefault(self):
        self.assertEqual(self.words.setdefault("BOOK", "?"), "thing to read")


class KindsTest(unittest.TestCase):
    def test_kinds(self):
        self.assertIsInstance(Bag(), Sized)
        self.assertIsInstance(Bag(), Iterable)
        self.assertIsInstance(Board(1), Container)
        self.assertNotIsInstance(Board(1), Sized)
        self.assertNotIsInstance(Bag(), Sequence)
        self.assertIsInstance(Dictionary(), Mapping)
        self.assertTrue(issubclass(Phrase, Sequence))


class PhraseTest(unittest.TestCase):
    def test_only_get_item(self):
        phrase = Phrase("one two three")
        self.assertEqual(list(phrase), ["one", "two", "three"])
        self.assertIn("two", phrase)
        self.assertEqual(phrase[-1], "three")

    def test_reversed_and_index(self):
        phrase = Phrase("a b c b")
        self.assertEqual(list(reversed(phrase)), ["b", "c", "b", "a"])
        self.assertEqual(phrase.index("b"), 1)
        self.assertEqual(phrase.count("b"), 2)


if __name__ == "__main__":
    unittest.main()
