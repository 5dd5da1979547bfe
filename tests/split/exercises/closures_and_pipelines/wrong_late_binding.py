from functools import partial, reduce


def adder(amount):
    return lambda value: value + amount


def counter(start=0):
    count = start

    def step(by=1):
        nonlocal count
        count += by
        return count

    return step


def multipliers(factors):
    return [lambda value: value * factor for factor in factors]


def compose(*functions):
    def composed(value):
        for function in reversed(functions):
            value = function(value)
        return value

    return composed


def pipeline(*steps):
    def run(items):
        for step in steps:
            items = step(items)
        return list(items)

    return run


def keep(test):
    return partial(filter, test)


def change(function):
    return partial(map, function)


def fold(function, items, start):
    return reduce(function, items, start)


def power(base, exponent):
    return base**exponent


square = partial(power, exponent=2)


def account(balance):
    def deposit(amount):
        nonlocal balance
        balance += amount
        return balance

    def withdraw(amount):
        nonlocal balance
        if amount > balance:
            raise ValueError("not enough money")
        balance -= amount
        return balance

    return {"deposit": deposit, "withdraw": withdraw, "balance": lambda: balance}


class Button:
    def __init__(self):
        self._handlers = []

    def on_click(self, handler):
        self._handlers.append(handler)
        return lambda: self._handlers.remove(handler)

    def click(self, *args, **kwargs):
        return [handler(*args, **kwargs) for handler in list(self._handlers)]
