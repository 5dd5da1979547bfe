def walk(tree, visit, depth=0):
    """Call visit(name, depth, more) for a tree of dictionaries; more() goes on below."""
    for name, below in tree.items():
        visit(name, depth, lambda below=below, depth=depth: walk(below, visit, depth + 1))


def factorial(n, again=None):
    again = again or factorial
    return 1 if n < 2 else n * again(n - 1)


def is_even(n, is_odd):
    return True if n == 0 else is_odd(n - 1)


def hanoi(count, start, goal, spare, move):
    if count:
        hanoi(count - 1, start, spare, goal, move)
        move(start, goal)
        hanoi(count - 1, spare, start, goal, move)


def search(low, high, too_small):
    """The smallest number that is not too small."""
    if low == high:
        return low
    middle = (low + high) // 2
    if too_small(middle):
        return search(middle + 1, high, too_small)
    return search(low, middle, too_small)


class Emitter:
    def __init__(self):
        self._listeners = {}

    def on(self, event, listener):
        self._listeners.setdefault(event, []).append(listener)

    def emit(self, event, *args):
        for listener in self._listeners.get(event, ()):
            listener(self, *args)


def trampoline(step, *args):
    result = step(*args)
    while callable(result):
        result = result()
    return result


def attempt(action, otherwise):
    try:
        return action()
    except Exception as error:
        return otherwise(error)
