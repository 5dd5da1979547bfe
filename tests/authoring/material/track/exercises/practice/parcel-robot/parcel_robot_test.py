import unittest

from parcel_robot import Empty, Robot


class ParcelRobotTest(unittest.TestCase):
    def setUp(self):
        self.robot = Robot("Rosa")

    def test_a_new_robot(self):
        self.assertEqual(self.robot.name, "Rosa")
        self.assertEqual(self.robot.parcels, [])
        self.assertEqual(repr(self.robot), "Robot('Rosa')")

    def test_load(self):
        for count, parcel in enumerate(("book", "lamp", "tea"), start=1):
            with self.subTest(parcel=parcel):
                self.assertEqual(self.robot.load(parcel), count)

    def test_deliver(self):
        self.robot.load("book")
        self.robot.load("lamp")
        self.assertEqual(self.robot.deliver(), "lamp")
        self.assertEqual(self.robot.parcels, ["book"])

    def test_nothing_to_deliver(self):
        with self.assertRaises(Empty) as raised:
            self.robot.deliver()
        self.assertIsInstance(raised.exception, Empty)
        self.assertEqual(str(raised.exception), "Rosa has no parcel")
