import unittest
from unittest.mock import Mock, patch

from solution import FastRobot, Report, Robot


class RobotTestCase(unittest.TestCase):
    def setUp(self):
        Robot.forget()


class SharedAttributesTest(RobotTestCase):
    def test_count(self):
        Robot("a")
        Robot("b")
        self.assertEqual(Robot.count, 2)

    def test_count_seen_by_instances(self):
        first = Robot("a")
        Robot("b")
        self.assertEqual(first.count, 2)

    def test_the_list_is_shared(self):
        first, second = Robot("a"), Robot("b")
        self.assertEqual(Robot.names, ["a", "b"])
        self.assertIs(first.names, second.names)
        self.assertIs(first.names, Robot.names)

    def test_a_change_for_all(self):
        robot = Robot("a")
        Robot.speed = 10
        try:
            self.assertEqual(robot.move(1).place, 10)
        finally:
            Robot.speed = 1

    def test_a_change_for_one(self):
        one, other = Robot("a"), Robot("b")
        one.speed = 5
        self.assertEqual((one.speed, other.speed, Robot.speed), (5, 1, 1))
        self.assertEqual(one.__dict__["speed"], 5)
        del one.speed
        self.assertEqual(one.speed, 1)

    def test_attributes_of_one(self):
        self.assertEqual(vars(Robot("a")), {"name": "a", "place": 0})

    @patch.object(Robot, "speed", 4)
    def test_patched(self):
        self.assertEqual(Robot("a").move(2).place, 8)


class InheritanceTest(RobotTestCase):
    def test_fast_robot(self):
        robot = FastRobot("z")
        self.assertIsInstance(robot, Robot)
        self.assertTrue(issubclass(FastRobot, Robot))
        self.assertEqual(robot.move(2).describe(), "fast FastRobot z at 6")

    def test_build(self):
        robots = FastRobot.build("a", "b")
        self.assertTrue(all(type(robot) is FastRobot for robot in robots))
        self.assertIs(type(Robot.build("c")[0]), Robot)

    def test_equality(self):
        self.assertEqual(Robot("a"), Robot("a"))
        self.assertNotEqual(Robot("a"), FastRobot("a"))
        self.assertEqual(len({Robot("a"), Robot("a"), Robot("b")}), 2)

    def test_order_of_classes(self):
        self.assertEqual([kind.__name__ for kind in FastRobot.__mro__], ["FastRobot", "Robot", "object"])
        self.assertEqual(FastRobot.__bases__, (Robot,))


class SubclassOfTheTestTest(RobotTestCase):
    def test_an_overridden_method(self):
        class Quiet(Robot):
            def label(self):
                return "someone"

        self.assertEqual(Quiet("a").move(1).describe(), "someone at 1")

    def test_super(self):
        class Polite(FastRobot):
            def label(self):
                return f"dear {super().label()}"

        self.assertEqual(Polite("z").describe(), "dear fast Polite z at 0")

    def test_a_constructor_of_its_own(self):
        class Named(Robot):
            def __init__(self, first, last):
                super().__init__(f"{first} {last}")
                self.first = first

        robot = Named("Ada", "L")
        self.assertEqual(robot.name, "Ada L")
        self.assertEqual(robot.first, "Ada")
        self.assertEqual(Robot.names, ["Ada L"])
        self.assertEqual(Named.build(), [])

    def test_hooks(self):
        class Watched(Robot):
            def __init__(self, name):
                super().__init__(name)
                self.log = []

            def before_move(self, steps):
                self.log.append(("before", self.place, steps))

            def after_move(self):
                self.log.append(("after", self.place))

        robot = Watched("a")
        robot.move(2).move(3)
        self.assertEqual(robot.log, [("before", 0, 2), ("after", 2), ("before", 2, 3), ("after", 5)])

    def test_a_hook_that_refuses(self):
        class Lazy(Robot):
            def before_move(self, steps):
                if steps > 1:
                    raise ValueError("too far")

        robot = Lazy("a")
        with self.assertRaisesRegex(ValueError, "too far"):
            robot.move(2)
        self.assertEqual(robot.move(1).place, 1)

    def test_class_attributes(self):
        class Slow(FastRobot):
            speed = 0.5

        self.assertEqual(Slow("a").move(3).place, 1.5)
        self.assertEqual(FastRobot.speed, 3)

    def test_is_instance(self):
        class Own(Robot):
            pass

        self.assertIsInstance(Own("a"), Robot)
        self.assertNotIsInstance(Robot("a"), Own)
        self.assertEqual(type(Own.build("b")[0]).__name__, "Own")
        self.assertEqual(Own.count, 2)


class ReportTest(unittest.TestCase):
    def test_a_missing_method(self):
        self.assertEqual(Report().head(3), "3 items")
        with self.assertRaises(NotImplementedError):
            Report().make(["a"])

    def test_a_report_of_the_test(self):
        class Numbered(Report):
            def line(self, number, item):
                return f"{number}. {item}"

        self.assertEqual(Numbered().make(["tea", "bread"]), "2 items\n1. tea\n2. bread")

    def test_more_than_one_base(self):
        class Loud:
            def head(self, count):
                return super().head(count).upper()

        class LoudReport(Loud, Report):
            def line(self, number, item):
                return "!" * number

        self.assertEqual(LoudReport().make("ab"), "2 ITEMS\n!\n!!")

    def test_a_patched_method(self):
        with patch.object(Report, "line", Mock(side_effect=lambda number, item: item * number)):
            self.assertEqual(Report().make(["a", "b"]), "2 items\na\nbb")


if __name__ == "__main__":
    unittest.main()
