from collections import defaultdict


class HighScores:
    def __init__(self, scores):
        self._scores = list(scores)

    @property
    def scores(self):
        return self._scores[:]

    def add(self, score):
        self._scores.append(score)

    def latest(self):
        return self._scores[-1]

    def personal_best(self):
        return max(self._scores)

    def personal_top_three(self):
        self._scores.sort(reverse=True)
        return self._scores[:3]


class Library:
    def __init__(self):
        self._shelves = defaultdict(list)

    def put(self, shelf, book):
        self._shelves[shelf].append(book)

    def shelf(self, name):
        return self._shelves[name][:]

    def shelves(self):
        return {name: list(books) for name, books in self._shelves.items()}
