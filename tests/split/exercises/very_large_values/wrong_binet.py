def factorial(n):
    result = 1
    for factor in range(2, n):
        result *= factor
    return result * max(n, 1)


def fibonacci(n):
    root = 5**0.5
    return round(((1 + root) / 2) ** n / root)


def shared_power(base, exponent):
    return base**exponent


def triangle(n):
    return n * (n + 1) // 2


def digit_sum(n):
    return sum(int(digit) for digit in str(abs(n)))


def repeat(text, times):
    return text * times
