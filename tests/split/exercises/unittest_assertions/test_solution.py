import logging
import unittest
import warnings
from unittest.mock import patch

import solution
from solution import (
    Thermometer,
    cheapest,
    colours,
    describe,
    merge,
    old_name,
    report,
    shuffle_fairly,
    split_names,
)


class ValuesTest(unittest.TestCase):
    maxDiff = None

    def test_count_equal(self):
        self.assertCountEqual(colours("red and blue and red"), ["blue", "red"])
        self.assertCountEqual(shuffle_fairly([1, 2, 2, 3]), [2, 3, 1, 2])

    def test_dictionaries(self):
        self.assertDictEqual(merge({"a": 1}, {"b": 2}), {"a": 1, "b": 2})
        self.assertDictEqual(merge({}, {}), {})

    def test_a_part_of_a_dictionary(self):
        result = merge({"a": 1, "b": 2}, {"b": 3})
        self.assertLessEqual({"b": 3}.items(), result.items())
        self.assertEqual(result.keys(), {"a", "b"})

    def test_lists_and_tuples(self):
        self.assertListEqual(split_names("Amal, Olena"), ["Amal", "Olena"])
        self.assertTupleEqual(cheapest({"tea": 3, "salt": 1}), ("salt", 1))
        self.assertSequenceEqual(cheapest({"tea": 3}), ["tea", 3])

    def test_sets(self):
        self.assertSetEqual(colours("green"), {"green"})
        self.assertEqual(colours(""), set())

    def test_text_of_several_lines(self):
        self.assertMultiLineEqual(describe({"b": 2, "a": 1}), "a: 1\nb: 2\n")

    def test_regular_expressions(self):
        self.assertRegex(describe({"a": 1}), r"^a: \d")
        self.assertNotRegex(describe({}), r"\w")

    def test_membership(self):
        self.assertIn("red", colours("red"))
        self.assertNotIn("and", colours("red and blue"))

    def test_empty_names(self):
        self.assertFalse(split_names(""))
        self.assertIsNone(cheapest({}))


class ThermometerTest(unittest.TestCase):
    def setUp(self):
        self.thermometer = Thermometer(20)

    def test_almost_equal(self):
        self.assertAlmostEqual(self.thermometer.fahrenheit, 68.0)
        self.thermometer.celsius = 36.6
        self.assertAlmostEqual(self.thermometer.fahrenheit, 97.88, places=3)
        self.assertNotAlmostEqual(self.thermometer.fahrenheit, 97.9)

    def test_delta(self):
        self.thermometer.fahrenheit = 100
        self.assertAlmostEqual(self.thermometer.celsius, 37.8, delta=0.05)

    def test_order(self):
        self.assertGreater(self.thermometer.fahrenheit, self.thermometer.celsius)
        self.assertGreaterEqual(self.thermometer.celsius, 20)
        self.assertLess(Thermometer(-50).fahrenheit, -50 + 15)

    def test_kinds(self):
        self.assertIsInstance(self.thermometer, Thermometer)
        self.assertNotIsInstance(self.thermometer.fahrenheit, int)
        self.assertIsNot(self.thermometer, Thermometer(20))

    def test_attribute(self):
        self.assertTrue(hasattr(self.thermometer, "celsius"))
        self.assertFalse(hasattr(self.thermometer, "kelvin"))


class LogsTest(unittest.TestCase):
    def test_logs(self):
        with self.assertLogs("weather", level="INFO") as logs:
            report([3, 41])
        self.assertEqual(logs.output, ["INFO:weather:2 values", "WARNING:weather:41 is hot"])
        self.assertEqual(logs.records[1].levelname, "WARNING")

    def test_logs_by_the_logger(self):
        with self.assertLogs(solution.logger, logging.WARNING) as logs:
            report([45])
        self.assertEqual(len(logs.records), 1)

    def test_no_logs(self):
        with self.assertNoLogs("weather", level="WARNING"):
            report([1, 2])

    def test_below_the_level(self):
        with self.assertRaises(AssertionError), self.assertLogs("weather", level="ERROR"):
            report([50])

    def test_logger_replaced(self):
        with patch.object(solution.logger, "warning") as warning:
            report([41, 42])
        self.assertEqual(warning.call_count, 2)
        with self.assertLogs("weather", level="WARNING"):
            report([43])


class WarningsTest(unittest.TestCase):
    def test_warning(self):
        with self.assertWarns(DeprecationWarning) as caught:
            self.assertEqual(old_name(2), 4)
        self.assertIn("new name", str(caught.warning))

    def test_warning_text(self):
        with self.assertWarnsRegex(DeprecationWarning, "use double"):
            old_name(1)

    def test_no_warning(self):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            self.assertEqual(solution.double(4), 8)

    def test_messages_of_the_author(self):
        self.assertEqual(solution.double(0), 0, "twice nothing is nothing")
        self.assertTrue(solution.double(True) == 2, msg="works for bool")


if __name__ == "__main__":
    unittest.main()
