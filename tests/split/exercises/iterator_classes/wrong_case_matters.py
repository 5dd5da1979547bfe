class Countdown:
    def __init__(self, start):
        self.current = start

    def __iter__(self):
        return self

    def __next__(self):
        if self.current <= 0:
            raise StopIteration
        self.current -= 1
        return self.current + 1


class Deck:
    def __init__(self, cards):
        self._cards = list(cards)

    def __len__(self):
        return len(self._cards)

    def __getitem__(self, place):
        return self._cards[place]

    def __setitem__(self, place, card):
        self._cards[place] = card

    def __delitem__(self, place):
        del self._cards[place]

    def __iter__(self):
        return iter(self._cards)

    def __reversed__(self):
        return reversed(self._cards)

    def __contains__(self, card):
        return card in self._cards


class Steps:
    """A sequence of the old kind: only `__getitem__`."""

    def __init__(self, size):
        self.size = size

    def __getitem__(self, index):
        if index >= self.size:
            raise IndexError(index)
        return index * 10


class Batches:
    def __init__(self, items, size):
        self._items = iter(items)
        self._size = size

    def __iter__(self):
        return self

    def __next__(self):
        batch = []
        for item in self._items:
            batch.append(item)
            if len(batch) == self._size:
                break
        if not batch:
            raise StopIteration
        return batch
