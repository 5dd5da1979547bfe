import unittest

import solution
from solution import Point, Student, centre, oldest, parse_student


class PointTest(unittest.TestCase):
    def test_fields_by_name_and_by_place(self):
        point = Point(3, 4)
        self.assertEqual(point.x, 3)
        self.assertEqual(point[1], 4)
        self.assertEqual(Point._fields, ("x", "y"))

    def test_a_point_is_a_tuple(self):
        point = Point(3, 4)
        self.assertIsInstance(point, tuple)
        self.assertEqual(point, (3, 4))
        self.assertEqual(len(point), 2)

    def test_unpacking(self):
        x, y = Point(1, 2)
        self.assertEqual((x, y), (1, 2))
        self.assertEqual([*Point(5, 6)], [5, 6])

    def test_defaults_and_names(self):
        self.assertEqual(Point(), Point(0, 0))
        self.assertEqual(Point(y=2), Point(0, 2))
        self.assertEqual(repr(Point(1, y=2)), "Point(x=1, y=2)")

    def test_a_point_never_changes(self):
        point = Point(1, 2)
        with self.assertRaises(AttributeError):
            point.x = 5
        moved = point._replace(x=5)
        self.assertEqual(moved, Point(5, 2))
        self.assertEqual(point.x, 1)

    def test_points_as_keys_and_in_sets(self):
        names = {Point(0, 0): "start", Point(1, 1): "end"}
        self.assertEqual(names[Point(1, 1)], "end")
        self.assertEqual(names[(0, 0)], "start")
        self.assertEqual(len({Point(1, 2), Point(1, 2), Point(2, 1)}), 2)

    def test_points_are_sorted_like_tuples(self):
        points = [Point(2, 1), Point(1, 9), Point(1, 2)]
        self.assertEqual(sorted(points), [Point(1, 2), Point(1, 9), Point(2, 1)])
        self.assertLess(Point(1, 2), Point(1, 3))

    def test_centre(self):
        self.assertEqual(centre([Point(0, 0), Point(4, 2)]), Point(2, 1))
        self.assertIs(type(centre([Point(1, 1)])), Point)


class StudentTest(unittest.TestCase):
    def test_parse(self):
        student = parse_student("Amal;23;maths,biology")
        self.assertEqual(student, Student("Amal", 23, ("maths", "biology")))
        self.assertEqual(student.courses[0], "maths")

    def test_no_courses(self):
        self.assertEqual(parse_student("Omar;31;").courses, ())
        self.assertEqual(Student("Omar", 31).courses, ())

    def test_as_dictionary(self):
        student = Student("Olena", 40, ("art",))
        self.assertEqual(student._asdict(), {"name": "Olena", "age": 40, "courses": ("art",)})

    def test_made_from_a_list(self):
        self.assertEqual(Student._make(["Sara", 19, ()]), Student("Sara", 19))

    def test_method_and_property(self):
        student = Student("Sara", 19, ("art", "music"))
        self.assertTrue(student.takes("music"))
        self.assertFalse(student.takes("maths"))
        self.assertTrue(student.is_adult)

    def test_oldest(self):
        students = [Student("A", 20), Student("B", 35), Student("C", 35)]
        self.assertEqual(oldest(students).name, "B")
        self.assertIs(oldest(students), students[1])

    def test_annotations_of_the_class(self):
        self.assertIs(Student.__annotations__["age"], int)
        self.assertEqual(Student._field_defaults, {"courses": ()})
        self.assertTrue(issubclass(solution.Student, tuple))


if __name__ == "__main__":
    unittest.main()
