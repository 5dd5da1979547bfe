import math


def parse(text):
    try:
        return float(text)
    except ValueError:
        return math.nan


def reciprocal(number):
    return math.inf if number == 0 else 1 / number


def mean(numbers):
    known = [number for number in numbers if not math.isnan(number)]
    return sum(known) / len(known) if known else math.nan


def smallest(numbers):
    return min([math.inf, *[n for n in numbers if n == n]])
