def sum_of_two():
    first = int(input("First: "))
    second = int(input("Second: "))
    return first + second


def confirm(question):
    while True:
        try:
            answer = input(f"{question}? [y/n] ").strip().lower()
        except Exception:
            return False
        if answer in ("y", "n"):
            return answer == "y"


def guess(secret):
    tries = 0
    while tries < 5:
        text = input(f"Guess {tries + 1}: ")
        if not text.isdigit():
            continue
        tries += 1
        number = int(text)
        if number == secret:
            print("Right!")
            return tries
        print("Too low" if number < secret else "Too high")
    print("It was", secret)
    return None


def shopping():
    items = []
    while item := input():
        items.append(item)
    return items
