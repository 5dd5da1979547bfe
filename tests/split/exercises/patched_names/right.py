def roof(width):
    return "/" + "-" * width + "\\"


def wall(width):
    return "|" + " " * width + "|"


def house(width, floors):
    return "\n".join([roof(width), *(wall(width) for _ in range(floors))])


def load_prices():
    raise OSError("there is no shop here")


def price_of(name, default=0):
    try:
        prices = load_prices()
    except OSError:
        return default
    return prices.get(name, default)


RATE = 0.2


def with_tax(amount):
    return round(amount * (1 + RATE), 2)


class Printer:
    def write(self, text):
        print(text)

    def write_all(self, texts):
        for number, text in enumerate(texts, 1):
            self.write(f"{number}. {text}")
        return len(texts)


class Shop:
    def __init__(self, printer=None):
        self.printer = printer or Printer()

    def sell(self, name, count=1):
        total = with_tax(price_of(name) * count)
        self.printer.write(f"{count} x {name}: {total:.2f}")
        return total

    @staticmethod
    def opening_hours():
        return (9, 17)

    @classmethod
    def is_open(cls, hour):
        first, last = cls.opening_hours()
        return first <= hour < last


def notify(people, send):
    failed = []
    for name, address in people.items():
        try:
            send(address, subject=f"Dear {name}")
        except ConnectionError:
            failed.append(name)
    return failed
