class ShapeError(ValueError):
    pass


class Matrix:
    def __init__(self, rows):
        pass


def add(first, second):
    pass


def multiply(first, second):
    pass


def transposed(matrix):
    pass


def identity(size):
    pass


def determinant(matrix):
    pass


def rotate_in_place(picture):
    pass


def spiral(matrix):
    pass
