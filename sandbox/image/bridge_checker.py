"""The checker's side of the bridge: asks the student's container (or the reference's), reads answers strictly.

What arrives is a stranger's word. It becomes plain values, mirrors and proxies; nothing of it is ever run or
looked up beyond the lists in `bridge_names`. The first thing that is not in form ends the run.
"""

from __future__ import annotations

import contextlib
import inspect
import logging
import sys
import types
import typing
import unittest
import warnings
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from unittest import mock

import bridge_async
import bridge_back
from bridge_back import OPEN_NAMES
from bridge_link import Over
from bridge_mirrors import Mirrors
from bridge_names import CHANGING, builtin_exception, name_of, operators_of, payload, payload_base
from bridge_proxy import identity_of
from bridge_values import MAX_LOGGER_NAME, CrossingError, Form, TooLarge, Unbridged
from bridge_wire import GONE, Wire, WireError
from bridge_world import World

MAX_TEXT = 2_000
IMPORT_ALL = "import *"  # what stands under it in a surface are names, not operators
MAX_MEMBERS = 50
_CLOSED = (types.FrameType, types.CodeType)


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
    """Which operators that are told a plain value a test may ask of objects of which class, and more of that sort.

    Recorded while the reference solution is run; kept to when a student's program is. The keys are the test's
    id, where one is run, and the class.
    """

    def __init__(self, known: dict[str, list[str]] | None) -> None:
        self.recording = known is None
        self.test = ""
        self.used: dict[str, set[str]] = {}
        self._known = known or {}

    def permits(self, name: str, operator: str) -> bool:
        """Whether `operator` may be asked of an object of a class; noted while recording."""
        key = f"{self.test} {name}".strip()
        if self.recording:
            self.used.setdefault(key, set()).add(operator)
            return True
        return operator in self._known.get(key, ())


