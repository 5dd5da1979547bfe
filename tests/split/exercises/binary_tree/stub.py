class Tree:
    def __init__(self, value, left=None, right=None):
        pass

    def insert(self, value):
        pass


class Leaf:
    pass


def build(values):
    pass


def from_nested(parts):
    pass


def depth(tree):
    pass


def total(tree):
    pass


def is_search_tree(tree):
    pass
