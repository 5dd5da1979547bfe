from .base import Shape
from .circle import Circle
from .rectangle import Rectangle, Square

__all__ = ["Circle", "Rectangle", "Shape", "Square"]
