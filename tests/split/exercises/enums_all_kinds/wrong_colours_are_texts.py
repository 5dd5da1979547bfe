from enum import Enum, Flag, IntEnum, StrEnum, auto


class Colour(str, Enum):
    RED = "#f00"
    GREEN = "#0f0"
    BLUE = "#00f"
    LIME = "#0f0"

    def is_warm(self):
        return self is Colour.RED


class Level(IntEnum):
    LOW = 1
    MIDDLE = 2
    HIGH = 3


class Access(Flag):
    READ = auto()
    WRITE = auto()
    RUN = auto()
    ALL = READ | WRITE | RUN


class Status(StrEnum):
    OPEN = auto()
    WAITING = auto()
    CLOSED = auto()


def describe(prices):
    names = sorted(colour.name for colour in prices)
    return ", ".join(f"{name} {prices[Colour[name]]}" for name in names)


def parse_level(text):
    if text.isdigit():
        return Level(int(text))
    try:
        return Level[text.upper()]
    except KeyError:
        raise ValueError(text) from None


def next_status(status):
    order = list(Status)
    place = order.index(Status(status))
    return order[min(place + 1, len(order) - 1)]
