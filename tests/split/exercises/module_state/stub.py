LIMIT = 3
basket = []


def visit():
    pass


def reset():
    pass


def put(name):
    pass


def total():
    pass


def folder():
    pass


def greeting():
    pass


def remember(key, value):
    pass
