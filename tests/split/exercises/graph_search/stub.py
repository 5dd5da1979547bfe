class NoWay(Exception):
    pass


class Graph:
    def connect(self, first, second):
        pass


def reachable(roads, start):
    pass


def shortest(roads, start, goal):
    pass


def distances(roads, start):
    pass


def cheapest(costs, start, goal):
    pass


def groups(roads):
    pass


def order(needs):
    pass


def islands(rows):
    pass


def word_ladder(start, goal, words):
    pass
