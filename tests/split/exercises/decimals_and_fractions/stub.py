def total(prices):
    pass


def tax(amount, rate):
    pass


def share_bill(amount, people):
    pass


def to_decimal(text):
    pass


def divide(left, right):
    pass


def as_fraction(text):
    pass


def mix(first, second):
    pass


def egyptian(fraction):
    pass


class Money:
    pass
