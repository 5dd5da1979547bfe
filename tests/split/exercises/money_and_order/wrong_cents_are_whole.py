from functools import total_ordering


@total_ordering
class Money:
    def __init__(self, cents):
        self.cents = cents

    @property
    def amount(self):
        return self.cents / 100

    def __eq__(self, other):
        return isinstance(other, Money) and self.cents == other.cents

    def __hash__(self):
        return hash(self.cents)

    def __lt__(self, other):
        if not isinstance(other, Money):
            return NotImplemented
        return self.cents < other.cents

    def __add__(self, other):
        if isinstance(other, Money):
            return Money(self.cents + other.cents)
        if isinstance(other, int):
            return Money(self.cents + other)
        return NotImplemented

    __radd__ = __add__

    def __rsub__(self, other):
        return Money(other * 100 - self.cents)

    def __floordiv__(self, parts):
        return Money(self.cents // parts)

    def __mod__(self, parts):
        return Money(self.cents % parts)

    def __int__(self):
        return self.cents // 100

    def __float__(self):
        return self.amount

    def __str__(self):
        return f"{self.amount:.2f}"

    def __format__(self, spec):
        return format(str(self), spec)


class Purse:
    def __init__(self):
        self.coins = []

    def __iadd__(self, money):
        self.coins.append(money)
        return self

    def __len__(self):
        return len(self.coins)

    def __contains__(self, money):
        return money in self.coins

    def total(self):
        return sum(self.coins, Money(0))


class Card:
    ranks = "7 8 9 10 J Q K A".split()

    def __init__(self, rank):
        self.rank = rank

    def __lt__(self, other):
        return self.ranks.index(self.rank) < self.ranks.index(other.rank)

    def __gt__(self, other):
        return other < self

    def __repr__(self):
        return self.rank
