import math

from .base import Shape, positive


class Circle(Shape):
    def __init__(self, radius):
        self.radius = positive(radius)

    def __repr__(self):
        return f"Circle({self.radius})"

    def area(self):
        return math.pi * self.radius**2

    def as_square(self):
        from .rectangle import Square

        return Square(math.sqrt(self.area()))
