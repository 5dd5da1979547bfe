class Vector:
    def __init__(self, x, y):
        pass

    def __repr__(self):
        pass

    def __eq__(self, other):
        pass

    def __hash__(self):
        pass

    def __add__(self, other):
        pass

    def __radd__(self, other):
        pass

    def __sub__(self, other):
        pass

    def __neg__(self):
        pass

    def __mul__(self, factor):
        pass

    def __truediv__(self, number):
        pass

    def __matmul__(self, other):
        pass

    def __abs__(self):
        pass

    def __bool__(self):
        pass

    def __iter__(self):
        pass

    def __getitem__(self, place):
        pass

    def __round__(self, digits=0):
        pass


class Matrix:
    def __init__(self, rows):
        pass

    def __getitem__(self, place):
        pass

    def __setitem__(self, place, value):
        pass

    def __matmul__(self, other):
        pass

    def __pow__(self, power):
        pass

    def __imatmul__(self, other):
        pass
