class Recorder:
    def __init__(self, log, name):
        pass

    def __enter__(self):
        pass

    def __exit__(self, kind, error, trace):
        pass


class Ignore:
    def __init__(self, *kinds):
        pass

    def __enter__(self):
        pass

    def __exit__(self, kind, error, trace):
        pass


class Transaction:
    def __init__(self, data):
        pass

    def __enter__(self):
        pass

    def __exit__(self, kind, error, trace):
        pass


class Door:
    def __enter__(self):
        pass

    def __exit__(self, *problem):
        pass


def run_all(managers, action):
    pass
