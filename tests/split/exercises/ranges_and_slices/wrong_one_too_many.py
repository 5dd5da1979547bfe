def even_numbers(limit):
    return range(0, limit + 1, 2)


def countdown(start):
    return range(start, -1, -1)


def overlap(first, second):
    start, stop = max(first.start, second.start), min(first.stop, second.stop)
    return range(start, max(start, stop))


def step_of(part):
    return part.step or 1


def middle(items):
    return items[1:-1]


def chunks(items, size):
    return [items[start : start + size] for start in range(0, len(items), size)]


def page_of(number, size):
    return slice((number - 1) * size, number * size)


def replace_part(items, part, new):
    items[part] = new


class Playlist:
    def __init__(self, *songs):
        self._songs = list(songs)

    def __getitem__(self, place):
        if isinstance(place, slice):
            return Playlist(*self._songs[place])
        return self._songs[place]

    def __setitem__(self, place, song):
        self._songs[place] = song

    def __delitem__(self, place):
        del self._songs[place]

    def __len__(self):
        return len(self._songs)
