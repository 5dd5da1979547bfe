import math

from .base import Shape, positive


class Rectangle(Shape):
    def __init__(self, width, height):
        self.width = positive(width)
        self.height = positive(height)

    def area(self):
        return self.width * self.height

    def as_circle(self):
        from .circle import Circle

        return Circle(math.sqrt(self.area() / math.pi))


class Square(Rectangle):
    def __init__(self, side):
        super().__init__(side, side)
