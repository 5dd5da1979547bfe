from itertools import chain


def countdown(start):
    while start > 0:
        yield start
        start -= 1


def primes():
    found = []
    candidate = 2
    while True:
        if all(candidate % prime for prime in found):
            found.append(candidate)
            yield candidate
        candidate += 1


def average():
    total, count, mean = 0, 0, None
    while True:
        value = yield mean
        total += value
        count += 1
        mean = total / count


def guarded(log):
    log.append("open")
    try:
        while True:
            try:
                text = yield
                log.append(text)
            except ValueError as error:
                log.append(f"ignored: {error}")
    finally:
        log.append("closed")


def flatten(items):
    for item in items:
        if isinstance(item, list):
            yield from flatten(item)
        else:
            yield item


def total_of(numbers):
    total = 0
    for number in numbers:
        total += number
        yield number


def report(*series):
    sums = []
    for numbers in series:
        sums.append((yield from total_of(numbers)))
    return sums


def pairs(first, second):
    return chain.from_iterable(zip(first, second))
