import cmath
from decimal import Decimal
from fractions import Fraction


def half(number):
    return number // 2 if number % 2 == 0 else number / 2


def average(numbers):
    return sum(numbers) / len(numbers)


def is_even(number):
    return number % 2 == 0


def sign(number):
    return int(number > 0) - int(number < 0)


def price(amount, count):
    return Decimal(amount) * count


def share(part, whole):
    return Fraction(part, whole)


def roots(a, b, c):
    root = cmath.sqrt(b * b - 4 * a * c)
    return (-b - root) / (2 * a), (-b + root) / (2 * a)
