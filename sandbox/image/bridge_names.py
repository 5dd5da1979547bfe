"""What both sides of the bridge know by name: operators that cross, and classes that are the same on both."""

from __future__ import annotations

import builtins
import importlib
import operator
import sys
import types
from collections import deque
from collections.abc import Callable
from typing import Any

ROOT = "/tmp/shared"  # noqa: S108  (the containers' own tmpfs; the same path in each, so that paths cross)

COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    f"__{name}__": getattr(operator, name) for name in ("eq", "ne", "lt", "le", "gt", "ge")
}
_ARITHMETIC = (
    ("add", "add"), ("sub", "sub"), ("mul", "mul"), ("truediv", "truediv"), ("floordiv", "floordiv"),
    ("mod", "mod"), ("pow", "pow"), ("matmul", "matmul"), ("and", "and_"), ("or", "or_"), ("xor", "xor"),
    ("lshift", "lshift"), ("rshift", "rshift"),
)  # fmt: skip
BINARY: dict[str, Callable[[Any, Any], Any]] = {
    **{f"__{name}__": getattr(operator, function) for name, function in _ARITHMETIC},
    **{f"__i{name}__": getattr(operator, "i" + function.rstrip("_")) for name, function in _ARITHMETIC},
    "__divmod__": divmod,
}


