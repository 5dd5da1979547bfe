import functools


def memo(function):
    results = {}

    @functools.wraps(function)
    def remembered(*args):
        if args not in results:
            results[args] = function(*args)
        return results[args]

    remembered.forget = results.clear
    remembered.results = results
    return remembered


@functools.lru_cache(maxsize=None)
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


@functools.lru_cache(maxsize=2)
def slow_square(n):
    log.append(n)
    return n * n


log = []


class Catalogue:
    def __init__(self, load):
        self._load = load

    @functools.cached_property
    def titles(self):
        return sorted(self._load())
