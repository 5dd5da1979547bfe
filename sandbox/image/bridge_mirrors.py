"""Reads what the student's side sends as references: mirrors its classes, makes proxies and exceptions.

All of it is a stranger's word: names are looked up in short lists only, and what is not in form raises
CrossingError, which ends the run.
"""

from __future__ import annotations

import enum
import types
import typing
from abc import ABCMeta
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable
from typing import Any

import bridge_errors
import bridge_kinds
import bridge_proxy
from bridge_link import Link
from bridge_names import (
    CHANGING,
    OPERATORS,
    PLAIN_CLASSES,
    builtin_exception,
    named,
    payload_base,
    standard_exception,
)
from bridge_proxy import Member, Remote, RemoteError, RemoteMeta, RemoteModule
from bridge_values import CrossingError, Form

MAX_DOC = 2_000
MAX_MEMBERS = 300
_DICTS = (Counter, OrderedDict, defaultdict)
"""Classes with a built-in value that may be bases of a mirror themselves."""


class Mirrors(Link):
    """The reading half of the checker's link."""

    def __init__(self) -> None:
        super().__init__(parity=0)
        self.classes: dict[int, Any] = {}
        self.public: dict[Any, str] = {}  # mirrors of classes that the program's modules name
        self.given: set[tuple[str, str]] = set()  # what went over by name and may come back so
        self.raised: dict[int, int] = {}  # id of a built-in exception made here -> its id there

    def resolve(self, form: list[Any]) -> Any:
        reader = _RESOLVERS.get(form[0])
        if reader is None:
            raise CrossingError("no value")
        try:
            return reader(self, *form[1:])
        except (TypeError, ValueError, LookupError, AttributeError) as error:
            raise CrossingError(f"no value: {form[0]}") from error

    def _named(self, module: str, qualified: str) -> Any:
        if (module, qualified) in self.given:
            return named(module, qualified)
        if (module, qualified) in PLAIN_CLASSES:
            __import__(module)
            return named(
                module, "Path" if qualified == "PosixPath" and module == "pathlib._local" else qualified
            )
        if module == "builtins" and (found := builtin_exception(qualified)) is not None:
            return found
        if (error := standard_exception(module, qualified)) is not None:
            return error
        raise CrossingError("a name that does not cross")

    def _class(self, identity: int) -> Any:
        if type(identity) is not int:
            raise CrossingError("no class")
        return self.classes[identity]

    def _object(self, identity: int, kind: Form, inner: Form) -> Any:
        if type(identity) is not int:
            raise CrossingError("no reference")
        if (held := self.held(identity)) is not None:
            return held
        mirror = self.decode(kind)
        if type(mirror) is not RemoteMeta or issubclass(mirror, BaseException):
            raise CrossingError("no class of objects")
        base = payload_base(mirror)
        if issubclass(mirror, types.ModuleType):
            raise CrossingError("no object")
        if type.__getattribute__(mirror, "__dict__").get("_bridge_std") is types.ModuleType:
            return self._module(identity)
        if base is not None and base not in CHANGING:
            value = self.decode(inner[0]) if type(inner) is list and len(inner) == 1 else None
            if type(value) is not base:
                raise CrossingError("a built-in value of another class")
            made = _new_of(mirror)(mirror, value)
        else:
            made = _new_of(mirror)(mirror)
        object.__getattribute__(made, "__dict__")["_bridge_self"] = (self, identity)
        return self.hold(identity, made)

    def _module(self, identity: int) -> Any:
        made = RemoteModule("module")
        made.__dict__["_bridge_self"] = (self, identity)
        return self.hold(identity, made)

    def _generic(self, head: Form, parts: list[Form]) -> Any:
        items = tuple(self.decode(part) for part in parts)
        return typing.Union[items] if head is None else types.GenericAlias(self.decode(head), items)  # noqa: UP007  (made from parts)

    def learn(self, described: list[Any]) -> None:
        for entry in described:
            try:
                self._mirror(*entry)
            except (TypeError, ValueError, LookupError, AttributeError) as error:
                raise CrossingError("no description of a class") from error

    def _mirror(  # noqa: PLR0917  (the parts of one form, in its order)
        self, identity: int, name: str, qualified: str, module: str, doc: str | None, bases: list[Form],
        inner: str, names: list[str], members: list[str], hashable: bool, public: bool,
    ) -> None:  # fmt: skip
        if type(identity) is not int or not all(type(text) is str for text in (name, qualified, module)):
            raise CrossingError("no description of a class")
        if identity in self.classes:
            return
        base = bridge_kinds.payload_named(inner) if inner else None
        found = [self.decode(form) for form in bases]
        parents = _parents(found, base)
        error = any(issubclass(parent, BaseException) for parent in parents)
        kept = [operator for operator in names if operator in OPERATORS]
        space: dict[str, Any] = {} if error else bridge_proxy.operators(kept, base, hashable=hashable is True)
        for member in members[:MAX_MEMBERS]:
            if (
                type(member) is str
                and not member.startswith("_bridge")
                and not (member.startswith("__") and member not in {"__init__", "__post_init__"})
            ):
                space.setdefault(member, Member(member))
        if error:
            space = {}  # attributes of an exception are asked for when they are needed
        space |= {
            "__module__": module[:200], "__qualname__": qualified[:200],
            "__doc__": doc[:MAX_DOC] if type(doc) is str else None,
            "_bridge_sid": identity, "_bridge_link": self,
        }  # fmt: skip
        standard = None if parents != (Remote,) else bridge_kinds.standard_class(module, qualified)
        if standard is not None:
            space["_bridge_std"] = standard
        if standard in bridge_proxy.BINDING:
            space["__get__"] = bridge_proxy.bind
        elif standard is None and "__get__" in members:
            space["__set_name__"] = bridge_proxy.refuse_place
        space["_bridge_enums"] = tuple(kind for kind in found if isinstance(kind, enum.EnumType))
        made: Any = RemoteMeta(name[:200], parents, space)
        for kind in (*found, bridge_kinds.abstract_class(module, qualified)):
            if isinstance(kind, ABCMeta):
                kind.register(made)
        self.classes[identity] = made
        if public is True:
            self.public[made] = name


