"""The student's side of the bridge: carries out what the checker's proxies ask, in the student's own container.

It holds no test and decides nothing. The student's code runs in this process and may change all of this: what
leaves here is only the student's word, and is read strictly on the other side.
"""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import copy
import dataclasses
import importlib
import inspect
import io
import logging
import random
import runpy
import sys
import types
import typing
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import bridge_objects
import bridge_raised
from bridge_link import Link
from bridge_names import (
    BINARY,
    BY_TYPE,
    CHANGING,
    COMPARE,
    PLAIN_CLASSES,
    ROOT,
    UNARY,
    builtin_exception,
    name_of,
    named,
    operators_of,
    payload,
    payload_base,
    special,
    standard_exception,
)
from bridge_values import CrossingError, Form
from bridge_wire import PEER, Wire, WireError
from bridge_world import World

PRINTED_CAP = 100_000
DOC_CAP = 2_000
MEMBERS_CAP = 300

_NOTHING = object()
Describe = Callable[[BaseException], dict[str, object]]


class OutputLimitReached(BaseException):
    """The student's code printed more than is kept."""


class _Out(io.TextIOBase):
    """`sys.stdout` or `sys.stderr`: what is printed crosses with the next frame.

    The test may put another stream there: each has its own number, so that a program that kept the
    one from before prints to that.
    """

    encoding = "utf-8"

    def __init__(self, link: StudentLink, mark: str, number: int) -> None:
        self._link = link
        self._mark = mark
        self._number = number

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._link.print(self._mark, self._number, text)
        return len(text)


class _In(io.TextIOBase):
    """`sys.stdin`: each line is asked of the checker, whose test may have patched its own."""

    encoding = "utf-8"

    def __init__(self, link: StudentLink) -> None:
        self._link = link

    def readable(self) -> bool:
        return True

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        return str(self._link.request("stdin", "readline", size))

    def read(self, size: int | None = -1, /) -> str:
        return str(self._link.request("stdin", "read", size))


class _Logged(logging.Handler):
    """Log records of the student's code cross like what it prints."""

    def __init__(self, link: StudentLink) -> None:
        super().__init__()
        self._link = link

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self._link.out.append([
            "l", record.name, record.levelno, None if error is None else self._link.exception_form(error),
            _has_own_level(record.name), record.getMessage(),
        ])  # fmt: skip


def _has_own_level(name: str) -> bool:
    """Whether the student's code has set the level by which this logger decides."""
    logger: logging.Logger | None = logging.getLogger(name)
    while logger is not None and logger.level == logging.NOTSET:
        logger = logger.parent
    return logger is not None and logger is not logging.root


