def countdown(start):
    pass


def primes():
    pass


def average():
    pass


def guarded(log):
    pass


def flatten(items):
    pass


def total_of(numbers):
    pass


def report(*series):
    pass


def pairs(first, second):
    pass
