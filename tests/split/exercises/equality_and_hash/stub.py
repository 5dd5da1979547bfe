class Card:
    pass


class Coin:
    pass


class Contact:
    pass


class Deck:
    pass


class Word:
    pass


def unique(items):
    pass
