def celsius(fahrenheit):
    pass


def grade(points):
    pass


def operate(left, sign, right):
    pass


def mean(values):
    pass


def normalize(values):
    pass


def balances(start, rate, *, years):
    pass


def interest(start, rate, years):
    pass


def statistics(values):
    pass


class Converter:
    def __init__(self, source, target):
        pass
