import math

import pytest

import shapes
import solution
from shapes import Shape
from shapes.circle import Circle
from shapes.rectangle import Rectangle, Square


def test_area_of_a_circle():
    assert Circle(2).area() == pytest.approx(4 * math.pi)


def test_area_of_a_rectangle():
    assert Rectangle(2, 3).area() == 6


def test_classes_extend_shape():
    assert issubclass(Circle, Shape)
    assert issubclass(Square, Rectangle)
    assert isinstance(Square(2), Shape)
    assert not isinstance(Circle(1), Rectangle)


def test_names_of_the_package():
    assert shapes.Circle is Circle
    assert shapes.circle.Circle is Circle
    assert shapes.Rectangle is Rectangle


def test_module_names():
    assert Circle.__module__ == "shapes.circle"
    assert shapes.__name__ == "shapes"
    assert repr(Circle(1)) == "Circle(1)"


@pytest.mark.parametrize("bad", [0, -1])
def test_errors_come_from_one_module(bad):
    from shapes.errors import ShapeError

    for make in (Circle, Square):
        with pytest.raises(ShapeError, match="positive"):
            make(bad)


def test_conversion_there_and_back():
    square = Circle(1).as_square()
    assert type(square) is Square
    assert square.area() == pytest.approx(math.pi)
    circle = Square(2).as_circle()
    assert isinstance(circle, Circle)
    assert circle.area() == pytest.approx(4)


def test_total_area():
    assert solution.total_area([Square(2), Rectangle(1, 3)]) == 7
    assert solution.total_area([]) == 0


def test_largest():
    small, big = Square(1), Circle(10)
    assert solution.largest([small, big]) is big


def test_a_shape_of_the_test():
    class Line(Shape):
        def area(self):
            return 0

    assert solution.total_area([Line(), Square(1)]) == 1
    assert Line().describe() == "Line of area 0.00"
