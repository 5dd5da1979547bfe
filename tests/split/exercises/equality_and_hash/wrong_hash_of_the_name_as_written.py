class Card:
    def __init__(self, rank, suit):
        self.rank = rank
        self.suit = suit

    def __eq__(self, other):
        if not isinstance(other, Card):
            return NotImplemented
        return (self.rank, self.suit) == (other.rank, other.suit)

    def __hash__(self):
        return hash((self.rank, self.suit))

    def __repr__(self):
        return f"Card({self.rank!r}, {self.suit!r})"


class Coin:
    def __init__(self, value):
        self.value = value


class Contact:
    def __init__(self, name, phone):
        self.name = name
        self.phone = phone
        self.calls = {}

    def __eq__(self, other):
        return isinstance(other, Contact) and self.name.lower() == other.name.lower()

    def __hash__(self):
        return hash(self.name)

    def call(self, other, minutes):
        self.calls[other] = self.calls.get(other, 0) + minutes


class Word:
    def __init__(self, text):
        self.text = text

    def __eq__(self, other):
        return self.text == other.text


def unique(items):
    return list(dict.fromkeys(items))


class Deck:
    def __init__(self, cards):
        self.cards = cards

    def __eq__(self, other):
        return isinstance(other, Deck) and self.cards == other.cards

    def __contains__(self, card):
        return card in self.cards

    def remove(self, card):
        self.cards.remove(card)

    def common(self, other):
        return set(self.cards) & set(other.cards)
