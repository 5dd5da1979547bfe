import unittest
from decimal import ROUND_DOWN, Decimal, DivisionByZero, InvalidOperation, localcontext
from fractions import Fraction

from solution import Money, as_fraction, divide, egyptian, mix, share_bill, tax, to_decimal, total


class DecimalTest(unittest.TestCase):
    def test_total_is_exact(self):
        result = total(["0.10", "0.20"])
        self.assertEqual(result, Decimal("0.30"))
        self.assertIsInstance(result, Decimal)
        self.assertEqual(str(result), "0.30")

    def test_total_of_decimals_of_the_test(self):
        self.assertEqual(total([Decimal("1.1"), Decimal("2.2")]), Decimal("3.3"))

    def test_tax_is_rounded_half_up(self):
        self.assertEqual(tax(Decimal("2.50"), rate=Decimal("0.05")), Decimal("0.13"))
        self.assertEqual(tax(Decimal("10"), rate=Decimal("0.07")), Decimal("0.70"))
        self.assertEqual(tax(Decimal("10"), rate=Decimal("0.07")).as_tuple().exponent, -2)

    def test_share_bill_loses_no_cent(self):
        parts = share_bill(Decimal("10.00"), 3)
        self.assertEqual(parts, [Decimal("3.34"), Decimal("3.33"), Decimal("3.33")])
        self.assertEqual(sum(parts), Decimal("10.00"))

    def test_not_a_number(self):
        with self.assertRaises(InvalidOperation):
            to_decimal("ten")
        self.assertTrue(to_decimal("NaN").is_nan())

    def test_comma(self):
        self.assertEqual(to_decimal("1,5"), Decimal("1.5"))
        self.assertEqual(to_decimal("-0,00").is_signed(), True)

    def test_very_small_and_very_large(self):
        self.assertEqual(to_decimal("1E+30"), Decimal(10) ** 30)
        self.assertEqual(to_decimal("1e-30") * Decimal("1e30"), 1)

    def test_division_by_zero(self):
        with self.assertRaises(DivisionByZero):
            divide(Decimal(1), Decimal(0))
        with self.assertRaises(ZeroDivisionError):
            divide(1, 0)

    def test_the_test_rounds_by_itself(self):
        with localcontext() as context:
            context.rounding = ROUND_DOWN
            self.assertEqual(divide(Decimal(2), Decimal(3)).quantize(Decimal("0.01")), Decimal("0.66"))


class FractionTest(unittest.TestCase):
    def test_as_fraction(self):
        self.assertEqual(as_fraction("3/6"), Fraction(1, 2))
        self.assertEqual(as_fraction("0.125"), Fraction(1, 8))
        self.assertIs(type(as_fraction("2")), Fraction)

    def test_numerator(self):
        self.assertEqual((as_fraction("6/8").numerator, as_fraction("6/8").denominator), (3, 4))

    def test_mix(self):
        self.assertEqual(mix(Fraction(1, 2), Fraction(1, 3)), Fraction(5, 12))

    def test_egyptian(self):
        self.assertEqual(egyptian(Fraction(5, 6)), [Fraction(1, 2), Fraction(1, 3)])
        self.assertEqual(egyptian(Fraction(1, 7)), [Fraction(1, 7)])

    def test_divide_fractions(self):
        self.assertEqual(divide(Fraction(1, 2), 4), Fraction(1, 8))


class MoneyTest(unittest.TestCase):
    def test_add_and_multiply(self):
        money = Money("1.10") + Money("2.20")
        self.assertEqual(money.amount, Decimal("3.30"))
        self.assertEqual((money * 3).amount, Decimal("9.90"))
        self.assertEqual((Decimal("0.5") * Money("3")).amount, Decimal("1.50"))

    def test_text(self):
        self.assertEqual(str(Money("3")), "3.00")
        self.assertEqual(f"{Money('1234.5'):,}", "1,234.50")

    def test_two_amounts(self):
        self.assertEqual(Money("1.0"), Money("1.00"))
        self.assertNotEqual(Money("1.0"), Money("1.01"))
        self.assertEqual(sum([Money("1"), Money("2")], Money("0")), Money("3"))


if __name__ == "__main__":
    unittest.main()
