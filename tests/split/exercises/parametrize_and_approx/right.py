import math
import operator

SIGNS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
FACTORS = {("km", "mi"): 0.6213712, ("kg", "lb"): 2.2046226}


def celsius(fahrenheit):
    return (fahrenheit - 32) * 5 / 9


def grade(points):
    for limit, letter in ((90, "A"), (80, "B"), (70, "C"), (60, "D")):
        if points >= limit:
            return letter
    return "F"


def operate(left, sign, right):
    return SIGNS[sign](left, right)


def mean(values):
    values = list(values)
    if not values:
        raise ValueError("the mean of an empty list")
    return sum(values) / len(values)


def normalize(values):
    total = sum(values)
    return [value / total for value in values]


def balances(start, rate, *, years):
    result = []
    for _ in range(years):
        start += start * rate
        result.append(start)
    return result


def interest(start, rate, years):
    return balances(start, rate, years=years)[-1] - start


def statistics(values):
    return {
        "mean": mean(values) if values else math.nan,
        "low": min(values, default=math.inf),
        "high": max(values, default=-math.inf),
    }


class Converter:
    def __init__(self, source, target):
        if (source, target) in FACTORS:
            self.factor = FACTORS[source, target]
        elif (target, source) in FACTORS:
            self.factor = 1 / FACTORS[target, source]
        else:
            raise LookupError(f"cannot convert {source} to {target}")

    def convert(self, value):
        return value * self.factor

    def both(self, value):
        return value * self.factor, value / self.factor
