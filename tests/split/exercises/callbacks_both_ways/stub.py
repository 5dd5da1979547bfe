def walk(tree, visit, depth=0):
    pass


def factorial(n, again=None):
    pass


def is_even(n, is_odd):
    pass


def hanoi(count, start, goal, spare, move):
    pass


def search(low, high, too_small):
    pass


class Emitter:
    def __init__(self):
        pass

    def on(self, event, listener):
        pass

    def emit(self, event, *args):
        pass


def trampoline(step, *args):
    pass


def attempt(action, otherwise):
    pass
