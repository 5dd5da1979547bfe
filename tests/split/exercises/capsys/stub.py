def countdown(start):
    pass


def table(rows):
    pass


def log(text, error=False):
    pass


def progress(steps):
    pass


def receipt(items, show):
    pass


def shout(text):
    pass
