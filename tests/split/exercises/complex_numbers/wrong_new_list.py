import cmath
import math


def solve(a, b, c):
    root = cmath.sqrt(b * b - 4 * a * c)
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


def rotate(value, degrees):
    return value * cmath.exp(1j * math.radians(degrees))


def mirror(value):
    return value.conjugate()


def polar_form(value):
    return abs(value), math.degrees(cmath.phase(value))


def is_real(value):
    return complex(value).imag == 0


def spin_all(points):
    points = [point * 1j for point in points]


def triangle_area(a, b, c):
    return abs(((b - a).conjugate() * (c - a)).imag) / 2


def escapes(point, limit):
    z = 0j
    for count in range(limit):
        if abs(z) > 2:
            return count
        z = z * z + point
    return None


class Signal:
    def __init__(self, real, imag):
        self.real = real
        self.imag = imag

    @classmethod
    def parse(cls, text):
        value = complex(text)
        return cls(value.real, value.imag)

    def __complex__(self):
        return complex(self.real, self.imag)

    def __abs__(self):
        return abs(complex(self))

    def __add__(self, other):
        value = complex(self) + complex(other)
        return Signal(value.real, value.imag)

    __radd__ = __add__
