import copy

MISSING = object()
SETTINGS = object()


def instance():
    return SETTINGS


def first(items):
    return items[0] if items else MISSING


def without_empty(words):
    if all(words):
        return words
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
        other = copy.copy(self)
        other.name = name
        return other


class Cache:
    def __init__(self):
        self._lists = {}

    def squares(self, count):
        if count not in self._lists:
            self._lists[count] = [n * n for n in range(count)]
        return self._lists[count]


class Registry:
    def __init__(self):
        self._entries = {}

    def register(self, name, entry):
        self._entries[name] = entry

    def get(self, name):
        return self._entries[name]

    def all(self):
        return list(self._entries.values())
