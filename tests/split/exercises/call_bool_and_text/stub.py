class Greeter:
    def __init__(self, word):
        pass


class Counter:
    pass


class Switch:
    def press(self):
        pass


class Basket:
    def add(self, name, amount):
        pass


class Person:
    def __init__(self, name, age):
        pass


class Duration:
    def __init__(self, seconds):
        pass


def make_adder(number):
    pass