class CheckerLink(Mirrors):
    """The way to one peer: the student's container or the reference's."""

    def __init__(self, line: Line, peer: bytes, surface: Surface, root: str) -> None:
        super().__init__()
        self._line = line
        self._peer = peer
        self._surface = surface
        # A test that opens a file of its own by a plain name must not find one of the program's.
        self.world = World(root, trusting=False, moves=partial(surface.permits, "current folder", "change"))
        self.calls = 0
        self.waited = False
        self.before_request: Callable[[CheckerLink], None] | None = None
        self._preparing = False
        self._mixins: dict[type, int] = {}
        self._outs: list[Any] = []
        """What was `sys.stdout` here so far; the program's prints name one by its place."""
        self._errors: list[Any] = []

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
        more: dict[str, Any] = {"wo": changed} if changed else {}
        if (numbers := [_place(self._outs, sys.stdout), _place(self._errors, sys.stderr)]) != [0, 0]:
            more["io"] = numbers
        return more

    def apply(self, frame: dict[str, Any]) -> None:
        if "wo" in frame:
            self.world.apply(frame["wo"])
        for entry in frame.get("ou", []) if type(frame.get("ou", [])) is list else []:
            if type(entry) is not list or not 3 <= len(entry) <= 6 or type(entry[-1]) is not str:
                raise CrossingError("not a print")
            # A terminal has no lone surrogates either.
            self._printed([*entry[:-1], entry[-1].encode("utf-8", "replace").decode()])

    def _printed(self, entry: list[Any]) -> None:
        if entry[0] in {"o", "e"}:
            streams = self._outs if entry[0] == "o" else self._errors
            if type(entry[1]) is not int or not 0 <= entry[1] < len(streams):
                raise CrossingError("a stream that was never given")
            with contextlib.suppress(ValueError):  # the test has closed it
                streams[entry[1]].write(entry[2])
        elif entry[0] == "w":
            category = self.decode(entry[1])
            if isinstance(category, type) and issubclass(category, Warning):
                warnings.warn(entry[2], category, stacklevel=2)
        elif entry[0] == "l" and len(entry) == 6:
            self._logged(*entry[1:])
        else:
            raise CrossingError("not a print")

    def _logged(self, name: Form, level: Form, error: Form, own_level: Form, text: str) -> None:
        """What the program has logged is logged here, unless a test asks for less."""
        if type(name) is not str or type(level) is not int:
            raise CrossingError("not a record")
        raised = self.decode(error)
        if raised is not None and not isinstance(raised, BaseException):
            raise CrossingError("not a record")
        logger = logging.getLogger(None if name == "root" else name[:MAX_LOGGER_NAME])
        decided_there = own_level is True and not _has_level(logger)
        if logger.isEnabledFor(level) or (decided_there and level > logger.manager.disable):
            info = None if raised is None else (type(raised), raised, None)
            logger.handle(logger.makeRecord(logger.name, level, "", 0, text, (), info))

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

    def step(self, identity: int, cancel: bool) -> Any:
        """Go on with an awaitable of the peer's for one turn."""
        self.waited = True
        answer = self.request("step", ["o", identity], cancel)
        if not bridge_async.is_answer(answer):
            raise self._line.over("malformed", "no word on how an awaitable stands")
        return answer

    def settle(self) -> None:
        """A loop of the test's has ended: the peer ends what still runs there."""
        if self.waited and not self._line.problem:
            self.waited = False
            self.request("settle")

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
        name = next((self.public[base] for base in type.mro(kind) if base in self.public), "*")
        return self._surface.permits(name, operator)

    def brings(self, name: str) -> bool:
        """Whether `from … import *` may bring this name into a test."""
        return self._surface.permits(IMPORT_ALL, name)

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
            raise Unbridged(
                "A class of the program is derived with keyword arguments. Derive it without them."
            )
        identity = self._make_class(name, bases, names)
        type.__setattr__(made, "_bridge_sid", identity)
        type.__setattr__(made, "_bridge_link", self)
        self.classes[identity] = made

    def _make_class(self, name: str, bases: tuple[type, ...], names: Mapping[str, Any]) -> int:
        """A class of the test's over there; the id given to it."""
        left_out = {"__module__", "__qualname__", "__doc__", "__dict__", "__weakref__", "__classcell__",
                    "__annotations__", "__firstlineno__", "__static_attributes__"}  # fmt: skip
        members = [(key, *_member_kind(value)) for key, value in names.items() if key not in left_out]
        above = [self._mixin(base) for base in bases if base is not object]
        identity = self.request(
            "subclass",
            name,
            lambda: [self.encode(base) for base in above],
            lambda: [[key, kind, self.encode(value)] for key, kind, value in members],
            0,
        )
        if type(identity) is not int:
            raise self._line.over("malformed", "no class")
        return identity

    def _mixin(self, base: type) -> Any:
        """What stands for a base; a plain class of the test's beside one of the program's is made there too."""
        plain = identity_of(base) is None and self._standard_name(base) is None
        if not plain or issubclass(base, BaseException):
            return base
        if base not in self._mixins:
            self._mixins[base] = self._make_class(base.__name__, base.__bases__, vars(base))
        return _Own(self._mixins[base])

    # writing references

    def refer(self, value: Any) -> Form:  # noqa: PLR0911  (one line for each sort of value)
        if isinstance(value, _Own):
            return ["o", value.identity]
        if isinstance(value, types.TracebackType):
            return None  # what `__exit__` is told of an error in a test is the error alone
        found = identity_of(value)
        if found is not None:
            if found[0] is not self:
                raise Unbridged(
                    "An object of the reference cannot be given to the program. Give plain values."
                )
            return ["o", found[1]]
        if isinstance(value, type) and issubclass(value, BaseException):
            return self._exception_class(value)
        if isinstance(value, BaseException):
            return self.exception_form(value)
        standard = self._standard_name(value)
        if standard is not None:
            self.given.add(standard)
            return ["n", *standard]
        kind = type(value)
        if kind is types.GenericAlias or kind is types.UnionType or typing.get_origin(value) is typing.Union:
            head = self.encode(typing.get_origin(value)) if kind is types.GenericAlias else None
            return ["g", head, [self.encode(part) for part in typing.get_args(value)]]
        if isinstance(value, (types.ModuleType, *_CLOSED)):
            raise Unbridged(f"A {kind.__name__} is given to the program. Give it plain values or a function.")
        base = payload_base(kind)
        inner = None if base is None or base in CHANGING else [self.encode(payload(value, base))]
        facts = {name: text for name in sorted(OPEN_NAMES) if type(text := _fact(value, name)) is str}
        members = [] if isinstance(value, (mock.NonCallableMock, unittest.TestCase)) else _members(kind)
        return ["r", self.export(value), kind.__name__, sorted(operators_of(kind)), facts, inner, members]

    @staticmethod
    def _standard_name(value: Any) -> tuple[str, str] | None:
        if isinstance(value, types.ModuleType):
            name = value.__name__
            return (name, "") if name.partition(".")[0] in sys.stdlib_module_names else None
        if not isinstance(
            value, type | types.FunctionType | types.BuiltinFunctionType | types.MethodDescriptorType
        ):
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
        if (identity := self.raised.get(id(error))) is not None:
            return ["o", identity]
        if (found := identity_of(error)) is not None and found[0] is self:
            return ["o", found[1]]
        secret = bridge_back.is_verdict(error)
        args = () if secret else error.args  # an assertion's text is for the report alone
        if isinstance(error, BaseExceptionGroup):
            args = (error.message, error.exceptions)
        parts = []
        for part in args:
            try:
                parts.append(self.encode(part))
            except (Unbridged, TooLarge):
                parts.append("")
        text = "" if secret else str(error)[:MAX_TEXT]
        return ["e", self.export(error), self._exception_class(type(error)), parts, text]

    # what the peer asks back

    def perform(self, request: list[Any]) -> Any:
        return bridge_back.perform(self, request)


def _place(streams: list[Any], stream: Any) -> int:
    """The place of a stream among those known, which it joins when it is new."""
    for place, known in enumerate(streams):
        if known is stream:
            return place
    streams.append(stream)
    return len(streams) - 1


def _has_level(logger: logging.Logger) -> bool:
    """Whether a test has set the level of this logger, or of one above it below the root."""
    above: logging.Logger | None = logger
    while above is not None and above is not logging.root:
        if above.level != logging.NOTSET:
            return True
        above = above.parent
    return False


class _Own:
    """Stands for one of the peer's objects by its id alone."""

    def __init__(self, identity: int) -> None:
        self.identity = identity


def _members(kind: type) -> list[str]:
    """Names that the class of an object of the test's gives it: a protocol asks for them."""
    names = {name for base in kind.__mro__ if base is not object for name in vars(base) if name[:1] != "_"}
    return sorted(names)[:MAX_MEMBERS]


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
