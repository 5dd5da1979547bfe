MISSING = object()


class Settings:
    def __eq__(self, other):
        return isinstance(other, Settings)

    __hash__ = None


def instance():
    return Settings()


def first(items):
    return items[0] if items else MISSING


def without_empty(words):
    return [word for word in words if word]


class Node:
    def __init__(self, name, parent=None):
        self.name = name
        self.parent = parent
        self.children = []

    def add(self, name):
        child = Node(name, self)
        self.children.append(child)
        return child

    def root(self):
        return self if self.parent is None else self.parent.root()

    def rename(self, name):
        self.name = name
        return self


class Cache:
    def squares(self, count):
        return [n * n for n in range(count)]


class Registry:
    def __init__(self):
        self._entries = {}

    def register(self, name, entry):
        self._entries[name] = entry

    def get(self, name):
        return self._entries[name]

    def all(self):
        return list(self._entries.values())
