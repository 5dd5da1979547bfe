def parse(text):
    return 0.0


def reciprocal(number):
    return 0.0


def mean(numbers):
    return 0.0


def smallest(numbers):
    return 0.0
