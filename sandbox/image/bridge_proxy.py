"""What stands in the checker for the student's classes, objects and exceptions.

Each of the student's classes has a mirror here: a real class, with mirrored bases, so that `isinstance`,
`pytest.raises` and subclassing in a test work. An object that extends a built-in class (int, str, tuple, list…)
has that built-in value here and compares with it. A student's object never decides against a plain value:
`==` with one is false, and the other operators that are told a plain value are refused unless the reference
solution needed them too.
"""

from __future__ import annotations

import asyncio
import functools
import types
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

import bridge_async
from bridge_names import BINARY, CHANGING, COMPARE, DECISIVE, Offered
from bridge_values import Unbridged

if TYPE_CHECKING:
    from bridge_checker import CheckerLink

_SELF = object.__getattribute__
_LOCAL = frozenset(
    {"__mro__", "__bases__", "__base__", "__name__", "__qualname__", "__module__", "__doc__", "__class__",
     "__subclasses__", "mro", "__flags__", "__basicsize__", "__itemsize__", "__dictoffset__", "__subclasscheck__",
     "__instancecheck__", "__type_params__", "__weakrefoffset__", "__text_signature__", "__prepare__"}
)  # fmt: skip
_COPYING = frozenset({"__copy__", "__deepcopy__", "__reduce_ex__"})
"""What `copy` and `pickle` ask of an object: the copy is made there, and a pickle not at all."""
_PLAIN_RESULTS: dict[str, type | tuple[type, ...]] = {
    "__len__": int, "__bool__": bool, "__hash__": int, "__repr__": str, "__str__": str, "__format__": str,
    "__int__": int, "__float__": float, "__index__": int, "__bytes__": bytes, "__complex__": complex,
    "__contains__": bool, "__fspath__": str,
}  # fmt: skip


def identity_of(value: Any) -> tuple[CheckerLink, int] | None:
    """The link and id of what stands here for a student's object or class, else None."""
    kind = type(value)
    if kind is RemoteMeta:
        names = type.__getattribute__(value, "__dict__")
        return (names["_bridge_link"], names["_bridge_sid"]) if "_bridge_sid" in names else None
    if type(kind) is RemoteMeta or kind is RemoteModule:
        names = _SELF(value, "__dict__")
        return names.get("_bridge_self")  # type: ignore[no-any-return]
    return None


def is_remote(value: Any) -> bool:
    """Whether this stands for something of the student's (or the reference's)."""
    return identity_of(value) is not None


def enums_of(kind: RemoteMeta) -> set[type]:
    """The classes of `enum` that a mirror's class derives from, with their own bases."""
    bases = type.__getattribute__(kind, "__mro__")
    named = [
        found for base in bases for found in type.__getattribute__(base, "__dict__").get("_bridge_enums", ())
    ]
    return {parent for found in named for parent in found.__mro__}


def _ours(kind: type, name: str) -> Any:
    """What a class of the test, derived from a mirror, defines under a name; `_ours` itself when nothing."""
    for base in type.__getattribute__(kind, "__mro__"):
        names = type.__getattribute__(base, "__dict__")
        if "_bridge_ours" in names and name in names:
            return _ours if is_remote(names[name]) else names[name]  # a descriptor of the program works there
    return _ours


def _shown(classes: tuple[type, ...]) -> tuple[type, ...]:
    """Classes without those that only the bridge puts above a mirror."""
    shown = [
        kind
        for kind in classes
        if kind is not RemoteError
        and not (type(kind) is RemoteMeta and "_bridge_root" in type.__getattribute__(kind, "__dict__"))
    ]
    return tuple(shown) or (object,)


