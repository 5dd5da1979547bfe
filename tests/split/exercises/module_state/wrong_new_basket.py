import os

LIMIT = 3
COLOURS = ("red", "green", "blue")
PRICES = {"tea": 2, "bread": 3}
DEBUG = os.environ.get("SHOP_DEBUG") == "1"
LANGUAGE = os.getenv("SHOP_LANGUAGE", "en")

_visits = 0
basket = []


def visit():
    global _visits
    _visits += 1
    return _visits


def reset():
    global _visits
    global basket
    _visits = 0
    basket = []


def put(name):
    if len(basket) >= LIMIT:
        raise OverflowError(f"no more than {LIMIT} things")
    basket.append(name)
    return list(basket)


def total():
    return sum(PRICES.get(name, 0) for name in basket)


def folder():
    return os.path.join(os.environ.get("SHOP_HOME", "/shop"), "data")


def greeting():
    return {"en": "Hello", "uk": "Вітаю", "ar": "مرحبا"}.get(LANGUAGE, "Hello")


def remember(key, value):
    os.environ[key] = value
