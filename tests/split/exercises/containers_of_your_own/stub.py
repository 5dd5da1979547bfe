class Bag:
    def __init__(self, items=()):
        pass


class Board:
    def __init__(self, size):
        pass


class Dictionary:
    def __init__(self, words=()):
        pass


class Phrase:
    def __init__(self, text):
        pass
