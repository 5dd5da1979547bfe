"""Values that cross the bridge: built-in ones by value and exactly, containers shared, all else by reference.

Both containers run this file. Exact built-in values are JSON scalars where JSON says them exactly, else a list
with a tag first. Mutable containers (list, dict, set, bytearray, deque and the dicts of `collections`) are
shared: each side has one, under the same number, and every frame carries the contents that changed, so a
change on one side is seen on the other and identity holds. Whatever else is a reference to the side that made it.

Forms:  null true false 12 1.5 "text"     ["i", "-ff"] ["f", "nan"] ["t", [...]] ["z", [...]] (frozenset)
        ["s", number] (shared)            ["x", codec form] ["c", name] ["n", module, qualified name]
        ["o", id] (the receiver's own)    ["r", id, …] and other tags: a reference, read by the receiving side
A frame's "sh" lists shared contents: [number, kind, content, extra].
"""

from __future__ import annotations

import logging
import math
import operator
import re
import types
import uuid
from collections import ChainMap, Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from datetime import datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from sandbox import codec
else:
    import codec  # in the container it stands beside this file

MAX_DEPTH = 60
MAX_NODES = 300_000
MAX_SHARED = 20_000
"""Elements of shared containers that are watched; older ones are let go, each side then has its own."""
MAX_LOGGER_NAME = 200
_EXACT_INT = 1 << 62

Form = Any
Shared = tuple[int, str, list[Any], Any]


class CrossingError(Exception):
    """What arrived is not in the form of this page, or is more than may cross."""


class Unbridged(Exception):
    """An author's construct that cannot cross; the text names it and the cure."""


class TooLarge(Exception):
    """A value is more than may cross at once."""


_CODEC_TYPES = frozenset(
    getattr(__import__(module), name)
    for module, names in {
        "builtins": ("bytes", "complex", "range"),
        "decimal": ("Decimal",),
        "fractions": ("Fraction",),
        "datetime": ("date", "time", "timedelta", "datetime"),
    }.items()
    for name in names
)
_CONSTANTS = {"ellipsis": ..., "notimplemented": NotImplemented}
_KINDS: dict[type, str] = {
    list: "list", dict: "dict", set: "set", bytearray: "bytearray", deque: "deque",
    Counter: "Counter", OrderedDict: "OrderedDict", defaultdict: "defaultdict", ChainMap: "ChainMap",
}  # fmt: skip
_MAPPINGS = frozenset({"dict", "Counter", "OrderedDict", "defaultdict"})
_VIEWS: dict[type, str] = {type({}.keys()): "keys", type({}.values()): "values", type({}.items()): "items"}


