class Recorder:
    """Writes down when a block begins and ends."""

    def __init__(self, log, name):
        self.log = log
        self.name = name

    def __enter__(self):
        self.log.append(f"enter {self.name}")
        return self

    def __exit__(self, kind, error, trace):
        ending = "ok" if kind is None else kind.__name__
        self.log.append(f"exit {self.name}: {ending}")


class Ignore:
    """Lets errors of the given classes pass in silence."""

    def __init__(self, *kinds):
        self.kinds = kinds
        self.caught = None

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is not None and issubclass(kind, self.kinds):
            self.caught = error
            return True
        return False


class Transaction:
    """Keeps the changes of a dictionary only when the block ends well."""

    def __init__(self, data):
        self._data = data

    def __enter__(self):
        self._before = dict(self._data)
        return self._data

    def __exit__(self, kind, error, trace):
        if kind is not None:
            self._data.update(self._before)


class Door:
    is_open = False

    def __enter__(self):
        if self.is_open:
            raise RuntimeError("the door is open already")
        self.is_open = True

    def __exit__(self, *problem):
        self.is_open = False


def run_all(managers, action):
    """Enter all managers, run the action inside, and leave them in the other order."""
    if not managers:
        return action()
    with managers[0]:
        return run_all(managers[1:], action)
