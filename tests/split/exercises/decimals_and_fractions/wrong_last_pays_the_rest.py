from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

CENT = Decimal("0.01")


def total(prices):
    return sum((Decimal(price) for price in prices), Decimal(0))


def tax(amount, rate):
    return (amount * rate).quantize(CENT, ROUND_HALF_UP)


def share_bill(amount, people):
    cents = int(amount * 100)
    share, rest = divmod(cents, people)
    return [Decimal(share + (place >= people - rest)) / 100 for place in range(people)]


def to_decimal(text):
    return Decimal(text.replace(",", "."))


def divide(left, right):
    return left / right


def as_fraction(text):
    return Fraction(text)


def mix(first, second):
    return (first + second) / 2


def egyptian(fraction):
    parts = []
    while fraction:
        part = Fraction(1, -(-fraction.denominator // fraction.numerator))
        parts.append(part)
        fraction -= part
    return parts


class Money:
    def __init__(self, amount):
        self.amount = Decimal(amount).quantize(CENT)

    def __eq__(self, other):
        return isinstance(other, Money) and self.amount == other.amount

    def __add__(self, other):
        return Money(self.amount + other.amount)

    def __mul__(self, factor):
        return Money(self.amount * factor)

    __rmul__ = __mul__

    def __str__(self):
        return str(self.amount)

    def __format__(self, spec):
        return format(self.amount, spec)
