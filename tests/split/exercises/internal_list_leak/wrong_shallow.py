class HighScores:
    def __init__(self, scores):
        self._scores = list(scores)

    @property
    def scores(self):
        return list(self._scores)

    def add(self, score):
        self._scores.append(score)

    def latest(self):
        return self._scores[-1]

    def personal_best(self):
        return max(self._scores)

    def personal_top_three(self):
        return sorted(self._scores, reverse=True)[:3]


class Library:
    def __init__(self):
        self._shelves = {}

    def put(self, shelf, book):
        self._shelves.setdefault(shelf, []).append(book)

    def shelf(self, name):
        return list(self._shelves.get(name, []))

    def shelves(self):
        return dict(self._shelves)