class StudentLink(Link):
    """Serves the checker until it hangs up."""

    def __init__(self, wire: Wire, describe: Describe, modules: list[str]) -> None:
        super().__init__(parity=1)
        self._wire = wire
        self.describe = describe
        self._modules = modules
        self._described: set[int] = set()
        self.world = World(ROOT, trusting=True)
        self.out: list[list[Any]] = []
        self._printed = 0
        self._streams: dict[tuple[str, int], _Out] = {}
        self.named: dict[int, tuple[str, str]] = {}  # functions that the checker gave by name
        self.told: dict[tuple[str, str], type] = {}  # classes given by name: a patch may take them away since
        self.raised: dict[int, int] = {}  # id of a checker's exception here -> its id there
        self._patched: dict[tuple[str, str], Any] = {}
        self._operations: dict[str, Callable[..., Any]] = {
            "call": self._call, "get": self._get, "set": self._set, "del": self._del, "op": self._op,
            "payload": self._payload, "import": self._import, "reload": self._reload, "std": self._std,
            "signature": self._signature, "subclass": self._subclass, "member": self._member,
            "patch": self._patch, "data": self._data, "ping": lambda: None,
            "step": self._step, "settle": self.waits.settle,
        }  # fmt: skip

    # the line

    def transmit(self, payload: bytes) -> None:
        self._wire.send(PEER, payload)

    def receive(self) -> bytes:
        kind, data = self._wire.receive()
        if kind != PEER:
            raise CrossingError("not a frame of the bridge")
        return data

    def run(self) -> None:
        """Serve until the line ends."""
        before = sys.stdin, sys.stdout, sys.stderr, builtins.input, warnings.showwarning
        sys.stdin, sys.stdout, sys.stderr = _In(self), self._stream("o", 0), self._stream("e", 0)
        builtins.input = self._input
        warnings.showwarning = self._warned
        warnings.simplefilter("always")
        handler = _Logged(self)
        logging.root.addHandler(handler)
        logging.root.setLevel(1)
        try:
            with contextlib.suppress(WireError):
                while True:
                    self.serve(self._read(self.receive()))
        finally:
            logging.root.removeHandler(handler)
            sys.stdin, sys.stdout, sys.stderr, builtins.input, warnings.showwarning = before

    def gather(self) -> dict[str, Any]:
        more: dict[str, Any] = {}
        if self.out:
            more["ou"], self.out = self.out, []
        if changed := self.world.changes():
            more["wo"] = changed
        return more

    def _stream(self, mark: str, number: int) -> _Out:
        return self._streams.setdefault((mark, number), _Out(self, mark, number))

    def apply(self, frame: dict[str, Any]) -> None:
        out, error = frame.get("io", (0, 0))
        if isinstance(sys.stdout, _Out):
            sys.stdout = self._stream("o", out)
        if isinstance(sys.stderr, _Out):
            sys.stderr = self._stream("e", error)
        if "wo" in frame:
            self.world.apply(frame["wo"])
            importlib.invalidate_caches()

    def print(self, mark: str, number: int, text: str) -> None:
        """Keep what was printed for the next frame."""
        self._printed += len(text)
        if self._printed > PRINTED_CAP:
            raise OutputLimitReached
        if self.out and self.out[-1][:2] == [mark, number]:
            self.out[-1][2] += text
        else:
            self.out.append([mark, number, text])

    def _input(self, prompt: object = _NOTHING, /) -> str:
        return str(self.request("input", None if prompt is _NOTHING else str(prompt)))

    def _warned(self, message: Any, category: type[Warning], *_: object, **__: object) -> None:
        self.out.append(["w", self.class_form(category), str(message)])

    # writing references

    def refer(self, value: Any) -> Form:  # noqa: PLR0911  (one line for each sort of value)
        kind = type(value)
        identity = bridge_objects.identity_of(value)
        if identity is not None:
            return ["o", identity]
        if isinstance(value, type):
            return self.class_form(value)
        if kind is types.TracebackType:
            return None  # what a test's `__exit__` is told of an error is the error alone
        if (name := self.named.get(id(value))) is not None:
            return ["n", *name]
        if isinstance(value, BaseException):
            return self.exception_form(value)
        if kind is types.GenericAlias or kind is types.UnionType or typing.get_origin(value) is typing.Union:
            origin = typing.get_origin(value)
            head = None if kind is not types.GenericAlias else self.encode(origin)
            return ["g", head, [self.encode(part) for part in typing.get_args(value)]]
        found = self.export(value)
        base = payload_base(kind)
        inner = None if base is None or base in CHANGING else [self.encode(payload(value, base))]
        return ["r", found, self.class_form(kind, plain=False), inner]

    def class_form(self, kind: type, *, plain: bool = True) -> Form:
        """The form of a class; what the checker does not know by name is described in the same frame."""
        identity = bridge_objects.identity_of(kind)
        if identity is not None:
            return ["o", identity]
        name = name_of(kind) if plain else None
        if name is not None and (
            name in PLAIN_CLASSES
            or (name[0] == "builtins" and builtin_exception(name[1]))
            or standard_exception(*name)
        ):
            self.told[name] = kind
            return ["n", *name]
        found = self.export(kind)
        if found not in self._described:
            self._described.add(found)
            bases = [self.class_form(base) for base in kind.__bases__ if base is not object]
            base = payload_base(kind)
            self.describe_class([
                found, str(kind.__name__), str(kind.__qualname__), str(kind.__module__),
                kind.__doc__[:DOC_CAP] if type(kind.__doc__) is str else None,
                bases, "" if base is None else base.__name__, operators_of(kind),
                self._members(kind), kind.__hash__ is not None, self._public(kind),
            ])  # fmt: skip
        return ["k", found]

    def adopt(self, kind: type, _: int) -> int:
        """Give an id to a class that the checker knows already; it is never described."""
        found = self.export(kind)
        self._described.add(found)
        return found

    def _public(self, kind: type) -> bool:
        return any(getattr(sys.modules.get(name), kind.__name__, None) is kind for name in self._modules)

    @staticmethod
    def _members(kind: type) -> list[str]:
        names = [
            name
            for name in vars(kind)
            if not name.startswith("__") or name in {"__init__", "__post_init__", "__get__"}
        ]
        return names[:MEMBERS_CAP]

    def exception_form(self, error: BaseException) -> Form:
        return bridge_raised.form_of(self, error)

    # reading references

    def resolve(self, form: list[Any]) -> Any:
        return bridge_objects.resolve(self, form)

    # what the checker asks

    def perform(self, request: list[Any]) -> Any:
        return self._operations[request[0]](*request[1:])

    def _arguments(self, args: list[Form], kwargs: list[list[Any]]) -> tuple[list[Any], dict[str, Any]]:
        return [self.decode(form) for form in args], {name: self.decode(form) for name, form in kwargs}

    def _call(self, target: Form, args: list[Form], kwargs: list[list[Any]]) -> Any:
        positional, named_arguments = self._arguments(args, kwargs)
        return self.decode(target)(*positional, **named_arguments)

    def _get(self, target: Form, name: str) -> Any:
        return getattr(self.decode(target), name)

    def _set(self, target: Form, name: str, value: Form) -> None:
        holder, new = self.decode(target), self.decode(value)
        if isinstance(holder, type) and bridge_objects.is_function(new):
            new = bridge_objects.method_of(new)  # a function in a class is a method
        setattr(holder, name, new)

    def _del(self, target: Form, name: str) -> None:
        delattr(self.decode(target), name)

    def _op(self, name: str, target: Form, args: list[Form]) -> Any:
        value, others = self.decode(target), [self.decode(form) for form in args]
        known = COMPARE.get(name) or BINARY.get(name) or UNARY.get(name)
        if known is not None:
            return known(value, *others)
        if name not in BY_TYPE:
            raise AttributeError(name)
        return special(value, name)(*others)

    def _step(self, target: Form, cancel: bool) -> tuple[str, Any]:
        return self.waits.step(target[1], self.decode(target), cancel=cancel)

    def _payload(self, target: Form) -> Any:
        value = self.decode(target)
        base = payload_base(type(value))
        if base is None:
            raise TypeError("no built-in value")
        return payload(value, base)

    def _member(self, kind: Form, name: str, target: Form) -> Any:
        """What `super()` in a test's subclass finds: the class's own member, bound to the object."""
        owner, value = self.decode(kind), self.decode(target)
        return getattr(super(_before(type(value), owner), value), name)

    def _import(self, name: str, again: bool) -> Any:
        if again:
            for module in self._modules:
                if module == name or module.startswith(name + "."):
                    sys.modules.pop(module, None)
        return importlib.import_module(name)

    @staticmethod
    def _reload(name: str) -> Any:
        return importlib.reload(sys.modules[name])

    def _data(self, files: list[list[str]]) -> None:
        for name, text in files:
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_text(text, encoding="utf-8")
        self.world.start()

    def _signature(self, target: Form) -> list[Any]:
        signature = inspect.signature(self.decode(target))
        empty = inspect.Parameter.empty
        rows = [
            [p.name, int(p.kind), p.default is not empty, None if p.default is empty else p.default,
             p.annotation is not empty, None if p.annotation is empty else p.annotation]
            for p in signature.parameters.values()
        ]  # fmt: skip
        returns = signature.return_annotation
        return [rows, returns is not empty, None if returns is empty else returns]

    def _std(self, name: str, args: list[Form], kwargs: list[list[Any]]) -> Any:
        positional, named_arguments = self._arguments(args, kwargs)
        return _STANDARD[name](*positional, **named_arguments)

    def _subclass(self, name: str, bases: list[Form], members: list[list[Any]], identity: int) -> Any:
        return bridge_objects.subclass(self, name, [self.decode(base) for base in bases], members, identity)

    def _patch(self, module: str, name: str, value: Form, restore: bool) -> None:
        """The test put another thing into a standard module; `restore` brings back this side's own."""
        home: Any = importlib.import_module(module)
        *path, last = name.split(".")
        for part in path:
            home = getattr(home, part)
        if restore:
            setattr(home, last, self._patched.pop((module, name)))
            return
        new = self.decode(value)
        if isinstance(home, type) and bridge_objects.is_function(new):
            new = bridge_objects.method_of(new)
        self._patched.setdefault((module, name), getattr(home, last))
        setattr(home, last, new)


