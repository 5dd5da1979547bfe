def unique(items):
    pass


def common_letters(*words):
    pass


def groups(words):
    pass


def first_seen(text):
    pass


def rank(points):
    pass


def by_length(items):
    pass
