def adder(amount):
    pass


def counter(start=0):
    pass


def multipliers(factors):
    pass


def compose(*functions):
    pass


def pipeline(*steps):
    pass


def keep(test):
    pass


def change(function):
    pass


def fold(function, items, start):
    pass


def power(base, exponent):
    pass


def account(balance):
    pass


class Button:
    def __init__(self):
        pass

    def on_click(self, handler):
        pass

    def click(self, *args, **kwargs):
        pass
