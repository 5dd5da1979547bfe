def roll(sides=6):
    pass


def roll_many(count, sides=6):
    pass


def draw(deck):
    pass


def mixed(items):
    pass


def lottery(rng=None, count=6):
    pass


def password(length):
    pass


def guess_game(ask, tell):
    pass


class Walk:
    def __init__(self, seed):
        pass

    def step(self):
        pass
