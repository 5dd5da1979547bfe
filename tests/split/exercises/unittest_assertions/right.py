import logging
import random
import warnings

logger = logging.getLogger("weather")


def colours(text):
    return set(text.split()) - {"and"}


def shuffle_fairly(items):
    result = list(items)
    random.shuffle(result)
    return result


def merge(first, second):
    return {**first, **second}


def split_names(text):
    return [name.strip() for name in text.split(",") if name.strip()]


def cheapest(prices):
    return min(prices.items(), key=lambda item: item[1], default=None)


def describe(values):
    return "".join(f"{name}: {values[name]}\n" for name in sorted(values))


class Thermometer:
    def __init__(self, celsius):
        self.celsius = celsius

    @property
    def fahrenheit(self):
        return self.celsius * 9 / 5 + 32

    @fahrenheit.setter
    def fahrenheit(self, value):
        self.celsius = (value - 32) * 5 / 9


def report(values):
    logger.info("%d values", len(values))
    for value in values:
        if value > 40:
            logger.warning("%s is hot", value)


def double(number):
    return number * 2


def old_name(number):
    warnings.warn("the new name is better: use double", DeprecationWarning, stacklevel=2)
    return double(number)
