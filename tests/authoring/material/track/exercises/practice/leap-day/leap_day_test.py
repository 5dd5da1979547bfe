import unittest

from leap_day import has_leap_day


class LeapDayTest(unittest.TestCase):
    def test_years(self):
        self.assertIs(has_leap_day(2024), True)
        self.assertIs(has_leap_day(1900), False)
        self.assertIs(has_leap_day(2000), True)

    def test_no_year(self):
        with self.assertRaises(ValueError) as err:
            has_leap_day(0)
        self.assertEqual(type(err.exception), ValueError)
        self.assertEqual(err.exception.args[0], "no such year")
