from collections import Counter, OrderedDict, UserDict, UserList, deque


class Percent(int):
    def __str__(self):
        return f"{int(self)} %"

    def __add__(self, other):
        total = int(self) + int(other)
        return Percent(total) if isinstance(other, Percent) else total

    def of(self, amount):
        return amount * int(self) / 100


class Positive(int):
    def __new__(cls, value):
        if value < 0:
            raise ValueError(value)
        return super().__new__(cls, value)


class Celsius(float):
    def fahrenheit(self):
        return self * 9 / 5 + 32


class Name(str):
    def __new__(cls, text):
        return super().__new__(cls, text.title())

    def initials(self):
        return "".join(word[0] for word in self.split())


class Path(str):
    def __truediv__(self, other):
        return Path(f"{self}/{other}")

    @property
    def parts(self):
        return self.split("/")


class SortedList(list):
    def __init__(self, items=()):
        super().__init__(sorted(items))

    def append(self, item):
        super().append(item)


class CountingList(list):
    appended = 0

    def append(self, item):
        super().append(item)
        self.appended += 1

    @property
    def last(self):
        return self[-1]


class DefaultList(UserList):
    def __init__(self, items=(), default=None):
        super().__init__(items)
        self.default = default

    def __getitem__(self, place):
        try:
            return super().__getitem__(place)
        except IndexError:
            return self.default

    def __iter__(self):
        return iter(self.data)


class LastThree(deque):
    def __init__(self, items=()):
        super().__init__(items, maxlen=3)

    def text(self):
        return "".join(self)


class LowerDict(dict):
    def __setitem__(self, key, value):
        super().__setitem__(key.lower(), value)


class StrictDict(UserDict):
    def __setitem__(self, key, value):
        if self.data and key not in self.data:
            raise KeyError(key)
        super().__setitem__(key, value)


class Frequencies(Counter):
    def share(self, item):
        return self[item] / sum(self.values())


class Recent(OrderedDict):
    def __init__(self, limit):
        super().__init__()
        self.limit = limit

    def __setitem__(self, key, value):
        super().__setitem__(key, value)
        if len(self) > self.limit:
            self.popitem(last=False)
