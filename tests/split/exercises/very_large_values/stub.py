def factorial(n):
    return 1


def fibonacci(n):
    return n


def shared_power(base, exponent):
    return base


def triangle(n):
    return n


def digit_sum(n):
    return n


def repeat(text, times):
    return text
