MISSING = None


def instance():
    pass


def first(items):
    pass


def without_empty(words):
    pass


class Node:
    def __init__(self, name):
        pass


class Cache:
    pass


class Registry:
    pass
