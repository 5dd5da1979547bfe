from functools import cmp_to_key
from operator import attrgetter, itemgetter


class Player:
    def __init__(self, name, points, team="red"):
        self.name = name
        self.points = points
        self.team = team

    def __repr__(self):
        return f"Player({self.name!r}, {self.points})"


def ranking(players):
    return sorted(players, key=lambda player: (-player.points, player.name))


def sort_in_place(items, key=None, reverse=False):
    items.sort(key=key, reverse=reverse)


def by_columns(rows, *columns):
    return sorted(rows, key=itemgetter(*columns))


def with_comparator(items, compare):
    return sorted(items, key=cmp_to_key(compare))


def version_order(first, second):
    one, two = ([int(part) for part in text.split(".")] for text in (first, second))
    return (one > two) - (one < two)


def best(items, key, count=1):
    return sorted(items, key=key, reverse=True)[:count]


def groups(players):
    result = {}
    for player in sorted(players, key=attrgetter("team", "name")):
        result.setdefault(player.team, []).append(player.name)
    return result


def by_length(word):
    return len(word)