def _before(kind: type, owner: type) -> type:
    """The class after which `super()` looks next at `owner`, in the order of `kind`."""
    order = kind.__mro__
    place = order.index(owner)
    return order[place - 1] if place else kind


def _awaited(value: Any) -> Any:
    async def wait() -> Any:
        return await value

    return asyncio.run(wait())


def _next_of(value: Any) -> Iterator[Any]:
    return iter(value)


_STANDARD: dict[str, Callable[..., Any]] = {
    "copy.copy": copy.copy,
    "copy.deepcopy": copy.deepcopy,
    "dataclasses.asdict": dataclasses.asdict,
    "dataclasses.astuple": dataclasses.astuple,
    "dataclasses.replace": dataclasses.replace,
    "dataclasses.fields": lambda value: [field.name for field in dataclasses.fields(value)],
    "typing.get_type_hints": typing.get_type_hints,
    "asyncio.run": _awaited,
    "random.seed": random.seed,
    "runpy.run_module": runpy.run_module,
    "runpy.run_path": runpy.run_path,
    "dir": dir,
    "isinstance": isinstance,
    "issubclass": issubclass,
    "inspect.isabstract": inspect.isabstract,
}


def serve(wire: Wire, describe: Describe, modules: list[str]) -> None:
    """Serve one checker; `describe` makes the harness's description of an error of the student's."""
    link = StudentLink(wire, describe, modules)
    link.world.start()
    link.run()


__all__ = ["StudentLink", "named", "serve"]
