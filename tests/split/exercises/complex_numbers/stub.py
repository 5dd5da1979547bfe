def solve(a, b, c):
    pass


def rotate(value, degrees):
    pass


def mirror(value):
    pass


def polar_form(value):
    pass


def is_real(value):
    pass


def spin_all(points):
    return points


def triangle_area(a, b, c):
    pass


def escapes(point, limit):
    pass


class Signal:
    pass
