import math
import unittest

from solution import Matrix, Vector


class VectorTest(unittest.TestCase):
    def setUp(self):
        self.v = Vector(1, 2)
        self.w = Vector(3, -4)

    def test_equality(self):
        self.assertEqual(self.v, Vector(1, 2))
        self.assertNotEqual(self.v, self.w)
        self.assertNotEqual(self.v, (1, 2))
        self.assertFalse(self.v == "Vector(1, 2)")

    def test_sum(self):
        self.assertEqual(self.v + self.w, Vector(4, -2))
        self.assertEqual((self.v.x, self.w.x), (1, 3))

    def test_difference_and_sign(self):
        self.assertEqual(self.v - self.w, Vector(-2, 6))
        self.assertEqual(-self.v, Vector(-1, -2))
        self.assertEqual(-(-self.v), self.v)

    def test_times_a_number(self):
        self.assertEqual(self.v * 3, Vector(3, 6))
        self.assertEqual(3 * self.v, Vector(3, 6))
        self.assertEqual(0.5 * self.w, Vector(1.5, -2.0))
        self.assertEqual(self.w / 2, Vector(1.5, -2.0))

    def test_times_a_text(self):
        with self.assertRaises(TypeError):
            self.v * "2"
        with self.assertRaises(TypeError):
            "2" * self.v

    def test_sum_of_many(self):
        self.assertEqual(sum([self.v, self.w, self.v]), Vector(5, 0))
        self.assertEqual(sum([self.w], self.v), Vector(4, -2))

    def test_a_number_cannot_be_added(self):
        with self.assertRaises(TypeError):
            self.v + 1
        with self.assertRaises(TypeError):
            1 + self.v

    def test_in_place(self):
        before = self.v
        self.v += self.w
        self.assertEqual(self.v, Vector(4, -2))
        self.assertEqual(before, Vector(1, 2))
        self.v *= 2
        self.assertEqual(self.v, Vector(8, -4))

    def test_scalar_product(self):
        self.assertEqual(self.v @ self.w, -5)
        self.assertEqual(self.v @ Vector(2, -1), 0)

    def test_length(self):
        self.assertEqual(abs(self.w), 5.0)
        self.assertAlmostEqual(abs(self.v), math.sqrt(5))
        self.assertAlmostEqual(abs(self.v / abs(self.v)), 1)

    def test_truth(self):
        self.assertTrue(self.v)
        self.assertFalse(Vector(0, 0))
        self.assertFalse(self.v - self.v)

    def test_unpacking(self):
        x, y = self.v
        self.assertEqual([x, y], [1, 2])
        self.assertEqual(tuple(self.w), (3, -4))
        self.assertEqual(math.hypot(*self.w), 5)
        self.assertEqual(max(self.w), 3)

    def test_places(self):
        self.assertEqual(self.w[0], 3)
        self.assertEqual(self.w[-1], -4)
        with self.assertRaises(IndexError):
            self.w[2]

    def test_round(self):
        self.assertEqual(round(Vector(1.26, 3.99), 1), Vector(1.3, 4.0))

    def test_text(self):
        self.assertEqual(repr(self.w), "Vector(3, -4)")
        self.assertEqual(f"{self.v}", "Vector(1, 2)")

    def test_in_sets_and_dictionaries(self):
        self.assertEqual(len({self.v, Vector(1, 2), self.w}), 2)
        names = {self.v: "v"}
        self.assertEqual(names[Vector(1, 2)], "v")
        self.assertIn(Vector(3, -4), [self.v, self.w])
        self.assertEqual([self.v, self.w].index(Vector(3, -4)), 1)

    def test_many_at_once(self):
        self.assertEqual([self.v * n for n in range(3)], [Vector(0, 0), Vector(1, 2), Vector(2, 4)])
        self.assertEqual({"a": self.v}, {"a": Vector(1, 2)})


class MatrixTest(unittest.TestCase):
    def setUp(self):
        self.turn = Matrix([[0, -1], [1, 0]])

    def test_places(self):
        self.assertEqual(self.turn[0, 1], -1)
        self.turn[0, 1] = 7
        self.assertEqual(self.turn.rows, [[0, 7], [1, 0]])

    def test_the_given_rows_stay(self):
        rows = [[1, 2], [3, 4]]
        Matrix(rows)[0, 0] = 9
        self.assertEqual(rows, [[1, 2], [3, 4]])

    def test_product(self):
        product = Matrix([[1, 2, 3]]) @ Matrix([[1], [10], [100]])
        self.assertIsInstance(product, Matrix)
        self.assertEqual(product.rows, [[321]])

    def test_times_a_vector(self):
        self.assertEqual(self.turn @ Vector(1, 0), Vector(0, 1))

    def test_power(self):
        self.assertEqual((self.turn**4).rows, [[1, 0], [0, 1]])
        self.assertEqual((self.turn**0).rows, [[1, 0], [0, 1]])

    def test_product_in_place(self):
        same = self.turn
        self.turn @= Matrix([[2, 0], [0, 2]])
        self.assertIs(self.turn, same)
        self.assertEqual(same.rows, [[0, -2], [2, 0]])
