class Countdown:
    def __init__(self, start):
        pass


class Deck:
    def __init__(self, cards):
        pass


class Steps:
    """A sequence of the old kind: only `__getitem__`."""

    def __init__(self, size):
        pass


class Batches:
    def __init__(self, items, size):
        pass
