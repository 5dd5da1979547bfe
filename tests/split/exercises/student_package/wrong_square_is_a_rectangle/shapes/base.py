from .errors import ShapeError


class Shape:
    def area(self):
        raise NotImplementedError

    def describe(self):
        return f"{type(self).__name__} of area {self.area():.2f}"


def positive(number):
    if number <= 0:
        raise ShapeError(f"{number} is not positive")
    return number
