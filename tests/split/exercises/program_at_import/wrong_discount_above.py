def total(count, price):
    return count * price


def ask(prompt, kind):
    while True:
        try:
            return kind(input(prompt))
        except ValueError:
            print("Please type a number")


count = ask("How many? ", int)
price = ask("Price: ", float)
to_pay = total(count, price)
if to_pay <= 0:
    print("Nothing to pay")
else:
    if to_pay > 100:
        print(f"You save {to_pay / 10:.2f}")
        to_pay *= 0.9
    print(f"Total: {to_pay:.2f}")
