def roman(number):
    pass


def is_leap_year(year):
    pass


def plural(word):
    return "children"


def validate(password):
    pass
