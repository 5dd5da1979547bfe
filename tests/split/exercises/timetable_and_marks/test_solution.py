import json
import statistics
import unittest
from collections import defaultdict

from solution import (
    Student,
    Timetable,
    add_mark,
    average_by_course,
    best_students,
    busy_days,
    clashes,
    group_by,
    letter,
    pivot,
    ranking,
    summary,
    to_json,
)

MARKS = {
    "Amal": {"maths": [90, 80], "art": [70]},
    "Olena": {"maths": [60], "art": [100, 90, 95]},
    "Yusuf": {"maths": [], "art": [50]},
}


class MarksTest(unittest.TestCase):
    def setUp(self):
        self.marks = json.loads(json.dumps(MARKS))

    def test_average(self):
        averages = average_by_course(self.marks)
        self.assertEqual(averages["art"], statistics.mean([70, 100, 90, 95, 50]))
        self.assertAlmostEqual(averages["maths"], 76.6667, places=4)

    def test_a_course_without_marks(self):
        self.assertEqual(average_by_course({"A": {"art": []}}), {"art": None})
        self.assertEqual(average_by_course({}), {})

    def test_add_mark_changes_the_dictionary(self):
        inner = self.marks["Yusuf"]
        add_mark(self.marks, "Yusuf", "maths", 75)
        self.assertEqual(inner["maths"], [75])
        add_mark(self.marks, "Sara", "music", 88)
        self.assertEqual(self.marks["Sara"], {"music": [88]})

    def test_add_mark_refuses(self):
        for mark in (-1, 101, "90", None, True):
            with self.subTest(mark=mark), self.assertRaises((TypeError, ValueError)):
                add_mark(self.marks, "Amal", "art", mark)
        self.assertEqual(self.marks, MARKS)

    def test_best_students(self):
        self.assertEqual(best_students(self.marks, "art"), {"Olena"})
        self.assertEqual(best_students({"A": {"x": [5]}, "B": {"x": [5]}}, "x"), {"A", "B"})
        self.assertEqual(best_students(self.marks, "sport"), set())

    def test_ranking(self):
        self.assertEqual(ranking(self.marks), [("Olena", 86.25), ("Amal", 80.0), ("Yusuf", 50.0)])

    def test_ranking_of_equals_by_name(self):
        self.assertEqual([name for name, _ in ranking({"B": {"x": [1]}, "A": {"x": [1]}})], ["A", "B"])

    def test_pivot(self):
        turned = pivot(self.marks)
        self.assertEqual(turned["maths"]["Amal"], [90, 80])
        self.assertEqual(list(turned), ["maths", "art"])
        turned["art"]["Amal"].append(1)
        self.assertEqual(self.marks["Amal"]["art"], [70])

    def test_letters(self):
        self.assertEqual([letter(mark) for mark in (100, 90, 89.9, 70, 0)], list("AABCF"))

    def test_summary(self):
        self.assertEqual(summary([4, 1, 3]), {"count": 3, "smallest": 1, "largest": 4, "middle": 3})
        self.assertIsNone(summary([]))

    def test_json(self):
        text = to_json(self.marks)
        self.assertEqual(json.loads(text), MARKS)
        self.assertLess(text.index("Amal"), text.index("Olena"))
        self.assertIn("\n  ", text)

    def test_json_of_objects(self):
        self.assertEqual(json.loads(to_json([Student("Amal", {"a"})])), [{"name": "Amal", "courses": ["a"]}])
        with self.assertRaises(TypeError):
            to_json(object())


class GroupTest(unittest.TestCase):
    def test_by_a_function_of_the_test(self):
        groups = group_by(["tea", "salt", "rice"], len)
        self.assertEqual(groups, {3: ["tea"], 4: ["salt", "rice"]})
        self.assertIsInstance(groups, dict)
        self.assertNotIsInstance(groups, defaultdict)

    def test_by_several_things(self):
        groups = group_by(range(6), lambda number: (number % 2, number > 2))
        self.assertEqual(groups[1, True], [3, 5])

    def test_students_by_their_name(self):
        amal, olena = Student("Amal", {"art"}), Student("Olena", {"art", "maths"})
        groups = group_by([amal, olena], lambda student: len(student.courses))
        self.assertIs(groups[2][0], olena)


class TimetableTest(unittest.TestCase):
    def setUp(self):
        self.table = Timetable()
        self.table.add("Monday", 9, "maths")
        self.table.add("Monday", 11, "art", hours=2)
        self.table.add("Friday", 9, "maths")

    def test_at(self):
        self.assertEqual(self.table["Monday", 9], "maths")
        self.assertEqual(self.table["Monday", 12], "art")
        self.assertIsNone(self.table["Monday", 10])
        self.assertIsNone(self.table["Sunday", 10])

    def test_no_two_lessons_at_once(self):
        with self.assertRaises(ValueError) as caught:
            self.table.add("Monday", 10, "music", hours=2)
        self.assertIn("art", str(caught.exception))
        self.assertIsNone(self.table["Monday", 10])

    def test_hours(self):
        self.assertEqual(self.table.hours(), {"maths": 2, "art": 2})

    def test_days_in_order_of_the_week(self):
        self.table.add("Tuesday", 8, "music")
        self.assertEqual(list(self.table), ["Monday", "Tuesday", "Friday"])

    def test_busy_days(self):
        self.assertEqual(busy_days(self.table, at_least=2), ["Monday"])
        self.assertEqual(busy_days(self.table, at_least=9), [])

    def test_clashes(self):
        other = Timetable()
        other.add("Monday", 12, "sport")
        other.add("Friday", 10, "sport")
        self.assertEqual(clashes(self.table, other), [("Monday", 12, "art", "sport")])
        self.assertEqual(clashes(self.table, Timetable()), [])


if __name__ == "__main__":
    unittest.main()
