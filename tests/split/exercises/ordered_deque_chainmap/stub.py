def settings(user):
    pass


def newest_first(visits):
    pass


class Recent:
    def __init__(self, limit):
        pass


class History:
    def __init__(self, limit):
        pass


def rotate(line, steps):
    raise NotImplementedError


def window_sums(numbers, size):
    pass
