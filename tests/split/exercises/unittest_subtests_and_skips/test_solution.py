import sys
import unittest

import solution
from solution import is_leap_year, plural, roman, validate

try:
    from solution import pinyin
except ImportError:
    pinyin = None


class RomanTest(unittest.TestCase):
    def test_small_numbers(self):
        for number, expected in enumerate(["I", "II", "III", "IV", "V", "VI"], 1):
            with self.subTest(number=number):
                self.assertEqual(roman(number), expected)

    def test_large_numbers(self):
        cases = {"XL": 40, "XC": 90, "CD": 400, "MMXXIV": 2024, "MCMXCIV": 1994}
        for expected, number in cases.items():
            with self.subTest(expected, number=number):
                self.assertEqual(roman(number), expected)

    def test_out_of_range(self):
        for number in (0, -1, 4000):
            with self.subTest(number=number), self.assertRaises(ValueError):
                roman(number)


class LeapYearTest(unittest.TestCase):
    def test_years(self):
        for year, expected in ((2024, True), (2023, False), (1900, False), (2000, True)):
            with self.subTest(msg=f"the year {year}"):
                self.assertIs(is_leap_year(year), expected)

    def test_nested_sub_tests(self):
        for century in (1600, 1700):
            with self.subTest(century=century):
                for year in (century + 4, century + 96):
                    with self.subTest(year=year):
                        self.assertTrue(is_leap_year(year))


class PluralTest(unittest.TestCase):
    words = (("book", "books"), ("box", "boxes"), ("baby", "babies"), ("day", "days"))

    def test_plural(self):
        for one, many in self.words:
            with self.subTest(one):
                self.assertEqual(plural(one), many)

    @unittest.skip("irregular words come later")
    def test_irregular(self):
        self.assertEqual(plural("child"), "children")

    @unittest.expectedFailure
    def test_known_to_be_wrong(self):
        self.assertEqual(plural("child"), "children")

    @unittest.skipIf(sys.platform == "win32", "not on this system")
    def test_nothing(self):
        self.assertEqual(plural(""), "")

    @unittest.skipUnless(hasattr(solution, "roman"), "needs roman")
    def test_together(self):
        self.assertEqual(f"{roman(2)} {plural('book')}", "II books")


@unittest.skipUnless(pinyin, "the function is optional")
class OptionalTest(unittest.TestCase):
    def test_optional(self):
        self.assertEqual(pinyin("x"), "x")


class ValidateTest(unittest.TestCase):
    def test_skip_inside(self):
        if not hasattr(solution, "strict_validate"):
            self.skipTest("strict_validate is optional")
        self.assertFalse(solution.strict_validate(""))

    def test_all_rules(self):
        cases = [("abc", ["too short", "no digit"]), ("abcdefgh", ["no digit"]), ("abcdefg1", [])]
        for text, problems in cases:
            with self.subTest(text=text, problems=problems):
                self.assertListEqual(validate(text), problems)

    def test_fail_by_hand(self):
        for text in ("password1", "12345678"):
            if validate(text):
                self.fail(f"{text} keeps every rule")

    def test_the_list_is_new_each_time(self):
        validate("").append("more")
        self.assertEqual(len(validate("")), 2)


if __name__ == "__main__":
    unittest.main()
