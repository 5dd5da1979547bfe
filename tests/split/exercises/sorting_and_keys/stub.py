class Player:
    def __init__(self, name, points, team="red"):
        pass

    def __repr__(self):
        pass


def ranking(players):
    pass


def sort_in_place(items, key=None, reverse=False):
    pass


def by_columns(rows, *columns):
    pass


def with_comparator(items, compare):
    pass


def version_order(first, second):
    pass


def best(items, key, count=1):
    pass


def groups(players):
    pass


def by_length(word):
    pass
