MISSING = object()
SETTINGS = object()


def instance():
    return SETTINGS


def first(items):
    return next((item for item in items if item is not None), MISSING)


def without_empty(words):
    if all(words):
        return words
    while "" in words:
        words.remove("")
    return words


class Node:
    def __init__(self, name, parent=None):
        self.name = name
        self.parent = parent
        self.children = []

    def __eq__(self, other):
        return self.name == other.name

    def add(self, name):
        child = Node(name, self)
        self.children.append(child)
        return child

    def root(self):
        return self.parent or self

    def rename(self, name):
        self.name = name
        return self


class Cache:
    def __init__(self):
        self._lists = {}

    def squares(self, count):
        return self._lists.setdefault(count, [n * n for n in range(count)])


class Registry:
    def __init__(self):
        self._entries = {}

    def register(self, name, entry):
        self._entries[name] = entry

    def get(self, name):
        return self._entries[name]

    def all(self):
        return list(self._entries.values())
