def letters(text):
    pass


def most_common_words(text, count):
    pass


def winner(votes):
    pass


def missing(needed, present):
    pass


def by_first_letter(words):
    pass


class Stock:
    pass
