import sys


def greet():
    name = input("Your name: ").strip()
    return f"Hello, {name}!"


def ask_age():
    while True:
        try:
            age = int(input("Your age: "))
        except ValueError:
            print("Not a number")
            continue
        if age >= 0:
            return age
        print("Too small")


def numbers_until_zero():
    numbers = []
    try:
        while True:
            numbers.append(int(input()))
    except (EOFError, StopIteration, RuntimeError):
        return numbers[: numbers.index(0)]


def menu():
    items = []
    while True:
        try:
            command, _, rest = input("> ").partition(" ")
        except EOFError:
            break
        if command == "quit":
            break
        if command == "add":
            items.append(rest)
            print(len(items), "item" if len(items) == 1 else "items")
        elif command == "show":
            print(", ".join(items))
    print("Bye")


def average_of_lines():
    numbers = [float(line) for line in sys.stdin if line.strip()]
    return sum(numbers) / len(numbers) if numbers else None


def longest_line():
    return max(sys.stdin.read().splitlines(), key=len)
