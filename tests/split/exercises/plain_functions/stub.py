def roman(number):
    pass


def is_leap_year(year):
    pass


def rotate(text, key):
    pass


def score(word, *, factor=1):
    pass
