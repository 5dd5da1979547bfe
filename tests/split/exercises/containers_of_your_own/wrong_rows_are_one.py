from collections.abc import MutableMapping, Sequence


class Bag:
    def __init__(self, items=()):
        self._items = list(items)

    def __len__(self):
        return len(self._items)

    def __contains__(self, item):
        return item in self._items

    def __iter__(self):
        return iter(self._items)

    def __add__(self, other):
        return Bag([*self, *other])

    def __iadd__(self, items):
        self._items.extend(items)
        return self

    def __mul__(self, times):
        return Bag(self._items * times)


class Board:
    def __init__(self, size):
        self.size = size
        self._rows = [[" "] * size] * size

    def _check(self, place):
        for number in place:
            if not 0 <= number < self.size:
                raise IndexError(f"{number} is outside the board")
        return place

    def __getitem__(self, place):
        row, column = self._check(place)
        return self._rows[row][column]

    def __setitem__(self, place, sign):
        row, column = self._check(place)
        self._rows[row][column] = sign

    def __delitem__(self, place):
        self[place] = " "

    def __iter__(self):
        return iter(self._rows)

    def __contains__(self, sign):
        return any(sign in row for row in self._rows)


class Dictionary(MutableMapping):
    def __init__(self, words=()):
        self._words = {}
        self.update(words)

    def __getitem__(self, word):
        return self._words[word.lower()]

    def __setitem__(self, word, meaning):
        self._words[word.lower()] = meaning

    def __delitem__(self, word):
        del self._words[word.lower()]

    def __iter__(self):
        return iter(self._words)

    def __len__(self):
        return len(self._words)


class Phrase(Sequence):
    def __init__(self, text):
        self._words = text.split()

    def __getitem__(self, place):
        return self._words[place]

    def __len__(self):
        return len(self._words)
