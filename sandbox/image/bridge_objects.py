"""What stands in the student's container for objects of the test: callbacks, mocks, instances, exceptions.

A proxy forwards calls, attributes and the operators that the object has. What the checker refuses (a name with
an underscore, a module) raises AttributeError here.
"""

from __future__ import annotations

import importlib
import sys
import types
import typing
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

import bridge_async
from bridge_names import OPERATORS, named
from bridge_values import CrossingError

if TYPE_CHECKING:
    from bridge_student import StudentLink

_ID = "_bridge_id"
_LINK = "_bridge_link"
_FUNCTIONS = frozenset({"function", "method"})


class _CheckerObject:
    """Base of all proxies; each kind of object has a class of its own with the operators it has."""

    def __getattr__(self, name: str) -> Any:
        return _link(self).request("get", ["o", identity_of(self)], name)

    def __setattr__(self, name: str, value: Any) -> None:
        link = _link(self)
        link.request("set", ["o", identity_of(self)], name, lambda: link.encode(value))

    def __delattr__(self, name: str) -> None:
        _link(self).request("del", ["o", identity_of(self)], name)

    def __instancecheck__(self, value: Any) -> bool:
        link = _link(self)
        return bool(link.request("isinstance", ["o", identity_of(self)], lambda: link.encode(value)))


def _link(proxy: Any) -> StudentLink:
    return type(proxy).__dict__[_LINK]  # type: ignore[no-any-return]


_exception_classes: dict[int, tuple[type, int]] = {}


def identity_of(value: Any) -> int | None:
    """The checker's id of what stands here for one of its objects, else None."""
    kind = type(value)
    if _LINK in kind.__dict__:
        return object.__getattribute__(value, "__dict__").get(_ID)  # type: ignore[no-any-return]
    found = _exception_classes.get(id(value))
    return found[1] if found is not None and found[0] is value else None


def _forward(name: str) -> Callable[..., Any]:
    def operate(self: Any, *others: Any) -> Any:
        link = _link(self)
        return link.request(
            "op", name, ["o", identity_of(self)], lambda: [link.encode(other) for other in others]
        )

    operate.__name__ = name
    return operate


def _call(self: Any, /, *args: Any, **kwargs: Any) -> Any:
    link = _link(self)
    return link.request(
        "call",
        ["o", identity_of(self)],
        lambda: [link.encode(arg) for arg in args],
        lambda: [[name, link.encode(arg)] for name, arg in kwargs.items()],
    )


def _awaited(self: Any) -> Generator[Any, Any, Any]:
    link = _link(self)
    return (
        yield from bridge_async.wait(
            lambda cancel: link.request("step", ["o", identity_of(self)], lambda: cancel)
        )
    )


def _driven(name: str) -> Callable[..., Any]:
    def drive(self: Any, *args: Any) -> Any:
        names = object.__getattribute__(self, "__dict__")
        return bridge_async.drive(names, name, lambda: _awaited(self))(*args)

    return drive


def _member(name: str) -> property:
    return property(lambda self: _CheckerObject.__getattr__(self, name))


_classes: dict[tuple[Any, ...], type] = {}


def _proxy_class(
    link: StudentLink, name: str, operators: list[str], base: type | None, members: list[str]
) -> type:
    key = (id(link), name, tuple(operators), base, tuple(members))
    if key not in _classes:
        names: dict[str, Any] = {member: _member(member) for member in members}
        names |= {operator: _forward(operator) for operator in operators if operator in OPERATORS}
        if "__call__" in names:
            names["__call__"] = _call
        if "__await__" in names:
            names["__await__"] = _awaited
        if "__eq__" in names and "__hash__" not in names:
            names["__hash__"] = None
        if name == "coroutine":
            names["__class__"] = property(lambda _: types.CoroutineType)
            names |= {method: _driven(method) for method in bridge_async.DRIVEN}
        if name in _FUNCTIONS:
            names["__class__"] = property(lambda _: types.FunctionType)
        bases: tuple[type, ...] = (_CheckerObject,) if base is None else (_CheckerObject, base)
        _classes[key] = type(name, bases, {**names, _LINK: link, "__module__": "builtins"})
    return _classes[key]


