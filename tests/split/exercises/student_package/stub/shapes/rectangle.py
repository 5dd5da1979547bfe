from .base import Shape


class Rectangle(Shape):
    pass


class Square(Rectangle):
    pass
