def factorial(n):
    result = 1
    for factor in range(2, n + 1):
        result *= factor
    return result


def fibonacci(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


def shared_power(base, exponent):
    return base**exponent


def triangle(n):
    return int(n * (n + 1) / 2)


def digit_sum(n):
    return sum(int(digit) for digit in str(abs(n)))


def repeat(text, times):
    return text * times
