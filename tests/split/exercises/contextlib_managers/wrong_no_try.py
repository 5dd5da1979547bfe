import os
from contextlib import closing, contextmanager, nullcontext


@contextmanager
def tag(name, out):
    out.append(f"<{name}>")
    yield
    out.append(f"</{name}>")


@contextmanager
def changed(settings, **changes):
    before = dict(settings)
    settings.update(changes)
    yield settings
    settings.clear()
    settings.update(before)


@contextmanager
def polite(log):
    try:
        yield log.append
    except ValueError as error:
        log.append(f"sorry: {error}")


@contextmanager
def variable(name, value):
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


class Resource:
    def __init__(self):
        self.closed = False

    def close(self):
        self.closed = True


def opened(resource, keep):
    return nullcontext(resource) if keep else closing(resource)