class Values:
    """One side's reading and writing of values. `refer` and `resolve` know this side's references."""

    def __init__(self, *, parity: int) -> None:
        self._next = 2 + parity
        self._numbers: dict[int, int] = {}  # id of a shared container -> its number
        self.shared: dict[int, Any] = {}
        self._seen: dict[int, Any] = {}  # number -> content as both sides know it
        self._size = 0
        self._fresh: list[int] = []
        self._dropped: list[int] = []
        self._nodes = 0
        self.loggers: dict[str, logging.Logger] = {}
        """Loggers that came from the other side."""

    # what a side adds

    def refer(self, value: Any) -> Form:
        """The form of a value that crosses by reference."""
        raise NotImplementedError

    def resolve(self, form: list[Any]) -> Any:
        """The value of a form that this class does not know; CrossingError for what is none."""
        raise NotImplementedError

    # writing

    def encode(self, value: Any, depth: int = 0) -> Form:
        """The form of a value; new containers in it are noted for `changes`."""
        kind = type(value)
        if value is None or kind is bool or kind is str:
            return value
        if kind is int:
            return value if -_EXACT_INT < value < _EXACT_INT else ["i", format(value, "x")]
        if kind is float:
            return value if math.isfinite(value) else ["f", repr(value)]
        if kind in _KINDS and (kind is not ChainMap or _is_plain_chain(value)):
            return ["s", self._share(value)]
        if depth > MAX_DEPTH:
            raise TooLarge("The value is nested too deeply.")
        if kind is tuple or kind is frozenset:
            return ["t" if kind is tuple else "z", [self.encode(item, depth + 1) for item in value]]
        return self._encode_rest(value, kind, depth)

    def _encode_rest(self, value: Any, kind: type, depth: int) -> Form:  # noqa: PLR0911  (one line for each sort of value)
        if kind in _CODEC_TYPES:
            if kind is datetime and type(value.tzinfo) is ZoneInfo and value.tzinfo.key:
                return ["zd", self.encode(value.replace(tzinfo=None)), value.tzinfo.key]
            try:
                form = codec.encode(value)
            except codec.CodecError as error:
                raise TooLarge(str(error)) from error
            if form["t"] != "object":
                return ["x", form]
        if value is ... or value is NotImplemented:
            return ["c", "ellipsis" if value is ... else "notimplemented"]
        if kind is slice:
            return ["sl", [self.encode(part, depth + 1) for part in (value.start, value.stop, value.step)]]
        if kind in _VIEWS:
            items = [list(pair) for pair in value.mapping.items()]
            return ["dv", _VIEWS[kind], [[self.encode(part, depth + 1) for part in pair] for pair in items]]
        if kind is types.MappingProxyType and not any(callable(item) for item in value.values()):
            return ["mp", [[self.encode(part, depth + 1) for part in pair] for pair in value.items()]]
        if kind is re.Pattern and type(value.pattern) is str:
            return ["re", value.pattern, value.flags]
        if kind is uuid.UUID:
            return ["u", value.hex]
        if kind is logging.Logger or kind is logging.RootLogger:
            return ["lg", value.name]
        if isinstance(value, PurePosixPath) and kind.__module__.startswith("pathlib"):
            return ["p", kind.__name__, str(value)]
        return self.refer(value)

    def _share(self, value: Any) -> int:
        number = self._numbers.get(id(value))
        if number is None:
            number, self._next = self._next, self._next + 2
            self._keep(number, value)
            self._fresh.append(number)
        return number

    def _keep(self, number: int, value: Any) -> None:
        self._numbers[id(value)] = number
        self.shared[number] = value
        self._seen[number] = None
        self._size += len(value) + 1

    def changes(self) -> list[Shared]:
        """New and changed containers since the last frame; call it when the rest of a frame is encoded."""
        found: list[Shared] = []
        done: set[int] = set()
        waiting = [number for number, value in self.shared.items() if self._changed(number, value)]
        self._fresh.clear()
        while waiting:
            number = waiting.pop()
            if number in done:
                continue
            done.add(number)
            found.append(self._content(number, self.shared[number]))
            waiting += self._fresh
            self._fresh.clear()
        return found

    def _changed(self, number: int, value: Any) -> bool:
        seen = self._seen[number]
        if seen is None:
            return True
        kind = type(value)
        if kind is ChainMap:
            value, kind = value.maps, list
        if kind in {list, deque}:
            return not (len(value) == len(seen) and all(map(operator.is_, value, seen)))
        if kind is set:
            return not (
                len(value) == len(seen) and {id(item) for item in value} == {id(item) for item in seen}
            )
        if kind is bytearray:
            return bool(bytes(value) != seen)
        keys, items = seen
        return not (
            len(value) == len(keys)
            and all(map(operator.is_, value, keys))
            and all(map(operator.is_, value.values(), items))
        )

    def _content(self, number: int, value: Any) -> Shared:
        """The whole content of one container, remembered as sent."""
        kind = _KINDS[type(value)]
        self._note(number, value, kind)
        self._nodes += len(value)
        if self._nodes > MAX_NODES:
            raise TooLarge("The value has too many parts.")
        if kind in _MAPPINGS:
            pairs = list(value.items())
            extra = self.encode(value.default_factory) if kind == "defaultdict" else None
            return (number, kind, [[self.encode(key), self.encode(item)] for key, item in pairs], extra)
        if kind == "bytearray":
            return (number, kind, [value.hex()], None)
        items = value.maps if kind == "ChainMap" else value
        return (number, kind, [self.encode(item) for item in items], getattr(value, "maxlen", None))

    def _note(self, number: int, value: Any, kind: str) -> None:
        if kind in _MAPPINGS:
            self._seen[number] = (list(value), list(value.values()))
        elif kind == "ChainMap":
            self._seen[number] = list(value.maps)
        else:
            self._seen[number] = bytes(value) if kind == "bytearray" else value.copy()

    def begin(self) -> None:
        """A new frame: what was counted for the last one is forgotten."""
        self._nodes = 0

    # reading

    def take(self, listed: Any) -> None:
        """Bring this side's containers to the contents of a frame; new ones are made."""
        if type(listed) is not list:
            raise CrossingError("no list of shared containers")
        entries: list[tuple[int, str, list[Any], Any]] = []
        for entry in listed:
            if type(entry) is not list or len(entry) != 4:
                raise CrossingError("no shared container")
            number, kind, content, extra = entry
            if type(number) is not int or type(content) is not list:
                raise CrossingError("no shared container")
            if number in self.shared:
                if _KINDS[type(self.shared[number])] != kind:
                    raise CrossingError("a container of another kind")
            elif number % 2 == self._next % 2 or kind not in _KINDS.values():
                raise CrossingError("a container that was never given")
            else:
                self._keep(number, _empty(kind, extra))
            entries.append((number, kind, content, extra))
        for number, kind, content, extra in entries:
            self._fill(number, kind, content, extra)

    def _fill(self, number: int, kind: str, content: list[Any], extra: Any) -> None:
        value = self.shared[number]
        try:
            if kind in _MAPPINGS:
                pairs = [(self.decode(key), self.decode(item)) for key, item in content]
                value.clear()
                for key, item in pairs:
                    value[key] = item
                if kind == "defaultdict":
                    value.default_factory = self.decode(extra)
            elif kind == "bytearray":
                value[:] = bytes.fromhex(content[0])
            elif kind == "ChainMap":
                value.maps = [self._plain_map(item) for item in content]
            else:
                items = [self.decode(item) for item in content]
                value.clear()
                (value.update if kind == "set" else value.extend)(items)
        except (TypeError, ValueError, IndexError) as error:
            raise CrossingError("a container with a wrong content") from error
        self._note(number, value, kind)

    def _plain_map(self, form: Form) -> Any:
        found = self.decode(form)
        if _KINDS.get(type(found)) not in _MAPPINGS:
            raise CrossingError("a chain of what is no dictionary")
        return found

    def decode(self, form: Form, depth: int = 0) -> Any:
        """The value of a form; CrossingError for whatever is none."""
        kind = type(form)
        if form is None or kind is bool or kind is int or kind is str or kind is float:
            return form
        if kind is not list or not form or type(form[0]) is not str or depth > MAX_DEPTH + 5:
            raise CrossingError("no value")
        tag = form[0]
        if tag == "s":
            if len(form) != 2 or type(form[1]) is not int or form[1] not in self.shared:
                raise CrossingError("a container that was never given")
            return self.shared[form[1]]
        if tag in {"t", "z"}:
            items = [self.decode(item, depth + 1) for item in _list(form, 1)]
            try:
                return tuple(items) if tag == "t" else frozenset(items)
            except TypeError as error:
                raise CrossingError("a set of what cannot be hashed") from error
        reader = _READERS.get(tag)
        if reader is None:
            return self.resolve(form)
        try:
            return reader(self, form, depth)
        except (ValueError, TypeError, LookupError, ArithmeticError, re.error) as error:
            raise CrossingError(f"not a value: {tag}") from error

    # the life of shared containers

    def forget(self) -> list[int]:
        """Let go of all shared containers (a test is over); the numbers, for the other side."""
        gone = list(self.shared)
        self.drop(gone)
        return gone

    def crowded(self) -> list[int]:
        """Let go of the oldest containers while more elements are watched than may be; their numbers."""
        if self._size <= MAX_SHARED:
            return []
        self._size = sum(len(value) + 1 for value in self.shared.values())
        gone: list[int] = []
        for number, value in list(self.shared.items()):
            if self._size <= MAX_SHARED:
                break
            self._size -= len(value) + 1
            gone.append(number)
        self.drop(gone, count=False)
        return gone

    def drop(self, numbers: list[int], *, count: bool = True) -> None:
        """Let go of containers that the other side has let go of."""
        for number in numbers:
            value = self.shared.pop(number, None)
            if value is not None:
                self._numbers.pop(id(value), None)
                self._seen.pop(number, None)
                if count:
                    self._size -= len(value) + 1


