import logging

logger = logging.getLogger("weather")


def colours(text):
    pass


def shuffle_fairly(items):
    pass


def merge(first, second):
    pass


def split_names(text):
    pass


def cheapest(prices):
    pass


def describe(values):
    pass


class Thermometer:
    def __init__(self, celsius):
        pass


def report(values):
    pass


def double(number):
    pass


def old_name(number):
    pass
