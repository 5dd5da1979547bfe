from abc import ABC, abstractmethod
from typing import Protocol, runtime_checkable


class Shape(ABC):
    @abstractmethod
    def area(self):
        pass

    @property
    @abstractmethod
    def name(self):
        pass

    def describe(self):
        pass


class Square(Shape):
    def __init__(self, side):
        pass

    def area(self):
        pass


class Disc(Shape):
    @property
    def name(self):
        pass

    def __init__(self, radius):
        pass

    def area(self):
        pass


@runtime_checkable
class Speaker(Protocol):
    def speak(self) -> str:
        pass


class Dog:
    def speak(self):
        pass


class Stone:
    def roll(self):
        pass


def chorus(speakers):
    pass


def total_area(shapes):
    pass


class Library:
    def __init__(self, store):
        pass

    def lend(self, title, person):
        pass

    def size(self):
        pass

    def titles(self):
        pass

    def who_has(self, title):
        pass
