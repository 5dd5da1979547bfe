from functools import total_ordering


@total_ordering
class Money:
    def __init__(self, cents):
        pass

    @property
    def amount(self):
        pass

    def __eq__(self, other):
        pass

    def __hash__(self):
        pass

    def __lt__(self, other):
        pass

    def __add__(self, other):
        pass

    def __rsub__(self, other):
        pass

    def __floordiv__(self, parts):
        pass

    def __mod__(self, parts):
        pass

    def __int__(self):
        pass

    def __float__(self):
        pass

    def __str__(self):
        pass

    def __format__(self, spec):
        pass


class Purse:
    def __init__(self):
        pass

    def __iadd__(self, money):
        pass

    def __len__(self):
        pass

    def __contains__(self, money):
        pass

    def total(self):
        pass


class Card:
    def __init__(self, rank):
        pass

    def __lt__(self, other):
        pass

    def __gt__(self, other):
        pass

    def __repr__(self):
        pass
