import sys


def countdown(start):
    for number in range(start, 0, -1):
        print(number)
    print("Lift off!")


def table(rows):
    for name, price in rows:
        print(f"{name:<6}{price:>6.2f}")


def log(text, error=False):
    if error:
        print("error:", text, file=sys.stderr)
    else:
        print(text)


def progress(steps):
    for step in steps:
        print(step, end="...")
        yield step
        print(" done")


def receipt(items, show):
    print("Receipt")
    for item in items:
        show(item)
    print("Thank you")


def shout(text):
    result = text.upper() + "!"
    print(result)
    return result
