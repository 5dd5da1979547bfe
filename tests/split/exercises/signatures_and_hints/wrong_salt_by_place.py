"""Tools for a small kitchen."""

from __future__ import annotations

from typing import Callable, Optional

__all__ = ["cook", "mix", "portion", "Recipe"]
VERSION: str = "1.2"


def cook(dish: str, minutes: int = 10, salt: bool = False) -> str:
    """Cook a dish.

    Returns what is on the plate.
    """
    return f"{dish} ({minutes} min{', salted' if salt else ''})"


def mix(*parts: str, separator: str = " and ", **amounts: float) -> str:
    """Mix all parts."""
    named = [f"{amount:g} {name}" for name, amount in amounts.items()]
    return separator.join([*parts, *named])


def portion(total, people, /, round_to=0, *extra):
    return round(total / people, round_to)


def remember(item, known=None):
    known = [] if known is None else known
    known.append(item)
    return known


def apply(function: Callable[[int], int], value: Optional[int] = None) -> int | None:
    return None if value is None else function(value)


def longest(words: list[str], limit: dict[str, int] | None = None) -> tuple[str, int]:
    word = max(words, key=len)
    return word, len(word)


class Recipe:
    """A recipe."""

    steps: list[str]

    def __init__(self, name: str, *steps: str) -> None:
        self.name = name
        self.steps = list(steps)

    def add(self, step: str, place: int = -1) -> Recipe:
        """Add a step."""
        self.steps.insert(len(self.steps) if place == -1 else place, step)
        return self

    @classmethod
    def empty(cls, name: str = "nothing") -> Recipe:
        return cls(name)

    @staticmethod
    def grams(kilos: float) -> int:
        return int(kilos * 1000)

    @property
    def length(self) -> int:
        """The number of steps."""
        return len(self.steps)
