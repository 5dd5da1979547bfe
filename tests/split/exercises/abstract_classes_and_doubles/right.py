from abc import ABC, abstractmethod
from typing import Protocol, runtime_checkable


class Shape(ABC):
    unit = "cm"

    @abstractmethod
    def area(self):
        """The area."""

    @property
    @abstractmethod
    def name(self):
        """The name."""

    def describe(self):
        return f"{self.name}: {self.area():.1f} {self.unit}²"


class Square(Shape):
    name = "square"

    def __init__(self, side):
        self.side = side

    def area(self):
        return self.side**2


class Disc(Shape):
    @property
    def name(self):
        return "disc"

    def __init__(self, radius):
        self.radius = radius

    def area(self):
        return 3.14159 * self.radius**2


@runtime_checkable
class Speaker(Protocol):
    def speak(self) -> str: ...


class Dog:
    def speak(self):
        return "wuff"


class Stone:
    def roll(self):
        return "rumble"


def chorus(speakers):
    return " ".join(speaker.speak() for speaker in speakers if isinstance(speaker, Speaker))


def total_area(shapes):
    return sum(shape.area() for shape in shapes)


class Library:
    """Keeps books in a store, which may be anything with load(key) and save(key, value)."""

    def __init__(self, store):
        self._store = store

    def lend(self, title, person):
        if self._store.load(title) is not None:
            return False
        self._store.save(title, person)
        return True

    def size(self):
        return len(self._store)

    def titles(self):
        return sorted(self._store)

    def who_has(self, title):
        return self._store[title] if title in self._store else "nobody"
