import enum
import unittest

import solution
from solution import Access, Colour, Level, Status, describe, next_status, parse_level


class EnumTest(unittest.TestCase):
    def test_names_and_values(self):
        self.assertEqual(Colour.RED.name, "RED")
        self.assertEqual(Colour.RED.value, "#f00")
        self.assertIsInstance(Colour.RED, Colour)
        self.assertTrue(issubclass(Colour, enum.Enum))

    def test_look_up(self):
        self.assertIs(Colour("#0f0"), Colour.GREEN)
        self.assertIs(Colour["BLUE"], Colour.BLUE)

    def test_unknown(self):
        with self.assertRaises(ValueError):
            Colour("#fff")
        with self.assertRaises(KeyError):
            Colour["WHITE"]

    def test_members_in_order(self):
        self.assertEqual([colour.name for colour in Colour], ["RED", "GREEN", "BLUE"])
        self.assertEqual(list(Colour), [Colour.RED, Colour.GREEN, Colour.BLUE])
        self.assertEqual(len(Colour), 3)
        self.assertIn(Colour.RED, Colour)

    def test_identity_and_equality(self):
        self.assertIs(Colour.RED, solution.Colour.RED)
        self.assertNotEqual(Colour.RED, Colour.BLUE)
        self.assertNotEqual(Colour.RED, "#f00")

    def test_members_as_keys(self):
        prices = {Colour.RED: 5, Colour.BLUE: 7}
        self.assertEqual(prices[Colour("#00f")], 7)
        self.assertEqual(describe(prices), "BLUE 7, RED 5")

    def test_an_alias(self):
        self.assertIs(Colour.LIME, Colour.GREEN)
        self.assertEqual(Colour.LIME.name, "GREEN")
        self.assertEqual(list(Colour.__members__), ["RED", "GREEN", "BLUE", "LIME"])

    def test_a_method_of_members(self):
        self.assertTrue(Colour.RED.is_warm())
        self.assertFalse(Colour.BLUE.is_warm())

    def test_text_of_a_member(self):
        self.assertEqual(str(Colour.RED), "Colour.RED")
        self.assertEqual(repr(Colour.RED), "<Colour.RED: '#f00'>")

    def test_members_cannot_be_changed(self):
        with self.assertRaises(AttributeError):
            Colour.RED.value = "red"


class IntEnumTest(unittest.TestCase):
    def test_levels_are_numbers(self):
        self.assertEqual(Level.LOW, 1)
        self.assertEqual(Level.LOW + 1, Level.MIDDLE)
        self.assertEqual(sum(Level), 6)
        self.assertIsInstance(Level.HIGH, int)

    def test_levels_have_an_order(self):
        self.assertLess(Level.LOW, Level.HIGH)
        self.assertGreater(Level.HIGH, 2)
        self.assertEqual(max(Level), Level.HIGH)
        self.assertEqual(sorted([Level.HIGH, Level.LOW]), [Level.LOW, Level.HIGH])

    def test_a_level_as_a_place_in_a_list(self):
        self.assertEqual(["none", "low", "middle", "high"][Level.MIDDLE], "middle")

    def test_parse_level(self):
        self.assertIs(parse_level("high"), Level.HIGH)
        self.assertIs(parse_level("2"), Level.MIDDLE)
        with self.assertRaises(ValueError):
            parse_level("top")


class FlagTest(unittest.TestCase):
    def test_together(self):
        both = Access.READ | Access.WRITE
        self.assertIn(Access.READ, both)
        self.assertNotIn(Access.RUN, both)
        self.assertEqual(both & Access.READ, Access.READ)
        self.assertEqual(both.value, 3)

    def test_without(self):
        self.assertEqual(Access.ALL & ~Access.RUN, Access.READ | Access.WRITE)
        self.assertEqual(Access.READ ^ Access.READ, Access(0))

    def test_nothing_is_false(self):
        self.assertFalse(Access.READ & Access.RUN)
        self.assertTrue(Access.READ)

    def test_parts(self):
        self.assertEqual(list(Access.READ | Access.RUN), [Access.READ, Access.RUN])


class StrEnumTest(unittest.TestCase):
    def test_a_status_is_a_text(self):
        self.assertEqual(Status.OPEN, "open")
        self.assertEqual(Status.OPEN.upper(), "OPEN")
        self.assertEqual(f"it is {Status.CLOSED}", "it is closed")
        self.assertIsInstance(Status.OPEN, str)

    def test_next_status(self):
        self.assertIs(next_status(Status.OPEN), Status.WAITING)
        self.assertIs(next_status("waiting"), Status.CLOSED)
        self.assertIs(next_status(Status.CLOSED), Status.CLOSED)

    def test_texts_joined(self):
        self.assertEqual(", ".join(Status), "open, waiting, closed")


if __name__ == "__main__":
    unittest.main()