def _is_plain_chain(value: ChainMap[Any, Any]) -> bool:
    """Whether a chain holds dictionaries alone: one that holds anything else crosses by reference."""
    return type(value.maps) is list and all(_KINDS.get(type(part)) in _MAPPINGS for part in value.maps)


def _empty(kind: str, extra: Any) -> Any:
    if kind == "deque":
        if extra is not None and (type(extra) is not int or extra < 0):
            raise CrossingError("a deque of a wrong length")
        return deque(maxlen=extra)
    makers: dict[str, Callable[[], Any]] = {name: made for made, name in _KINDS.items()}
    return makers[kind]()


def _list(form: list[Any], place: int) -> list[Any]:
    if len(form) <= place or type(form[place]) is not list:
        raise CrossingError("a list is missing")
    return form[place]  # type: ignore[no-any-return]


def _text(form: list[Any], place: int) -> str:
    if type(form[place]) is not str:
        raise CrossingError("a text is missing")
    return form[place]  # type: ignore[no-any-return]


def _read_int(_: Values, form: list[Any], __: int) -> int:
    return codec.decode({"t": "int", "v": form[1]})  # type: ignore[return-value]


def _read_float(_: Values, form: list[Any], __: int) -> float:
    return {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}[form[1]]


def _read_codec(_: Values, form: list[Any], __: int) -> object:
    value = codec.decode(form[1])
    if type(value) not in _CODEC_TYPES:
        raise CrossingError("not a value of the codec")
    return value


