def capitalise_all(words):
    pass


def swap_ends(items):
    pass


def keep_even(numbers):
    pass


def raise_prices(prices, percent):
    pass


def mask(data):
    pass


def drain(line, count=None):
    pass


def count_visit(visits, name, day):
    pass


def touch(seen, name):
    pass


def fill(grid, number, value):
    pass


def add_tag(person, tag):
    pass


def remove_everywhere(data, value):
    pass


def forget_old(ages, limit):
    pass


def add_bonus(employee, amount):
    pass


def mark_done(tasks, places):
    pass
