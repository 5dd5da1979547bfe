import unittest

from bus_seats import free


class BusSeatsTest(unittest.TestCase):
    def test_an_empty_bus(self):
        self.assertEqual(free([None, None]), 2)

    def test_a_full_bus(self):
        self.assertEqual(free(["Amal", "Olena"]), 0)