class RemoteMeta(type):
    """The class of mirrors: what is asked of a class is asked of the student's."""

    def __new__(mcs, name: str, bases: tuple[type, ...], names: dict[str, Any], **options: Any) -> RemoteMeta:
        if "_bridge_sid" in names or "_bridge_root" in names:
            return super().__new__(mcs, name, bases, names)
        made = super().__new__(mcs, name, bases, {**names, "_bridge_ours": True})
        link = next(found[0] for base in bases if (found := identity_of(base)) is not None)
        link.derive(made, name, bases, names, options)
        return made

    def __init__(cls, name: str, bases: tuple[type, ...], names: dict[str, Any], **_: Any) -> None:
        super().__init__(name, bases, names)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        link, identity = _known(cls)
        return link.call(identity, args, kwargs)

    def __getattribute__(cls, name: str) -> Any:
        if name in _LOCAL or name.startswith("_bridge") or (name in _COPYING and issubclass(cls, Remote)):
            own = type.__getattribute__(cls, name)
            return _shown(own) if name in {"__mro__", "__bases__"} else own
        found = identity_of(cls)
        if found is None or _ours(cls, name) is not _ours:
            return type.__getattribute__(cls, name)
        link, identity = found
        return link.signature(identity) if name == "__signature__" else link.get(identity, name)

    def __setattr__(cls, name: str, value: Any) -> None:
        found = identity_of(cls)
        if found is None or name.startswith("_bridge") or name in {"__abstractmethods__", "__doc__"}:
            type.__setattr__(cls, name, value)
        else:
            found[0].set(found[1], name, value)

    def __delattr__(cls, name: str) -> None:
        link, identity = _known(cls)
        link.delete(identity, name)

    def __dir__(cls) -> list[str]:
        link, identity = _known(cls)
        return list(link.call_attribute(identity, "__dir__", own_type=True))

    def __iter__(cls) -> Any:
        return _on_class(cls, "__iter__")

    def __len__(cls) -> int:
        return int(_on_class(cls, "__len__"))

    def __bool__(cls) -> bool:
        return True

    def __instancecheck__(cls, value: Any) -> bool:
        return type.__instancecheck__(cls, value) or _is_there("isinstance", value, cls)

    def __subclasscheck__(cls, kind: type) -> bool:
        return type.__subclasscheck__(cls, kind) or _is_there("issubclass", kind, cls)

    def __getitem__(cls, key: Any) -> Any:
        return _on_class(cls, "__getitem__", key)

    def __contains__(cls, item: Any) -> bool:
        return bool(_on_class(cls, "__contains__", item))

    def __repr__(cls) -> str:
        return f"<class '{cls.__module__}.{cls.__qualname__}'>"


def _is_there(question: str, value: Any, kind: Any) -> bool:
    """What a protocol or an abstract class of the program says of something else of the program."""
    found, asked = identity_of(kind), identity_of(value)
    if found is None or asked is None or found[0] is not asked[0] or isinstance(value, BaseException):
        return False
    return found[0].standard(question, (value, kind), {}) is True


def _known(kind: Any) -> tuple[CheckerLink, int]:
    found = identity_of(kind)
    if found is None:
        raise TypeError(f"{kind.__name__} is no class of the program")
    return found


def _on_class(kind: type, operator: str, *others: Any) -> Any:
    link, identity = _known(kind)
    return link.operate(operator, identity, others)


class Remote(metaclass=RemoteMeta):
    """Base of all mirrors but those of exceptions."""

    _bridge_root = True

    def __getattribute__(self, name: str) -> Any:
        if name in _COPYING:
            return _SELF(self, name)
        if name == "__class__":
            kind = type(self)
            return type.__getattribute__(kind, "__dict__").get("_bridge_std", kind)
        link, identity = _SELF(self, "__dict__")["_bridge_self"]
        ours = _ours(type(self), name)
        if ours is not _ours:
            return _SELF(self, name)
        if name in bridge_async.DRIVEN and _is_in_task(type(self)):
            return bridge_async.drive(_SELF(self, "__dict__"), name, lambda: _awaited(self))
        return link.signature(identity) if name == "__signature__" else link.get(identity, name)

    def __setattr__(self, name: str, value: Any) -> None:
        link, identity = _SELF(self, "__dict__")["_bridge_self"]
        link.set(identity, name, value)

    def __delattr__(self, name: str) -> None:
        link, identity = _SELF(self, "__dict__")["_bridge_self"]
        link.delete(identity, name)

    def __dir__(self) -> list[str]:
        link, identity = _SELF(self, "__dict__")["_bridge_self"]
        return list(link.call_attribute(identity, "__dir__"))

    def __repr__(self) -> str:
        link, identity = _SELF(self, "__dict__")["_bridge_self"]
        return _plain("__repr__", link.operate("__repr__", identity, ()))  # type: ignore[no-any-return]

    def __str__(self) -> str:
        link, identity = _SELF(self, "__dict__")["_bridge_self"]
        return _plain("__str__", link.operate("__str__", identity, ()))  # type: ignore[no-any-return]

    def __format__(self, spec: str) -> str:
        link, identity = _SELF(self, "__dict__")["_bridge_self"]
        return _plain("__format__", link.operate("__format__", identity, (spec,)))  # type: ignore[no-any-return]

    def __copy__(self) -> Any:
        return _standard("copy.copy", self)

    def __deepcopy__(self, _: Any) -> Any:
        return _standard("copy.deepcopy", self)

    def __reduce_ex__(self, _: Any) -> Any:
        raise Unbridged(
            "An object of the program cannot be pickled in a test. Copy it with `copy`, or let the program save it."
        )


