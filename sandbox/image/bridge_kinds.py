"""Classes of the standard library that the student's side may name, as the checker knows them."""

from __future__ import annotations

import sys
import types
from abc import ABCMeta

from bridge_names import PAYLOADS

_STANDARD_TYPES = {
    kind.__name__: kind
    for kind in vars(types).values()
    if isinstance(kind, type) and kind not in {types.NoneType, types.EllipsisType, types.NotImplementedType}
}


_VALUES = frozenset(
    {"decimal", "fractions", "datetime", "numbers", "collections", "uuid", "pathlib", "abc", "unittest"}
)
"""Whose objects cross as values: what only says that it is one is none."""


def standard_class(module: str, qualified: str) -> type | None:
    """The class of the standard library that an object says it has, for `isinstance`."""
    if module == "builtins":
        return _STANDARD_TYPES.get(qualified) or _iterators().get(qualified)
    if module.partition(".")[0] not in sys.stdlib_module_names - _VALUES or module not in sys.modules:
        return None
    found = getattr(sys.modules[module], qualified, None)
    return found if isinstance(found, type) and not issubclass(found, BaseException) else None


_ABSTRACT_HOMES = frozenset({"collections", "collections.abc", "numbers", "contextlib"})


def abstract_class(module: str, qualified: str) -> ABCMeta | None:
    """The abstract class of the standard library that a class says it is, which then knows its mirror."""
    found = getattr(sys.modules.get(module), qualified, None) if module in _ABSTRACT_HOMES else None
    return found if isinstance(found, ABCMeta) else None


def _iterators() -> dict[str, type]:
    kinds = (map, filter, zip, enumerate, reversed, property, staticmethod, classmethod, memoryview, super)
    return {kind.__name__: kind for kind in kinds}


def payload_named(name: str) -> type | None:
    """The built-in class of values of that name."""
    return next((kind for kind in PAYLOADS if kind.__name__ == name), None)
