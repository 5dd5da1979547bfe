import math


def parse(text):
    try:
        return float(text)
    except ValueError:
        return None


def reciprocal(number):
    if number == 0:
        return math.copysign(math.inf, number)
    return 1 / number


def mean(numbers):
    known = [number for number in numbers if not math.isnan(number)]
    return sum(known) / len(known) if known else math.nan


def smallest(numbers):
    return min([math.inf, *[n for n in numbers if n == n]])
