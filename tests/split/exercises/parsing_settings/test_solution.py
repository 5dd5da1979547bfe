import io
import textwrap
import unittest

from solution import (
    Line,
    ParseError,
    Tokens,
    evaluate,
    find_section,
    parse_duration,
    parse_line,
    parse_settings,
    read_records,
    to_text,
    tokens,
)

TEXT = textwrap.dedent("""
    # how the shop works
    [shop]
    name = Corner Shop
    open = yes
    seats = 12

    [prices]
    tea = 2.50
    tags = hot, sweet ,cheap
    """)


class SettingsTest(unittest.TestCase):
    def test_sections(self):
        settings = parse_settings(TEXT)
        self.assertEqual(list(settings), ["shop", "prices"])
        self.assertDictEqual(settings["shop"], {"name": "Corner Shop", "open": True, "seats": 12})

    def test_types_of_values(self):
        prices = parse_settings(TEXT)["prices"]
        self.assertEqual(prices["tea"], 2.5)
        self.assertEqual(prices["tags"], ["hot", "sweet", "cheap"])

    def test_empty(self):
        self.assertEqual(parse_settings(""), {})
        self.assertEqual(parse_settings("# nothing\n\n"), {})

    def test_there_and_back(self):
        settings = parse_settings(TEXT)
        self.assertEqual(parse_settings(to_text(settings)), settings)

    def test_place_of_an_error(self):
        with self.assertRaises(ParseError) as caught:
            parse_settings("[shop]\nname\n")
        self.assertEqual((caught.exception.line, caught.exception.text), (2, "name"))
        self.assertEqual(str(caught.exception), "line 2: no value for 'name'")

    def test_value_before_a_section(self):
        with self.assertRaisesRegex(ParseError, "^line 1: no section"):
            parse_settings("a = 1")

    def test_key_twice(self):
        with self.assertRaisesRegex(ParseError, "line 3.*twice"):
            parse_settings("[a]\nx = 1\nx = 2")

    def test_find_section(self):
        self.assertEqual(find_section(TEXT, "shop").span(), (22, 28))
        self.assertEqual(find_section(TEXT, "prices").group(1), "prices")
        self.assertIsNone(find_section(TEXT, "missing"))


class LineTest(unittest.TestCase):
    def test_line(self):
        self.assertEqual(
            parse_line("2024-05-01 WARN disk: almost full"), Line("2024-05-01", "WARN", "disk", "almost full")
        )

    def test_parts_by_name(self):
        line = parse_line("2024-05-01 INFO web: started")
        self.assertEqual(line.level, "INFO")
        self.assertEqual(line._replace(level="WARN").level, "WARN")

    def test_not_a_line(self):
        self.assertIsNone(parse_line("hello"))


class RecordsTest(unittest.TestCase):
    def test_from_a_file_of_the_test(self):
        file = io.StringIO("name;age\nAmal;20\nOlena;31\n")
        self.assertEqual(
            list(read_records(file)), [{"name": "Amal", "age": 20}, {"name": "Olena", "age": 31}]
        )

    def test_lines_are_read_one_by_one(self):
        file = io.StringIO("name;age\nAmal;20\nOlena;old\n")
        records = read_records(file)
        self.assertEqual(next(records), {"name": "Amal", "age": 20})
        with self.assertRaises(ParseError):
            next(records)

    def test_from_a_list(self):
        self.assertEqual(list(read_records(["a;b", "1;x"])), [{"a": 1, "b": "x"}])


class DurationTest(unittest.TestCase):
    def test_durations(self):
        for text, seconds in {"90s": 90, "2m": 120, "1h30m": 5400, "1h0m5s": 3605, "0s": 0}.items():
            with self.subTest(text):
                self.assertEqual(parse_duration(text), seconds)

    def test_bad_durations(self):
        for text in ("", "5", "m5", "5m2h", "1.5h", "5 m"):
            with self.subTest(text), self.assertRaises(ValueError):
                parse_duration(text)


class TokensTest(unittest.TestCase):
    def test_tokens(self):
        self.assertEqual(list(tokens("3+ 4*(2-1)")), ["3", "+", "4", "*", "(", "2", "-", "1", ")"])
        self.assertEqual(list(tokens("12.5/x1")), ["12.5", "/", "x1"])

    def test_unknown_sign(self):
        with self.assertRaises(ParseError) as caught:
            list(tokens("3 $ 4"))
        self.assertEqual(caught.exception.text, "$")

    def test_look_ahead(self):
        stream = Tokens("1 + 2")
        self.assertEqual(stream.peek(), "1")
        self.assertEqual([stream.take(), stream.take()], ["1", "+"])
        self.assertTrue(stream)
        self.assertEqual(stream.take(), "2")
        self.assertFalse(stream)
        self.assertIsNone(stream.peek())


class EvaluateTest(unittest.TestCase):
    def test_values(self):
        cases = {"1+2*3": 7, "(1+2)*3": 9, "10-4-3": 3, "2*(3+(4-1))": 12, "-5+2": -3, "7/2": 3.5}
        for text, expected in cases.items():
            with self.subTest(text):
                self.assertEqual(evaluate(text), expected)

    def test_names(self):
        self.assertEqual(evaluate("price * 2", {"price": 4}), 8)
        with self.assertRaises(NameError):
            evaluate("price", {})

    def test_names_from_a_mapping_of_the_test(self):
        class Prices(dict):
            def __missing__(self, name):
                return len(name)

        self.assertEqual(evaluate("tea + sugar", Prices(tea=10)), 15)

    def test_errors(self):
        for text in ("", "1+", "(1", "1)", "1 2"):
            with self.subTest(text), self.assertRaises(ParseError):
                evaluate(text)

    def test_very_deep(self):
        self.assertEqual(evaluate("(" * 30 + "1" + ")" * 30), 1)


if __name__ == "__main__":
    unittest.main()