def _is_in_task(kind: type) -> bool:
    """Whether these are coroutines and a loop of the test's runs, so that it is a task that asks."""
    standard = type.__getattribute__(kind, "__dict__").get("_bridge_std")
    return standard is types.CoroutineType and asyncio.events._get_running_loop() is not None


def _standard(name: str, value: Any) -> Any:
    link, _ = _SELF(value, "__dict__")["_bridge_self"]
    return link.standard(name, (value,), {})


class RemoteError:
    """Mixed into mirrors of exception classes."""

    def __getattr__(self, name: str) -> Any:
        found = _SELF(self, "__dict__").get("_bridge_self")
        if found is None or name.startswith("_bridge"):
            raise AttributeError(name)
        return found[0].get(found[1], name)

    def __setattr__(self, name: str, value: Any) -> None:
        found = _SELF(self, "__dict__").get("_bridge_self")
        if found is None or name.startswith("__"):
            object.__setattr__(self, name, value)
        else:
            found[0].set(found[1], name, value)

    def __str__(self) -> str:
        return str(_SELF(self, "__dict__").get("_bridge_text", ""))


class RemoteModule(types.ModuleType):
    """One of the student's modules."""

    def __getattribute__(self, name: str) -> Any:
        if name in {"__class__", "__dict__", "__spec__", "__loader__", "__path__", "__name__", "__package__"}:
            return super().__getattribute__(name)
        found = super().__getattribute__("__dict__").get("_bridge_self")
        if found is None:
            return super().__getattribute__(name)
        link, identity = found
        try:
            value = link.get(identity, name)
        except AttributeError:
            if name != "__all__":
                raise
            value = [item for item in link.call_attribute(identity, "__dir__") if not item.startswith("_")]
        return Offered(value, link.brings) if name == "__all__" else value

    def __setattr__(self, name: str, value: Any) -> None:
        names = super().__getattribute__("__dict__")
        found = names.get("_bridge_self")
        mirrored = is_remote(value) and isinstance(value, types.ModuleType)
        if found is None or mirrored or (name.startswith("__") and name.endswith("__")):
            names[name] = value
        else:
            found[0].set(found[1], name, value)

    def __delattr__(self, name: str) -> None:
        link, identity = super().__getattribute__("__dict__")["_bridge_self"]
        link.delete(identity, name)

    def __dir__(self) -> list[str]:
        link, identity = super().__getattribute__("__dict__")["_bridge_self"]
        return list(link.call_attribute(identity, "__dir__"))


# ---- the operators of mirrors -----------------------------------------------------------------------


def _plain(operator: str, value: Any) -> Any:
    wanted = _PLAIN_RESULTS.get(operator)
    if wanted is not None and type(value) is not wanted:
        raise TypeError(f"{operator} returned a value of another type ({type(value).__name__})")
    return value


def _unary(name: str) -> Callable[..., Any]:
    def operate(self: Any, *others: Any) -> Any:
        link, identity = _SELF(self, "__dict__")["_bridge_self"]
        if name == "__contains__" and not is_remote(others[0]) and not link.permits(type(self), name):
            raise TypeError(f"argument of type '{type(self).__name__}' is not a container the test may ask")
        return _plain(name, link.operate(name, identity, others))

    operate.__name__ = name
    return operate


def _binary(name: str) -> Callable[[Any, Any], Any]:
    def operate(self: Any, other: Any) -> Any:
        link, identity = _SELF(self, "__dict__")["_bridge_self"]
        if not is_remote(other) and (name not in DECISIVE or not link.permits(type(self), name)):
            return NotImplemented
        return link.operate(name, identity, (other,))

    operate.__name__ = name
    return operate


