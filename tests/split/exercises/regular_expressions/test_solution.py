import re
import unittest

import solution
from solution import (
    all_times,
    find_time,
    first_match,
    hide_numbers,
    is_name,
    parse_line,
    positions,
    replace_all,
    split_words,
    swap,
    tokens,
)


class MatchTest(unittest.TestCase):
    def test_the_match(self):
        match = find_time("We meet at 14:05 or later")
        self.assertEqual(match.group(), "14:05")
        self.assertEqual(match.group("hour"), "14")
        self.assertEqual(match["minute"], "05")
        self.assertEqual(match.groups(), ("14", "05"))
        self.assertEqual(match.groupdict(), {"hour": "14", "minute": "05"})

    def test_where(self):
        match = find_time("at 9:30")
        self.assertEqual(match.start(), 3)
        self.assertEqual(match.span("minute"), (5, 7))
        self.assertEqual(match.string, "at 9:30")

    def test_it_is_a_match(self):
        self.assertIsInstance(find_time("9:30"), re.Match)
        self.assertTrue(find_time("9:30"))
        self.assertIsNone(find_time("no time"))

    def test_the_pattern(self):
        self.assertIsInstance(solution.TIME, re.Pattern)
        self.assertEqual(solution.TIME.groups, 2)
        self.assertTrue(solution.TIME.fullmatch("23:59"))
        self.assertIsNone(solution.TIME.fullmatch("24:00"))
        self.assertEqual(dict(solution.TIME.groupindex), {"hour": 1, "minute": 2})

    def test_expand(self):
        self.assertEqual(find_time("8:15").expand(r"\2 past \1"), "15 past 8")

    def test_no_such_group(self):
        with self.assertRaises(IndexError):
            find_time("8:15").group("second")

    def test_regex_of_the_program_in_an_assertion(self):
        self.assertRegex("it is 12:00", solution.TIME)
        self.assertNotRegex("noon", solution.TIME)


class FindTest(unittest.TestCase):
    def test_all_times(self):
        self.assertEqual(all_times("8:15, 9:05 and 99:99"), [("8", "15"), ("9", "05")])

    def test_positions(self):
        self.assertEqual(positions("is", "This is it. IS it?"), [(5, 7), (12, 14)])

    def test_positions_of_signs(self):
        self.assertEqual(positions("a.b", "a.b axb"), [(0, 3)])

    def test_names(self):
        for name in ("Ada", "Jean-Luc", "O'Neil", "Олена", "أمل", "Ada Lovelace"):
            with self.subTest(name=name):
                self.assertTrue(is_name(name))
        for name in ("", "R2D2", "-Ada", "Ada_", "Ada  B"):
            with self.subTest(name=name):
                self.assertFalse(is_name(name))


class ChangeTest(unittest.TestCase):
    def test_hide_numbers(self):
        self.assertEqual(hide_numbers("room 101"), "room ###")
        self.assertEqual(hide_numbers("٣ pens", "x"), "x pens")

    def test_replace_by_a_function_of_the_test(self):
        def double(match):
            return str(int(match.group()) * 2)

        self.assertEqual(replace_all(r"\d+", double, "2 cats, 10 dogs"), "4 cats, 20 dogs")

    def test_the_function_is_given_matches(self):
        seen = []

        def keep(match):
            seen.append((match.group(1), match.start()))
            return match.group(0)

        self.assertEqual(replace_all(r"(\w)\w*", keep, "ab cd"), "ab cd")
        self.assertEqual(seen, [("a", 0), ("c", 3)])

    def test_replace_by_a_text(self):
        self.assertEqual(replace_all(re.compile("A", re.I), "o", "Banana a"), "Bonono o")

    def test_a_wrong_pattern(self):
        with self.assertRaises(re.error):
            replace_all("(", "", "text")

    def test_swap(self):
        self.assertEqual(swap("Lovelace, Ada"), "Ada Lovelace")

    def test_split_words(self):
        self.assertEqual(split_words("One, two -- three!"), ["One", "two", "three"])


class ParseTest(unittest.TestCase):
    def test_a_setting(self):
        self.assertEqual(parse_line("size = 12  # points"), {"key": "size", "value": "12"})
        self.assertEqual(parse_line("  empty="), {"key": "empty", "value": ""})

    def test_no_setting(self):
        with self.assertRaisesRegex(ValueError, r"^not a setting: '# \w+'$"):
            parse_line("# remark")

    def test_tokens(self):
        self.assertEqual(
            list(tokens("3*(x - 10)")),
            [
                ("number", "3"), ("sign", "*"), ("sign", "("), ("word", "x"), ("sign", "-"),
                ("number", "10"), ("sign", ")"),
            ],
        )  # fmt: skip

    def test_first_match(self):
        digits, letters = re.compile(r"\d"), re.compile("[a-z]")
        pattern, match = first_match([digits, letters], "AB c")
        self.assertEqual(pattern, letters)
        self.assertEqual(match.group(), "c")
        self.assertIsNone(first_match([digits], "AB"))


if __name__ == "__main__":
    unittest.main()
