def greet():
    pass


def ask_age():
    pass


def numbers_until_zero():
    pass


def menu():
    pass


def average_of_lines():
    pass


def longest_line():
    pass
