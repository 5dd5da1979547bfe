from collections import ChainMap, OrderedDict, deque

DEFAULTS = {"colour": "blue", "size": 12, "language": "en"}


def settings(user):
    return ChainMap(user, DEFAULTS)


def newest_first(visits):
    return OrderedDict(visits)


class Recent:
    def __init__(self, limit):
        self.limit = limit
        self.pages = OrderedDict()

    def open(self, name):
        self.pages[name] = self.pages.get(name, 0) + 1
        self.pages.move_to_end(name)
        if len(self.pages) > self.limit:
            self.pages.popitem(last=False)


class History:
    def __init__(self, limit):
        self.entries = deque(maxlen=limit)

    def note(self, entry):
        self.entries.append(entry)

    def undo(self):
        return self.entries.pop()


def rotate(line, steps):
    line.rotate(steps)


def window_sums(numbers, size):
    window, sums = deque(maxlen=size), []
    for number in numbers:
        window.append(number)
        if len(window) == size:
            sums.append(sum(window))
    return sums
