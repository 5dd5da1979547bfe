"""The checker's side of the bridge: asks the student's container (or the reference's), reads answers strictly.

What arrives is a stranger's word. It becomes plain values, mirrors and proxies; nothing of it is ever run or
looked up beyond the lists in `bridge_names`. The first thing that is not in form ends the run.
"""

from __future__ import annotations

import inspect
import logging
import sys
import types
import typing
import warnings
from collections.abc import Callable
from typing import Any
from unittest import mock

import bridge_proxy
from bridge_link import Link, Over
from bridge_names import (
    BINARY,
    BY_TYPE,
    COMPARE,
    OPERATORS,
    PLAIN_CLASSES,
    UNARY,
    builtin_exception,
    name_of,
    named,
    operators_of,
    payload,
    payload_base,
    CHANGING,
)
from bridge_proxy import Member, Remote, RemoteError, RemoteMeta, RemoteModule, identity_of
from bridge_values import CrossingError, Form, TooLarge, Unbridged
from bridge_wire import GONE, Wire, WireError
from bridge_world import World

MAX_TEXT = 2_000
_CLOSED = (types.FrameType, types.TracebackType, types.CodeType)
_OPEN_NAMES = frozenset({"__name__", "__doc__", "__qualname__", "__module__"})
_CLOSED_PREFIXES = ("_", "gi_", "cr_", "ag_", "tb_", "f_", "co_", "func_", "im_")
_MOCK_CLOSED = frozenset({"configure_mock", "mock_add_spec", "attach_mock"})
_WAITING = {"__aenter__", "__aexit__", "__anext__", "__await__"}


