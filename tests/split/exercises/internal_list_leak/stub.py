class HighScores:
    def __init__(self, scores):
        self.scores = None


class Library:
    pass