def resolve(link: StudentLink, form: list[Any]) -> Any:
    """The value of a form made by the checker."""
    tag = form[0]
    if tag == "o":
        return link.own(form[1])
    if tag == "n":
        value = link.told.get((form[1], form[2])) or _named(form[1], form[2])
        if not isinstance(value, type):
            link.named[id(value)] = (form[1], form[2])
        return value
    if tag == "r":
        return _proxy(link, *form[1:])
    if tag == "g":
        return _generic(link, form)
    if tag == "ec":
        return _exception_class(link, *form[1:])
    if tag == "e":
        return _exception(link, *form[1:])
    raise CrossingError(f"no value: {tag}")


def _named(module: str, qualified: str) -> Any:
    if module not in sys.modules:
        importlib.import_module(module)
    return named(module, qualified)


def _proxy(  # noqa: PLR0917  (the parts of one form, in its order)
    link: StudentLink, identity: int, name: str, operators: list[str], facts: dict[str, Any], inner: Any,
    members: list[str],
) -> Any:  # fmt: skip
    proxy = link.held(identity)
    if proxy is not None:
        return proxy
    if inner is None:
        proxy = object.__new__(_proxy_class(link, name, operators, None, members))
    else:
        value = link.decode(inner[0])
        base: Any = type(value)
        proxy = base.__new__(_proxy_class(link, name, operators, base, members), value)
    proxy.__dict__.update(facts)
    proxy.__dict__[_ID] = identity
    return link.hold(identity, proxy)


def _generic(link: StudentLink, form: list[Any]) -> Any:
    parts = tuple(link.decode(part) for part in form[2])
    return typing.Union[parts] if form[1] is None else types.GenericAlias(link.decode(form[1]), parts)  # noqa: UP007  (made from parts)


def _exception_class(link: StudentLink, identity: int, name: str, bases: list[Any]) -> type:
    found = link.kept.get(identity)
    if found is None:
        parents = tuple(link.decode(base) for base in bases)
        found = type(name, parents, {"__module__": "builtins"})
        _exception_classes[id(found)] = (found, identity)
        link.kept[identity] = found
    return found


def _exception(link: StudentLink, identity: int, kind: Any, args: list[Any], text: str) -> BaseException:
    found = link.kept.get(identity)
    if found is not None:
        return found  # type: ignore[no-any-return]
    made = link.decode(kind)
    parts = [link.decode(part) for part in args]
    try:
        error = made(*parts)
    except Exception:  # noqa: BLE001  (its constructor wants something else)
        error = made.__new__(made)
        error.args = (text,)
    link.kept[identity] = error
    link.raised[id(error)] = identity
    return error  # type: ignore[no-any-return]


def subclass(link: StudentLink, name: str, bases: list[type], members: list[list[Any]], identity: int) -> int:
    """A class that a test derived from one of the student's; its methods are the test's. The id given to it."""
    namespace: dict[str, Any] = {"__module__": "builtins"}
    for member, kind, form in members:
        value = link.decode(form)
        if kind == "property":
            getter, setter, deleter = (None if part is None else method_of(part) for part in value)
            namespace[member] = property(getter, setter, deleter)
        elif kind == "value":
            namespace[member] = value
        else:
            wrap: Callable[..., Any] | None = {"static": staticmethod, "class": classmethod}.get(kind)
            namespace[member] = method_of(value) if wrap is None else wrap(method_of(value))
    made = types.new_class(name, tuple(bases), {}, lambda space: space.update(namespace))
    return link.adopt(made, identity)


def method_of(function: Any) -> Callable[..., Any]:
    """A real function around a proxy, which binds as a method does."""

    def method(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return method


def is_function(value: Any) -> bool:
    """Whether this stands for a function of the test."""
    return _LINK in type(value).__dict__ and type(value).__name__ in _FUNCTIONS