_RESOLVERS: dict[str, Callable[..., Any]] = {
    "o": lambda link, identity: link.own(identity),
    "n": Mirrors._named,
    "k": Mirrors._class,
    "r": Mirrors._object,
    "g": Mirrors._generic,
    "e": bridge_errors.read,
    "en": bridge_errors.read_noted,
}


def _parents(found: list[Any], base: type | None) -> tuple[type, ...]:
    """The bases of a mirror: mirrors, built-in exceptions and the class of its built-in value."""
    mirrors = [kind for kind in found if type(kind) is RemoteMeta]
    errors = [
        kind
        for kind in found
        if isinstance(kind, type) and issubclass(kind, BaseException) and kind not in mirrors
    ]
    parents: list[type] = [*mirrors, *errors]
    if errors and not any(issubclass(kind, RemoteError) for kind in mirrors):
        parents.insert(0, _RemoteErrorRoot)
    if not errors and not mirrors:
        parents.append(Remote)
    if base is not None and not any(issubclass(kind, base) for kind in parents):
        parents.append(next((kind for kind in found if kind in _DICTS and issubclass(kind, base)), base))
    return tuple(parents)


class _RemoteErrorRoot(RemoteError, metaclass=RemoteMeta):
    """Base of the mirrors of exception classes."""

    _bridge_root = True


def _new_of(mirror: Any) -> Callable[..., Any]:
    """How objects of a mirror are made: as those of the nearest class that is no mirror."""
    kind: Any = next(kind for kind in type.mro(mirror) if type(kind) is not RemoteMeta)
    return kind.__new__  # type: ignore[no-any-return]
