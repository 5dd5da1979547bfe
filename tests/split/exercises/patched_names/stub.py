def roof(width):
    pass


def wall(width):
    pass


def house(width, floors):
    pass


def load_prices():
    pass


def price_of(name, default=0):
    pass


RATE = 0.2


def with_tax(amount):
    pass


class Printer:
    def write(self, text):
        pass

    def write_all(self, texts):
        pass


class Shop:
    def __init__(self, printer=None):
        pass

    def sell(self, name, count=1):
        pass

    @staticmethod
    def opening_hours():
        pass

    @classmethod
    def is_open(cls, hour):
        pass


def log_in(people):
    pass


def weather(place):
    pass


def stop(code):
    pass


def first_file(*names):
    pass


def nap():
    pass


def notify(people, send):
    pass