def _read_zoned(values: Values, form: list[Any], depth: int) -> datetime:
    moment = values.decode(form[1], depth + 1)
    if type(moment) is not datetime:
        raise CrossingError("not a time")
    return moment.replace(tzinfo=ZoneInfo(_text(form, 2)))


def _read_slice(values: Values, form: list[Any], depth: int) -> slice:
    start, stop, step = (values.decode(part, depth + 1) for part in _list(form, 1))
    return slice(start, stop, step)


def _pairs(values: Values, listed: list[Any], depth: int) -> dict[Any, Any]:
    return {values.decode(key, depth + 1): values.decode(item, depth + 1) for key, item in listed}


def _read_view(values: Values, form: list[Any], depth: int) -> Any:
    made = _pairs(values, _list(form, 2), depth)
    return {"keys": made.keys, "values": made.values, "items": made.items}[form[1]]()


def _read_pattern(_: Values, form: list[Any], __: int) -> re.Pattern[str]:
    if len(_text(form, 1)) > 2_000 or type(form[2]) is not int:
        raise CrossingError("a pattern is too long")
    return re.compile(form[1], form[2])


def _read_logger(values: Values, form: list[Any], _: int) -> logging.Logger:
    """This side's own logger of that name: what the program logs is logged here again."""
    found = logging.getLogger(None if form[1] == "root" else _text(form, 1)[:MAX_LOGGER_NAME])
    values.loggers[found.name] = found
    return found


def _read_path(_: Values, form: list[Any], __: int) -> PurePosixPath:
    import pathlib  # noqa: PLC0415  (its classes differ between the versions of Python)

    kinds = {"PosixPath": pathlib.PosixPath, "PurePosixPath": PurePosixPath, "Path": pathlib.PosixPath}
    return kinds[form[1]](_text(form, 2))


_READERS: dict[str, Callable[[Values, list[Any], int], Any]] = {
    "i": _read_int,
    "f": _read_float,
    "x": _read_codec,
    "c": lambda _, form, __: _CONSTANTS[form[1]],
    "zd": _read_zoned,
    "sl": _read_slice,
    "dv": _read_view,
    "mp": lambda values, form, depth: types.MappingProxyType(_pairs(values, _list(form, 1), depth)),
    "re": _read_pattern,
    "u": lambda _, form, __: uuid.UUID(hex=_text(form, 1)),
    "p": _read_path,
    "lg": _read_logger,
}
