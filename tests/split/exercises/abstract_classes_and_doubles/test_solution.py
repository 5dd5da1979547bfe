import inspect
import unittest
from abc import ABC
from unittest.mock import MagicMock, Mock, call

from solution import Disc, Dog, Library, Shape, Speaker, Square, Stone, chorus, total_area


class ShapeTest(unittest.TestCase):
    def test_it_is_abstract(self):
        self.assertTrue(inspect.isabstract(Shape))
        self.assertFalse(inspect.isabstract(Square))
        self.assertTrue(issubclass(Shape, ABC))

    def test_no_shape_without_more(self):
        with self.assertRaisesRegex(TypeError, "abstract"):
            Shape()

    def test_shapes(self):
        self.assertEqual(Square(3).area(), 9)
        self.assertAlmostEqual(Disc(2).area(), 12.566, places=2)
        self.assertIsInstance(Square(1), Shape)
        self.assertIsInstance(Disc(1), ABC)

    def test_describe(self):
        self.assertEqual(Square(2).describe(), "square: 4.0 cm²")
        self.assertEqual(Disc(1).describe(), "disc: 3.1 cm²")

    def test_a_shape_of_the_test(self):
        class Dot(Shape):
            name = "dot"
            unit = "mm"

            def area(self):
                return 0.01

        self.assertEqual(Dot().describe(), "dot: 0.0 mm²")
        self.assertAlmostEqual(total_area([Dot(), Square(1)]), 1.01)

    def test_half_a_shape(self):
        class Half(Shape):
            def area(self):
                return 1

        with self.assertRaises(TypeError):
            Half()

    def test_what_is_missing(self):
        self.assertEqual(Shape.__abstractmethods__, {"area", "name"})

    def test_any_object_with_an_area(self):
        class Field:
            def area(self):
                return 100

        self.assertEqual(total_area([Field(), Mock(area=Mock(return_value=5))]), 105)
        with self.assertRaises(AttributeError):
            total_area([Field(), "square"])


class SpeakerTest(unittest.TestCase):
    def test_the_protocol(self):
        self.assertIsInstance(Dog(), Speaker)
        self.assertNotIsInstance(Stone(), Speaker)
        self.assertTrue(issubclass(Dog, Speaker))

    def test_objects_of_the_test(self):
        class Cat:
            def speak(self):
                return "mew"

        class Fish:
            pass

        self.assertEqual(chorus([Dog(), Cat(), Fish(), Stone()]), "wuff mew")

    def test_nobody(self):
        self.assertEqual(chorus([]), "")


class FakeStore:
    def __init__(self, **books):
        self.books = books
        self.saved = []

    def load(self, key):
        return self.books.get(key)

    def save(self, key, value):
        self.saved.append(key)
        self.books[key] = value

    def __len__(self):
        return len(self.books)

    def __iter__(self):
        return iter(self.books)

    def __contains__(self, key):
        return key in self.books

    def __getitem__(self, key):
        return self.books[key]


class LibraryTest(unittest.TestCase):
    def test_lend(self):
        store = FakeStore()
        self.assertIs(Library(store).lend("Emma", "Ada"), True)
        self.assertEqual(store.books, {"Emma": "Ada"})

    def test_not_twice(self):
        store = FakeStore(Emma="Olena")
        self.assertIs(Library(store).lend("Emma", "Ada"), False)
        self.assertEqual(store.saved, [])
        self.assertEqual(store.books["Emma"], "Olena")

    def test_operators_of_the_store(self):
        library = Library(FakeStore(Emma="Olena", Dune="Yusuf"))
        self.assertEqual(library.size(), 2)
        self.assertEqual(library.titles(), ["Dune", "Emma"])
        self.assertEqual(library.who_has("Dune"), "Yusuf")
        self.assertEqual(library.who_has("Ulysses"), "nobody")

    def test_a_dictionary_is_a_store(self):
        self.assertEqual(Library({"b": 1, "a": 2}).titles(), ["a", "b"])

    def test_with_a_mock(self):
        store = Mock(spec=["load", "save"])
        store.load.return_value = None
        self.assertTrue(Library(store).lend("Emma", "Ada"))
        self.assertEqual(store.mock_calls, [call.load("Emma"), call.save("Emma", "Ada")])
        with self.assertRaises(AttributeError):
            store.remove

    def test_with_a_magic_mock(self):
        store = MagicMock()
        store.__len__.return_value = 7
        store.__contains__.return_value = True
        store.__getitem__.side_effect = lambda title: title.upper()
        library = Library(store)
        self.assertEqual(library.size(), 7)
        self.assertEqual(library.who_has("emma"), "EMMA")
        store.__getitem__.assert_called_once_with("emma")

    def test_a_broken_store(self):
        store = Mock()
        store.load.side_effect = OSError("disk")
        with self.assertRaisesRegex(OSError, "disk"):
            Library(store).lend("Emma", "Ada")
        store.save.assert_not_called()


if __name__ == "__main__":
    unittest.main()
