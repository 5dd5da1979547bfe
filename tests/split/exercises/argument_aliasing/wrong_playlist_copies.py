import copy


class Playlist:
    def __init__(self, songs):
        self._songs = list(songs)

    def __len__(self):
        return len(self._songs)

    def __iter__(self):
        return iter(self._songs)

    def add(self, song):
        self._songs.append(song)

    def last(self):
        return self._songs[-1] if self._songs else None


class Basket:
    def __init__(self, items=None):
        self._items = dict(items or {})

    def put(self, item):
        self._items[item] = self._items.get(item, 0) + 1

    def count(self):
        return sum(self._items.values())


def snapshot(state):
    return copy.deepcopy(state)


def total(numbers, more):
    return sum(numbers) + sum(more)
