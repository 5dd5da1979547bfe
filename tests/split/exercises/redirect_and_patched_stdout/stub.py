def square(size, sign="*"):
    pass


def triangle(height):
    pass


def row(*values):
    pass


def count(last):
    pass


def warn(text):
    pass


def banner(text, file=None):
    pass