def _with_payload(name: str, base: type) -> Callable[[Any, Any], Any]:
    """A comparison of an object that extends a built-in class: with a plain value, its built-in value decides."""
    own = getattr(base, name, None)

    def operate(self: Any, other: Any) -> Any:
        link, identity = _SELF(self, "__dict__")["_bridge_self"]
        if is_remote(other):
            return link.operate(name, identity, (other,))
        if own is None:
            return NotImplemented
        return own(link.inner(self, identity, base), other)

    operate.__name__ = name
    return operate


def _guarded(name: str, base: type) -> Callable[[Any, Any], Any]:
    """An operator of an object that extends a built-in class, told a plain value: its built-in value answers,
    unless the reference solution's class needed its own."""
    own = getattr(base, name, None)

    def operate(self: Any, other: Any) -> Any:
        link, identity = _SELF(self, "__dict__")["_bridge_self"]
        if is_remote(other) or link.permits(type(self), name):
            return _plain(name, link.operate(name, identity, (other,)))
        return NotImplemented if own is None else own(link.inner(self, identity, base), other)

    operate.__name__ = name
    return operate


def _awaited(self: Any) -> Generator[Any, Any, Any]:
    link, identity = _SELF(self, "__dict__")["_bridge_self"]
    return (yield from bridge_async.wait(lambda cancel: link.step(identity, cancel)))


def _async(name: str) -> Callable[..., Any]:
    async def operate(self: Any, *others: Any) -> Any:
        link, identity = _SELF(self, "__dict__")["_bridge_self"]
        return await link.operate(name, identity, others)

    return operate


def _call(self: Any, /, *args: Any, **kwargs: Any) -> Any:
    link, identity = _SELF(self, "__dict__")["_bridge_self"]
    return link.call(identity, args, kwargs)


def bind(self: Any, instance: Any, _: Any = None) -> Any:
    """A function of the program that decorates a method in a class of the test is a method there."""
    return self if instance is None else types.MethodType(self, instance)


def refuse_place(_: Any, owner: Any, name: str) -> None:
    """A descriptor of the program gets its place in a class."""
    if type(owner) is not RemoteMeta:
        raise Unbridged(
            f"`{name}` of a class of the test is a descriptor of the program. Derive the class from one of the program."
        )


BINDING = (types.FunctionType, type(functools.lru_cache(len)))


def operators(names: list[str], base: type | None, *, hashable: bool) -> dict[str, Any]:
    """The operators of a mirror whose class has these."""
    made: dict[str, Any] = {}
    for name in names:
        if base is not None and name in COMPARE:
            made[name] = _with_payload(name, base)
        elif base is not None and name in DECISIVE:
            made[name] = _guarded(name, base)
        elif name in COMPARE or name in BINARY:
            made[name] = _binary(name)
        else:
            made[name] = _SPECIAL.get(name) or _unary(name)
    if base is not None:
        made["__hash__"] = None if base in CHANGING else base.__hash__
    elif not hashable:
        made["__hash__"] = None
    elif "__hash__" in names:
        made["__hash__"] = _unary("__hash__")
    elif "__eq__" in made:
        made["__hash__"] = object.__hash__
    return made


_SPECIAL: dict[str, Callable[..., Any]] = {
    "__await__": _awaited,
    "__call__": _call,
    **{name: _async(name) for name in ("__aenter__", "__aexit__", "__anext__")},
}


class Member:
    """What `super()` finds in a mirror: the student's class's own member, bound to the object."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, value: Any, owner: Any = None) -> Any:
        if value is None:
            link, identity = _known(owner)
            return link.get(identity, self._name)
        link, identity = _SELF(value, "__dict__")["_bridge_self"]
        mirror = next(
            kind
            for kind in type.__getattribute__(type(value), "__mro__")
            if type.__getattribute__(kind, "__dict__").get(self._name) is self
        )
        return link.member(_known(mirror)[1], self._name, identity)

    def __set__(self, value: Any, new: Any) -> None:
        link, identity = _SELF(value, "__dict__")["_bridge_self"]
        link.set(identity, self._name, new)
