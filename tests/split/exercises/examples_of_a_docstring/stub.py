def plural(word, count=2):
    pass


def share(total, people):
    pass


class Stack:
    def __init__(self, *items):
        pass

    def push(self, item):
        pass

    def pop(self):
        pass

    def __len__(self):
        pass

    def __repr__(self):
        pass


def squares(limit):
    pass
