import random
from random import choice


def roll(sides=6):
    return random.randrange(1, sides + 1) if sides != 6 else random.choice([1, 2, 3, 4, 5, 6])


def roll_many(count, sides=6):
    return [roll(sides) for _ in range(count)]


def draw(deck):
    card = choice(deck)
    deck.remove(card)
    return card


def mixed(items):
    copy = list(items)
    random.shuffle(copy)
    return copy


def lottery(rng=None, count=6):
    rng = rng or random
    return sorted(rng.sample(range(1, 50), count))


def password(length):
    return "".join(random.choices("abcdefgh", k=length))


def guess_game(ask, tell):
    secret = random.randint(1, 10)
    tries = 0
    while True:
        tries += 1
        guess = ask()
        if guess == secret:
            tell("Right!")
            return tries
        tell("Too small." if guess < secret else "Too big.")


class Walk:
    def __init__(self, seed):
        self._random = random.Random(seed)
        self.place = 0

    def step(self):
        self.place += self._random.choice([-1, 1])
        return self.place
