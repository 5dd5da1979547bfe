import unittest
from decimal import Decimal
from fractions import Fraction

from solution import average, half, is_even, price, roots, share, sign


class NumberTypesTest(unittest.TestCase):
    def assertExactly(self, value, expected):
        self.assertIs(type(value), type(expected), f"{value!r} is a {type(value).__name__}")
        self.assertEqual(value, expected)

    def test_half_of_an_even_number_is_an_int(self):
        self.assertExactly(half(8), 4)
        self.assertExactly(half(-6), -3)

    def test_half_of_an_odd_number_is_a_float(self):
        self.assertExactly(half(7), 3.5)

    def test_average_is_always_a_float(self):
        self.assertExactly(average([1, 2, 3]), 2.0)
        self.assertAlmostEqual(average([0.1, 0.2]), 0.15)

    def test_is_even_answers_with_a_bool(self):
        self.assertIs(is_even(4), True)
        self.assertIs(is_even(5), False)

    def test_sign_is_an_int_and_no_bool(self):
        self.assertEqual([sign(-3), sign(0), sign(8)], [-1, 0, 1])
        self.assertNotIsInstance(sign(8), bool)

    def test_price_is_a_decimal_with_two_places(self):
        total = price("19.99", 3)
        self.assertExactly(total, Decimal("59.97"))
        self.assertEqual(str(price("2.5", 2)), "5.00")
        self.assertEqual(price(Decimal("0.10"), 3) + Decimal("0.01"), Decimal("0.31"))

    def test_share_is_a_fraction(self):
        self.assertExactly(share(2, 6), Fraction(1, 3))
        self.assertEqual((share(10, 4).numerator, share(10, 4).denominator), (5, 2))
        self.assertEqual(share(1, 2) + Fraction(1, 3), Fraction(5, 6))

    def test_real_roots(self):
        self.assertEqual(roots(1, -3, 2), (1.0, 2.0))
        for root in roots(1, -3, 2):
            self.assertIsInstance(root, float)

    def test_complex_roots(self):
        low, high = roots(1, 0, 4)
        self.assertExactly(low, -2j)
        self.assertExactly(high, 2j)
        self.assertEqual(high.imag, 2.0)
        self.assertEqual(low.conjugate(), high)


if __name__ == "__main__":
    unittest.main()
