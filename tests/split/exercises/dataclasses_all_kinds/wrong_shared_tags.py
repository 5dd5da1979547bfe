from dataclasses import KW_ONLY, dataclass, field


TAGS = []


@dataclass
class Book:
    title: str
    pages: int
    tags: list = field(default_factory=lambda: TAGS)

    def __post_init__(self):
        if self.pages < 0:
            raise ValueError("pages must not be negative")


@dataclass(frozen=True)
class Coordinate:
    lat: float
    lon: float


@dataclass(order=True)
class Temperature:
    degrees: float
    place: str = field(default="", compare=False)


@dataclass
class Order:
    customer: str
    place: Coordinate
    books: list
    total_pages: int = field(init=False)

    def __post_init__(self):
        self.total_pages = sum(book.pages for book in self.books)


@dataclass
class Dish:
    name: str


@dataclass
class Recipe(Dish):
    _: KW_ONLY
    minutes: int
    steps: list = field(default_factory=list)
