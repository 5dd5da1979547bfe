def wait_politely(seconds, tell):
    pass


def retry(action, attempts=3):
    pass


class Stopwatch:
    def __init__(self):
        pass

    def start(self):
        pass

    def stop(self):
        pass


def measure(function):
    pass


def greeting():
    pass


def age(born):
    pass


def due(days=14):
    pass


def stamp(moment=None):
    pass
