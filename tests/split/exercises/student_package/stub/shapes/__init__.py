from .base import Shape
from .circle import Circle
from .rectangle import Rectangle, Square
