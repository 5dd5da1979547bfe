import getpass
import json
import socket
import sys
import urllib.request
from pathlib import Path
from time import sleep


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


def log_in(people):
    return people.get(input("Name: ")) == getpass.getpass("Password: ")


def weather(place):
    with urllib.request.urlopen(f"https://weather.example/{place}") as answer:
        return json.load(answer)["text"]


def stop(code):
    print("Bye from", socket.gethostname())
    sys.exit(code)


def first_file(*names):
    return next((name for name in names if Path(name).exists()), None)


def nap():
    sleep(3600)
    return "awake"


def notify(people, send):
    failed = []
    for name, address in people.items():
        try:
            send(address, subject=f"Dear {name}")
        except ConnectionError:
            failed.append(name)
            break
    return failed
