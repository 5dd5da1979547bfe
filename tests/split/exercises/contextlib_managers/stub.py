from contextlib import contextmanager


@contextmanager
def tag(name, out):
    pass


@contextmanager
def changed(settings, **changes):
    pass


@contextmanager
def polite(log):
    pass


@contextmanager
def variable(name, value):
    pass


class Resource:
    def __init__(self):
        pass

    def close(self):
        pass


def opened(resource, keep):
    pass
