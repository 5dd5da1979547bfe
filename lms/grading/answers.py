"""Reads what comes out of a container: strict about every field, for all of it is the student's word."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from dataclasses import dataclass

from lms.grading.display import clip
from sandbox.codec import CodecError

MAX_PRINTED = 60_000
MAX_MRO = 40


class BadAnswer(ValueError):
    """The answer is not in the harness's form."""


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception of the student's code, described in plain text."""

    class_name: str
    lineage: tuple[str, ...]  # "builtins.ValueError"; ".Oops" for a class of the student's
    message: str
    line: int | None
    file: str | None
    text: str | None  # the line a SyntaxError is about
    traceback: str

    def is_a(self, name: str) -> bool:
        """Whether `name` is the class or one of its bases; a built-in name means the built-in class."""
        return any(_matches(qualified, name) for qualified in self.lineage)


@dataclass(frozen=True, slots=True)
class Observed:
    """What came of one call, program or step."""

    value: object
    error: Raised | None
    problem: str | None  # missing | too_large
    name: str
    printed: str
    overflow: bool


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of loading the files."""

    error: Raised | None
    printed: str
    overflow: bool


@dataclass(frozen=True, slots=True)
class Found:
    """Constructs found in the text, with their first line in each file."""

    found: tuple[tuple[str, str, int], ...]
    readable: bool


def read_loaded(payload: object) -> Loaded:
    """The answer to "load"."""
    data = _object(_object(payload, {"load"})["load"], {"error", "printed", "overflow"})
    return Loaded(read_raised(data["error"]), _printed(data["printed"]), _bool(data["overflow"]))


def read_found(payload: object) -> Found:
    """The answer to "rules"."""
    data = _object(_object(payload, {"rules"})["rules"], {"found", "readable"})
    places = []
    for item in _list(data["found"], 2_000):
        construct, file, line = _list(item, 3, exactly=True)
        places.append((_text(construct, 200), _text(file, 200), _int(line)))
    return Found(tuple(places), _bool(data["readable"]))


def answered_check(payload: object) -> int:
    """Which check an answer says it is for."""
    return _int(_object(payload, {"check", "results"})["check"])


Decode = Callable[[object], object]
"""Reads a value in the tagged form of a language; CodecError when it is in none."""


def read_observed(payload: object, steps: int, decode: Decode) -> tuple[Observed, ...]:
    """The answer to one check, which must have that many steps."""
    data = _object(payload, {"check", "results"})
    return tuple(_observed(item, decode) for item in _list(data["results"], steps, exactly=True))


def _observed(item: object, decode: Decode) -> Observed:
    data = _object(item, {"value", "error", "problem", "name", "printed", "overflow"})
    problem = data["problem"]
    if problem is not None and problem not in ("missing", "too_large"):
        raise BadAnswer("unknown problem")
    try:
        value = None if data["value"] is None else decode(data["value"])
    except CodecError as error:
        raise BadAnswer("unreadable value") from error
    return Observed(
        value=value if data["value"] is not None else NO_VALUE,
        error=read_raised(data["error"]),
        problem=str(problem) if problem is not None else None,
        name=_text(data["name"], 200),
        printed=_printed(data["printed"]),
        overflow=_bool(data["overflow"]),
    )


class _NoValue:
    """Stands for "no value was given"; equal to no value an author can write."""

    def __repr__(self) -> str:
        return "no value"


NO_VALUE = _NoValue()


def read_raised(item: object) -> Raised | None:
    """The harness's description of an exception, or None where it gives none."""
    if item is None:
        return None
    data = _object(item, {"class", "mro", "message", "line", "file", "text", "traceback"})
    return Raised(
        class_name=_text(data["class"], 200),
        lineage=tuple(_text(name, 500) for name in _list(data["mro"], MAX_MRO)),
        message=_text(data["message"], 2_000),
        line=None if data["line"] is None else _int(data["line"]),
        file=None if data["file"] is None else _text(data["file"], 300),
        text=None if data["text"] is None else _text(data["text"], 2_000),
        traceback=_text(data["traceback"], 10_000),
    )


def _matches(qualified: str, name: str) -> bool:
    module, _, last = qualified.rpartition(".")
    return last == name and (module == "builtins" or name not in _BUILT_IN)


_BUILT_IN = frozenset(
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
)


def _object(value: object, keys: set[str]) -> dict[str, object]:
    if type(value) is not dict or value.keys() != keys:
        raise BadAnswer("other fields than expected")
    return value


def _list(value: object, limit: int, *, exactly: bool = False) -> list[object]:
    if type(value) is not list or len(value) > limit or (exactly and len(value) != limit):
        raise BadAnswer("not a list of the right length")
    return value


def _text(value: object, limit: int) -> str:
    if type(value) is not str or len(value) > limit:
        raise BadAnswer("not a text of the right length")
    return clip(value, limit)


def _printed(value: object) -> str:
    if type(value) is not str or len(value) > MAX_PRINTED:
        raise BadAnswer("not printed text")
    return value


def _int(value: object) -> int:
    if type(value) is not int or not 0 <= value <= 10_000_000:
        raise BadAnswer("not a number of the right size")
    return value


def _bool(value: object) -> bool:
    if type(value) is not bool:
        raise BadAnswer("not true or false")
    return value
