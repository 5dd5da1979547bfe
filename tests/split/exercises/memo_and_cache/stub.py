import functools


def memo(function):
    pass


@functools.lru_cache(maxsize=None)
def fibonacci(n):
    pass


@functools.lru_cache(maxsize=2)
def slow_square(n):
    pass


class Catalogue:
    def __init__(self, load):
        pass

    @functools.cached_property
    def titles(self):
        pass
