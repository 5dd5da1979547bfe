import sys


def square(size, sign="*"):
    for _ in range(size):
        print(sign * size)


def triangle(height):
    for row in range(height):
        print(" " * (height - row - 1) + "*" * (2 * row + 1))


def row(*values):
    print(*values, sep="-")


def count(last):
    for number in range(1, last):
        print(number, end=", ")
    print(last)


def warn(text):
    sys.stderr.write(f"! {text}\n")


def banner(text, file=None):
    line = "+" + "-" * (len(text) + 2) + "+"
    print(line, f"| {text} |", line, sep="\n", file=file)