def _reflected(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda mine, other: function(other, mine)


BINARY |= {f"__r{name}__": _reflected(getattr(operator, function)) for name, function in _ARITHMETIC}

UNARY: dict[str, Callable[..., Any]] = {
    "__len__": len, "__iter__": iter, "__next__": next, "__reversed__": reversed, "__bool__": bool,
    "__hash__": hash, "__repr__": repr, "__str__": str, "__bytes__": bytes, "__int__": int,
    "__float__": float, "__complex__": complex, "__index__": operator.index, "__abs__": abs,
    "__neg__": operator.neg, "__pos__": operator.pos, "__invert__": operator.invert, "__round__": round,
    "__format__": format, "__getitem__": operator.getitem, "__setitem__": operator.setitem,
    "__delitem__": operator.delitem, "__contains__": operator.contains,
}  # fmt: skip
"""Operators on one object; the arguments of some follow it."""

BY_TYPE = frozenset(
    {"__enter__", "__exit__", "__aenter__", "__aexit__", "__aiter__", "__anext__", "__await__",
     "__floor__", "__ceil__", "__trunc__", "__fspath__", "__length_hint__", "__call__"}
)  # fmt: skip
"""Looked up on the type and called."""

OPERATORS = frozenset({*COMPARE, *BINARY, *UNARY, *BY_TYPE})
DECISIVE = frozenset({*COMPARE, *BINARY, "__contains__"}) - {"__eq__", "__ne__"}
"""Operators that are told a plain value of the test's and could answer to please it."""

PAYLOADS: tuple[type, ...] = (
    int, str, float, complex, bytes, tuple, frozenset, list, dict, set, bytearray, deque,
)  # fmt: skip
CHANGING = (list, dict, set, bytearray, deque)

_PLAIN = {
    "builtins": (
        "object int float complex bool str bytes bytearray list tuple dict set frozenset range slice "
        "property staticmethod classmethod memoryview enumerate filter map zip reversed type super"
    ),
    "types": "NoneType FunctionType GeneratorType ModuleType SimpleNamespace",
    "collections": "Counter OrderedDict defaultdict deque ChainMap",
    "collections.abc": "Callable Iterable Iterator Generator Sequence Mapping Set Hashable Sized Container",
    "datetime": "date time datetime timedelta timezone",
    "decimal": "Decimal",
    "fractions": "Fraction",
    "pathlib": "Path PosixPath PurePath",
    "uuid": "UUID",
    "re": "Pattern Match",
    "enum": "Enum IntEnum Flag IntFlag StrEnum",
    "abc": "ABC",
    "typing": "Any",
}
PLAIN_CLASSES = frozenset((module, name) for module, names in _PLAIN.items() for name in names.split())
"""Classes that the student's side may name to the checker's."""


def builtin_exception(name: str) -> type[BaseException] | None:
    """A built-in exception class that may be made on the other side; an interrupt is none."""
    found = getattr(builtins, name, None)
    if isinstance(found, type) and issubclass(found, BaseException) and found is not KeyboardInterrupt:
        return found
    return None


_ERRORS_OF = frozenset({
    "argparse", "asyncio.exceptions", "binascii", "calendar", "configparser", "copy", "csv", "dataclasses",
    "decimal", "graphlib", "io", "ipaddress", "json.decoder", "locale", "queue", "re", "shutil", "sqlite3",
    "statistics", "struct", "subprocess", "tomllib", "urllib.error", "zipfile", "zlib", "zoneinfo", "_csv",
    "_queue", "_struct", "_sqlite3", "re._constants", "zoneinfo._common",
})  # fmt: skip
"""Modules of the standard library whose exception classes are the same on both sides."""


def standard_exception(module: str, qualified: str) -> type[Exception] | None:
    """An exception class of the standard library that may be named to the other side."""
    if module not in _ERRORS_OF:
        return None
    try:
        importlib.import_module(module)
        found = named(module, qualified)
    except (ImportError, LookupError):
        return None
    return found if isinstance(found, type) and issubclass(found, Exception) else None


def named(module: str, qualified: str) -> Any:
    """What stands under this name in a loaded module; LookupError when nothing does."""
    home: Any = sys.modules.get(module)
    if home is None:
        raise LookupError(module)
    for part in filter(None, qualified.split(".")):
        try:
            home = vars(home)[part] if isinstance(home, type) else getattr(home, part)
        except (AttributeError, KeyError) as error:
            raise LookupError(qualified) from error
    return home


_IN_TYPES = {getattr(types, name): ("types", name) for name in _PLAIN["types"].split()}
"""Classes without a place of their own: `type(None)` and the like."""


def name_of(value: Any) -> tuple[str, str] | None:
    """Module and qualified name of a class or function, if that is really where it is found."""
    module, qualified = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if module is None and getattr(value, "__objclass__", None) is not None:
        module = value.__objclass__.__module__  # a method of a built-in class, such as str.upper
    if type(module) is not str or type(qualified) is not str:
        return None
    try:
        return (module, qualified) if named(module, qualified) is value else None
    except LookupError:
        return _IN_TYPES.get(value) if isinstance(value, type) else None


def operators_of(kind: type) -> list[str]:
    """The operators that a class adds to those of every object."""
    found: dict[str, Any] = {}
    for base in reversed(kind.__mro__):
        if base is not object:
            found.update((name, value) for name, value in vars(base).items() if name in OPERATORS)
    return [name for name, value in found.items() if value is not None]


def special(value: Any, name: str) -> Callable[..., Any]:
    """A method as Python itself looks special ones up: on the type, then bound. AttributeError when absent."""
    for base in type(value).__mro__:
        if name in vars(base):
            found = vars(base)[name]
            bind = getattr(type(found), "__get__", None)
            return found if bind is None else bind(found, value, type(value))  # type: ignore[no-any-return]
    raise AttributeError(name)


def payload_base(kind: type) -> type | None:
    """The built-in class of values that a class extends, if any."""
    return next((base for base in PAYLOADS if issubclass(kind, base)), None)


_RAW: dict[type, Callable[[Any], Any]] = {
    int: lambda value: int.__add__(value, 0),
    str: str.__str__,
    float: float.__float__,
    complex: lambda value: complex(complex.__pos__(value)),
    bytes: lambda value: bytes.__getitem__(value, slice(None)),
    tuple: lambda value: tuple(tuple.__iter__(value)),
    frozenset: lambda value: frozenset(frozenset.__iter__(value)),
    list: lambda value: list(list.__iter__(value)),
    dict: lambda value: dict(dict.items(value)),
    set: lambda value: set(set.__iter__(value)),
    deque: lambda value: deque(deque.__iter__(value), value.maxlen),
    bytearray: lambda value: bytearray(bytearray.__getitem__(value, slice(None))),
}


def payload(value: Any, base: type) -> Any:
    """The built-in value inside an object of a derived class, past all that the class overrides."""
    return _RAW[base](value)


class Offered(list[str]):
    """A module's `__all__`. Python takes what `from … import *` brings item by item: only names that it brought
    from the reference solution too, for another could stand in for `sorted`, or be a setting of pytest's.
    """

    def __init__(self, names: Any, brings: Callable[[str], bool]) -> None:
        super().__init__(name for name in names if type(name) is str)
        self._brings = brings

    def __getitem__(self, place: Any) -> Any:
        return [name for name in self if self._brings(name)][place]
