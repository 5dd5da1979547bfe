from typing import Callable, Optional


def cook(dish: str, minutes: int = 10, *, salt: bool = False) -> str:
    pass


def mix(*parts: str, separator: str = " and ", **amounts: float) -> str:
    pass


def portion(total, people, /, round_to=0, *extra):
    pass


def remember(item, known=None):
    pass


def apply(function: Callable[[int], int], value: Optional[int] = None) -> int | None:
    pass


def longest(words: list[str], limit: dict[str, int] | None = None) -> tuple[str, int]:
    pass


class Recipe:
    def __init__(self, name: str, *steps: str) -> None:
        pass

    def add(self, step: str, place: int = -1) -> Recipe:
        pass

    @classmethod
    def empty(cls, name: str = "nothing") -> Recipe:
        pass

    @staticmethod
    def grams(kilos: float) -> int:
        pass

    @property
    def length(self) -> int:
        pass