class Line:
    """The checker's one connection to the relay, over which it speaks to each peer in turn."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.problem = ""
        self.detail = ""

    def receive(self, peer: bytes) -> bytes:
        """The next frame, which must come from `peer`."""
        try:
            kind, data = self.wire.receive()
        except WireError as error:
            raise self.over("fault", f"the relay is gone: {error}") from error
        if kind == GONE:
            raise self.over("gone", data.decode("utf-8", "replace"))
        if kind != peer:
            raise self.over("malformed", "a frame out of turn")
        return data

    def over(self, problem: str, detail: str) -> Over:
        """The end of the run, for whatever is first to happen."""
        if not self.problem:
            self.problem, self.detail = problem, detail[:MAX_TEXT]
        return Over(self.problem)


class Surface:
    """Which operators that are told a plain value may be asked of objects of which class.

    Recorded while the reference solution is run; kept to when a student's program is.
    """

    def __init__(self, known: dict[str, list[str]] | None) -> None:
        self.recording = known is None
        self.used: dict[str, set[str]] = {}
        self._known = known or {}

    def permits(self, name: str, operator: str) -> bool:
        """Whether `operator` may be asked of an object of a class; noted while recording."""
        if self.recording:
            self.used.setdefault(name, set()).add(operator)
            return True
        return operator in self._known.get(name, ())


class CheckerLink(Link):
    """The way to one peer: the student's container or the reference's."""

    def __init__(self, line: Line, peer: bytes, surface: Surface, root: str) -> None:
        super().__init__(parity=0)
        self._line = line
        self._peer = peer
        self._surface = surface
        self.world = World(root, trusting=False)
        self.calls = 0
        self.classes: dict[int, Any] = {}
        self._public: dict[Any, str] = {}
        self._raised: dict[int, int] = {}
        self.before_request: Callable[[CheckerLink], None] | None = None
        self._preparing = False

    # the line

    def transmit(self, payload: bytes) -> None:
        self.calls += 1
        try:
            self._line.wire.send(self._peer, payload)
        except WireError as error:
            raise self._line.over("fault", str(error)) from error

    def receive(self) -> bytes:
        return self._line.receive(self._peer)

    def request(self, operation: str, *forms: Callable[[], Form] | Form) -> Any:
        if self._line.problem:
            raise Over(self._line.problem)
        with self.lock:
            if self.before_request is not None and not self._preparing:
                self._preparing = True
                try:
                    self.before_request(self)
                finally:
                    self._preparing = False
            try:
                return super().request(operation, *forms)
            except CrossingError as error:
                raise self._line.over("malformed", str(error)) from error
            except TooLarge as error:
                raise Unbridged(f"{error} Give the program less at once.") from error

    def gather(self) -> dict[str, Any]:
        changed = self.world.changes()
        return {"wo": changed} if changed else {}

    def apply(self, frame: dict[str, Any]) -> None:
        if "wo" in frame:
            self.world.apply(frame["wo"])
        for entry in frame.get("ou", []) if type(frame.get("ou", [])) is list else []:
            if type(entry) is not list or not 2 <= len(entry) <= 4 or type(entry[-1]) is not str:
                raise CrossingError("not a print")
            self._printed(entry)

    def _printed(self, entry: list[Any]) -> None:
        if entry[0] == "o":
            sys.stdout.write(entry[1])
        elif entry[0] == "e":
            sys.stderr.write(entry[1])
        elif entry[0] == "w":
            category = self.decode(entry[1])
            if isinstance(category, type) and issubclass(category, Warning):
                warnings.warn(entry[2], category, stacklevel=2)
        elif entry[0] == "l" and type(entry[1]) is str and type(entry[2]) is int:
            logger = logging.getLogger(entry[1][:200] if entry[1] != "root" else None)
            if logger.isEnabledFor(entry[2]):
                logger.handle(logger.makeRecord(logger.name, entry[2], "", 0, entry[3], (), None))

    # what proxies ask

    def call(self, identity: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call an object of the peer's."""
        return self.request("call", ["o", identity], *self._arguments(args, kwargs))

    def _arguments(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Any]:
        return (
            lambda: [self.encode(arg) for arg in args],
            lambda: [[name, self.encode(arg)] for name, arg in kwargs.items()],
        )

    def get(self, identity: int, name: str) -> Any:
        """An attribute."""
        return self.request("get", ["o", identity], name)

    def set(self, identity: int, name: str, value: Any) -> None:
        """Set an attribute."""
        self.request("set", ["o", identity], name, lambda: self.encode(value))

    def delete(self, identity: int, name: str) -> None:
        """Delete an attribute."""
        self.request("del", ["o", identity], name)

    def call_attribute(self, identity: int, name: str, *, own_type: bool = False) -> Any:
        """Call a method without arguments; `own_type`: of a class itself, as `dir(cls)` does."""
        return self.standard("dir", (_Own(identity),), {}) if own_type else self.get(identity, name)()

    def operate(self, name: str, identity: int, others: tuple[Any, ...]) -> Any:
        """Apply an operator."""
        return self.request("op", name, ["o", identity], lambda: [self.encode(other) for other in others])

    def member(self, kind: int, name: str, identity: int) -> Any:
        """A member of one class in the order of an object's, bound to the object."""
        return self.request("member", ["o", kind], name, ["o", identity])

    def standard(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run a function of the standard library there."""
        return self.request("std", name, *self._arguments(args, kwargs))

    def inner(self, value: Any, identity: int, base: type) -> Any:
        """The built-in value inside an object."""
        if base in CHANGING:
            plain = self.request("payload", ["o", identity])
            if type(plain) is not base:
                raise self._line.over("malformed", "a built-in value of another class")
            return plain
        return payload(value, base)

    def permits(self, kind: type, operator: str) -> bool:
        """Whether this operator, told a plain value, may be asked of objects of this class."""
        name = next((self._public[base] for base in type.mro(kind) if base in self._public), "*")
        return self._surface.permits(name, operator)

    def signature(self, identity: int) -> inspect.Signature:
        """The signature of a callable."""
        answer = self.request("signature", ["o", identity])
        try:
            rows, has_returns, returns = answer
            empty = inspect.Parameter.empty
            parameters = [
                inspect.Parameter(
                    name, inspect._ParameterKind(kind),
                    default=default if has_default else empty, annotation=annotation if annotated else empty,
                )
                for name, kind, has_default, default, annotated, annotation in rows
            ]  # fmt: skip
            return inspect.Signature(parameters, return_annotation=returns if has_returns else empty)
        except (TypeError, ValueError) as error:
            raise self._line.over("malformed", "no signature") from error

    def derive(
        self, made: Any, name: str, bases: tuple[type, ...], names: dict[str, Any], options: dict[str, Any]
    ) -> None:
        """Tell the peer of a class that a test derives from one of its own."""
        if options:
            raise Unbridged("A class of the program is derived with keyword arguments. Derive it without them.")
        left_out = {"__module__", "__qualname__", "__doc__", "__dict__", "__weakref__", "__classcell__",
                    "__annotations__", "__firstlineno__", "__static_attributes__"}  # fmt: skip
        members = [(key, *_member_kind(value)) for key, value in names.items() if key not in left_out]
        identity = self.request(
            "subclass",
            name,
            lambda: [self.encode(base) for base in bases],
            lambda: [[key, kind, self.encode(value)] for key, kind, value in members],
            0,
        )
        if type(identity) is not int:
            raise self._line.over("malformed", "no class")
        type.__setattr__(made, "_bridge_sid", identity)
        type.__setattr__(made, "_bridge_link", self)
        self.classes[identity] = made

    # writing references

    def refer(self, value: Any) -> Form:
        if isinstance(value, _Own):
            return ["o", value.identity]
        found = identity_of(value)
        if found is not None:
            if found[0] is not self:
                raise Unbridged("An object of the reference cannot be given to the program. Give plain values.")
            return ["o", found[1]]
        if isinstance(value, type) and issubclass(value, BaseException):
            return self._exception_class(value)
        if isinstance(value, BaseException):
            return self.exception_form(value)
        standard = self._standard_name(value)
        if standard is not None:
            return ["n", *standard]
        kind = type(value)
        if kind is types.GenericAlias or kind is types.UnionType or typing.get_origin(value) is typing.Union:
            head = self.encode(typing.get_origin(value)) if kind is types.GenericAlias else None
            return ["g", head, [self.encode(part) for part in typing.get_args(value)]]
        if isinstance(value, (types.ModuleType, *_CLOSED)):
            raise Unbridged(f"A {kind.__name__} is given to the program. Give it plain values or a function.")
        base = payload_base(kind)
        inner = None if base is None or base in CHANGING else [self.encode(payload(value, base))]
        facts = {name: text for name in sorted(_OPEN_NAMES) if type(text := _fact(value, name)) is str}
        return ["r", self.export(value), kind.__name__, sorted(operators_of(kind)), facts, inner]

    @staticmethod
    def _standard_name(value: Any) -> tuple[str, str] | None:
        if isinstance(value, types.ModuleType):
            name = value.__name__
            return (name, "") if name.partition(".")[0] in sys.stdlib_module_names else None
        if not isinstance(value, type | types.FunctionType | types.BuiltinFunctionType | types.MethodDescriptorType):
            return None
        found = name_of(value)
        if found is None or found[0].partition(".")[0] not in sys.stdlib_module_names:
            return None
        return None if found[0].startswith(("unittest", "bridge_")) else found

    def _exception_class(self, kind: type[BaseException]) -> Form:
        if builtin_exception(kind.__name__) is kind:
            return ["n", "builtins", kind.__name__]
        if (name := self._standard_name(kind)) is not None:
            return ["n", *name]
        bases = [base for base in kind.__bases__ if base is not object]
        return ["ec", self.export(kind), kind.__name__, [self.encode(base) for base in bases]]

    def exception_form(self, error: BaseException) -> Form:
        if (identity := self._raised.get(id(error))) is not None:
            return ["o", identity]
        if (found := identity_of(error)) is not None and found[0] is self:
            return ["o", found[1]]
        secret = isinstance(error, AssertionError) or type(error).__module__.startswith("_pytest")
        args = () if secret else error.args  # an assertion's text is for the report alone
        parts = []
        for part in args:
            try:
                parts.append(self.encode(part))
            except (Unbridged, TooLarge):
                parts.append("")
        text = "" if secret else str(error)[:MAX_TEXT]
        return ["e", self.export(error), self._exception_class(type(error)), parts, text]

    # reading references

    def resolve(self, form: list[Any]) -> Any:
        reader = _RESOLVERS.get(form[0])
        if reader is None:
            raise CrossingError("no value")
        try:
            return reader(self, *form[1:])
        except (TypeError, ValueError, LookupError, AttributeError) as error:
            raise CrossingError(f"no value: {form[0]}") from error

    def _named(self, module: str, qualified: str) -> Any:
        if (module, qualified) in PLAIN_CLASSES:
            __import__(module)
            return named(module, "Path" if qualified == "PosixPath" and module == "pathlib._local" else qualified)
        if module == "builtins" and (found := builtin_exception(qualified)) is not None:
            return found
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
            made = base.__new__(mirror, value)  # type: ignore[call-overload]
        else:
            made = (object if base is None else base).__new__(mirror)
        object.__getattribute__(made, "__dict__")["_bridge_self"] = (self, identity)
        return self.hold(identity, made)

    def _module(self, identity: int) -> Any:
        made = RemoteModule("module")
        made.__dict__["_bridge_self"] = (self, identity)
        return self.hold(identity, made)

    def _generic(self, head: Form, parts: list[Form]) -> Any:
        items = tuple(self.decode(part) for part in parts)
        return typing.Union[items] if head is None else types.GenericAlias(self.decode(head), items)  # noqa: UP007  (made from parts)

    def _exception(  # noqa: PLR0917  (the parts of one form, in its order)
        self, identity: int, kind: Form, args: list[Form], text: str, info: Any, cause: Form, notes: list[Form]
    ) -> BaseException:
        if (held := self.held(identity)) is not None:
            return held  # type: ignore[no-any-return]
        made = self.decode(kind)
        if not (isinstance(made, type) and issubclass(made, BaseException)):
            raise CrossingError("no exception class")
        parts = [self.decode(part) for part in args]
        error = _exception_of(made, parts, str(text))
        names = object.__getattribute__(error, "__dict__")
        names["_bridge_text"], names["_bridge_info"] = str(text), info
        if type(made) is RemoteMeta:
            names["_bridge_self"] = (self, identity)
        else:
            self._raised[id(error)] = identity
        if cause is not None:
            reason = self.decode(cause)
            error.__cause__ = reason if isinstance(reason, BaseException) else None
        for note in notes[:5]:
            if type(text := self.decode(note)) is str:
                error.add_note(text)
        return self.hold(identity, error)  # type: ignore[no-any-return]

    # classes

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
        base = bridge_proxy.payload_named(inner) if inner else None
        parents = _parents([self.decode(form) for form in bases], base)
        error = any(issubclass(parent, BaseException) for parent in parents)
        kept = [operator for operator in names if operator in OPERATORS]
        space: dict[str, Any] = {} if error else bridge_proxy.operators(kept, base, hashable=hashable is True)
        for member in members[:300]:
            if type(member) is str and not (member.startswith("__") and member not in {"__init__", "__post_init__"}):
                space.setdefault(member, Member(member))
        if error:
            space = {key: value for key, value in space.items() if not key.startswith("__")}
            space = {}
        space |= {
            "__module__": module[:200], "__qualname__": qualified[:200],
            "__doc__": doc[:MAX_TEXT] if type(doc) is str else None,
            "_bridge_sid": identity, "_bridge_link": self,
        }  # fmt: skip
        standard = None if parents != (Remote,) else bridge_proxy.standard_class(module, qualified)
        if standard is not None:
            space["_bridge_std"] = standard
        made = RemoteMeta(name[:200], parents, space)
        self.classes[identity] = made
        if public is True:
            self._public[made] = name

    # what the peer asks back

    def perform(self, request: list[Any]) -> Any:
        operation = _BACK.get(request[0])
        if operation is None:
            raise CrossingError("no operation")
        try:
            return operation(self, *request[1:])
        except TypeError as error:
            if error.__traceback__ is not None and error.__traceback__.tb_next is None:
                raise CrossingError("a request of a wrong shape") from error
            raise

    def _target(self, form: Form) -> Any:
        if type(form) is not list or len(form) != 2 or form[0] != "o":
            raise CrossingError("no object of the test")
        return self.own(form[1])

    def _back_call(self, target: Form, args: Form, kwargs: Form) -> Any:
        if type(args) is not list or type(kwargs) is not list:
            raise CrossingError("no arguments")
        function = self._target(target)
        positional = [self.decode(form) for form in args]
        by_name = {}
        for pair in kwargs:
            if type(pair) is not list or len(pair) != 2 or type(pair[0]) is not str:
                raise CrossingError("no arguments")
            by_name[pair[0]] = self.decode(pair[1])
        return function(*positional, **by_name)

    def _back_get(self, target: Form, name: Form) -> Any:
        value = self._target(target)
        if not _is_open(value, name):
            raise AttributeError(str(name)[:200])
        return getattr(value, name)

    def _back_set(self, target: Form, name: Form, new: Form) -> None:
        value = self._target(target)
        if not _is_settable(value, name):
            raise AttributeError(f"{str(name)[:200]!r} cannot be set")
        setattr(value, name, self.decode(new))

    def _back_del(self, target: Form, name: Form) -> None:
        value = self._target(target)
        if not _is_settable(value, name):
            raise AttributeError(str(name)[:200])
        delattr(value, name)

    def _back_op(self, name: Form, target: Form, others: Form) -> Any:
        value = self._target(target)
        if type(name) is not str or name not in operators_of(type(value)) or type(others) is not list:
            raise AttributeError(str(name)[:200])
        operands = [self.decode(other) for other in others]
        known = COMPARE.get(name) or BINARY.get(name) or UNARY.get(name)
        if known is not None:
            return known(value, *operands)
        if name not in BY_TYPE or name in _WAITING:
            raise AttributeError(name)
        return getattr(type(value), name)(value, *operands)

    def _back_isinstance(self, target: Form, value: Form) -> bool:
        return isinstance(self.decode(value), self._target(target))

    @staticmethod
    def _back_input(prompt: Form) -> str:
        return input(prompt if type(prompt) is str else "")

    @staticmethod
    def _back_stdin(operation: Form, size: Form) -> str:
        if operation not in {"read", "readline"} or not (size is None or type(size) is int):
            raise CrossingError("no reading")
        return str(getattr(sys.stdin, operation)(-1 if size is None else size))


class _Own:
    """Stands for one of the peer's objects by its id alone."""

    def __init__(self, identity: int) -> None:
        self.identity = identity


_RESOLVERS: dict[str, Callable[..., Any]] = {
    "o": lambda link, identity: link.own(identity),
    "n": CheckerLink._named,
    "k": CheckerLink._class,
    "r": CheckerLink._object,
    "g": CheckerLink._generic,
    "e": CheckerLink._exception,
}
_BACK: dict[str, Callable[..., Any]] = {
    "call": CheckerLink._back_call,
    "get": CheckerLink._back_get,
    "set": CheckerLink._back_set,
    "del": CheckerLink._back_del,
    "op": CheckerLink._back_op,
    "isinstance": CheckerLink._back_isinstance,
    "input": lambda link, prompt: link._back_input(prompt),
    "stdin": lambda link, operation, size: link._back_stdin(operation, size),
}


def _fact(value: Any, name: str) -> Any:
    try:
        return getattr(value, name, None)
    except Exception:  # noqa: BLE001  (a property of the test's may raise anything)
        return None


def _member_kind(value: Any) -> tuple[str, Any]:
    if isinstance(value, staticmethod):
        return "static", value.__func__
    if isinstance(value, classmethod):
        return "class", value.__func__
    if isinstance(value, property):
        return "property", (value.fget, value.fset, value.fdel)
    return ("function" if isinstance(value, types.FunctionType) else "value"), value


def _is_open(value: Any, name: Form) -> bool:
    """Whether the student's code may read this attribute of an object of the test."""
    if type(name) is not str:
        raise CrossingError("no name")
    if isinstance(value, mock.NonCallableMock) and name in _MOCK_CLOSED:
        return False
    return name in _OPEN_NAMES or not name.startswith(_CLOSED_PREFIXES)


def _is_settable(value: Any, name: Form) -> bool:
    """Whether it may set it: not what the class of the object itself provides, such as a mock's assertions."""
    if not _is_open(value, name) or isinstance(value, type):
        return False
    if isinstance(value, mock.NonCallableMock) and name.startswith(("assert", "call", "method_calls", "mock_")):
        return False
    provided = getattr(type(value), name, None)
    if isinstance(provided, property):
        return provided.fset is not None and not isinstance(value, mock.NonCallableMock)
    return not callable(provided) and not (isinstance(value, mock.NonCallableMock) and provided is not None)


def _parents(found: list[Any], base: type | None) -> tuple[type, ...]:
    """The bases of a mirror: mirrors, built-in exceptions and the class of its built-in value."""
    mirrors = [kind for kind in found if type(kind) is RemoteMeta]
    errors = [kind for kind in found if isinstance(kind, type) and issubclass(kind, BaseException) and kind not in mirrors]
    parents: list[type] = [*mirrors, *errors]
    if errors and not any(issubclass(kind, RemoteError) for kind in mirrors):
        parents.insert(0, _RemoteErrorRoot)
    if not errors and not mirrors:
        parents.append(Remote)
    if base is not None and not any(issubclass(kind, base) for kind in parents):
        parents.append(base)
    return tuple(parents)


class _RemoteErrorRoot(RemoteError, metaclass=RemoteMeta):
    """Base of the mirrors of exception classes."""

    _bridge_root = True


def _exception_of(made: Any, parts: list[Any], text: str) -> BaseException:
    if type(made) is RemoteMeta:
        order = type.mro(made)
        builtin = next(kind for kind in order if type(kind) is not RemoteMeta and issubclass(kind, BaseException))
        mirrored: BaseException = builtin.__new__(made)
        mirrored.args = tuple(parts)
        return mirrored
    try:
        return made(*parts)  # type: ignore[no-any-return]  # a built-in class, from the list
    except Exception:  # noqa: BLE001  (its constructor wants something else)
        error = made.__new__(made)
        error.args = (text,)
        return error  # type: ignore[no-any-return]
