"""What the student's code may ask of the test's objects that it was given: calls, attributes, operators, input.

A name with an underscore, a frame, a mock's own assertions and the like stay closed: a test's text and its
verdict are never within reach.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any
from unittest import mock

from bridge_link import Link
from bridge_names import BINARY, BY_TYPE, COMPARE, UNARY, operators_of, special
from bridge_values import CrossingError, Form, Unbridged

OPEN_NAMES = frozenset({"__name__", "__doc__", "__qualname__", "__module__"})
_CLOSED_PREFIXES = ("_", "gi_", "cr_", "ag_")  # frames and code do not cross in any case
_MOCK_CLOSED = frozenset(
    {"configure_mock", "mock_add_spec", "attach_mock", "reset_mock", "side_effect",
     "call_args", "call_args_list", "method_calls", "mock_calls"}
)  # fmt: skip


def perform(link: Link, request: list[Any]) -> Any:
    """Do what the other side asks; CrossingError for what is no request."""
    operation = _BACK.get(request[0])
    if operation is None:
        raise CrossingError("no operation")
    try:
        return operation(link, *request[1:])
    except TypeError as error:
        if error.__traceback__ is not None and error.__traceback__.tb_next is None:
            raise CrossingError("a request of a wrong shape") from error
        raise


def _target(link: Link, form: Form) -> Any:
    if type(form) is not list or len(form) != 2 or form[0] != "o":
        raise CrossingError("no object of the test")
    found = link.own(form[1])
    if is_verdict(found):
        raise AttributeError("what a test has found is for its report alone")
    return found


def is_verdict(error: Any) -> bool:
    """Whether this is what a failed assertion or pytest itself raises; its text may hold what is expected."""
    return isinstance(error, AssertionError) or (
        isinstance(error, BaseException) and type(error).__module__.startswith("_pytest")
    )


def _call(link: Link, target: Form, args: Form, kwargs: Form) -> Any:
    if type(args) is not list or type(kwargs) is not list:
        raise CrossingError("no arguments")
    function = _target(link, target)
    positional = [link.decode(form) for form in args]
    by_name = {}
    for pair in kwargs:
        if type(pair) is not list or len(pair) != 2 or type(pair[0]) is not str:
            raise CrossingError("no arguments")
        by_name[pair[0]] = link.decode(pair[1])
    return function(*positional, **by_name)


def _get(link: Link, target: Form, name: Form) -> Any:
    value = _target(link, target)
    if not _is_open(value, name):
        raise AttributeError(
            f"{str(name)[:200]!r}: such names of the test's objects are closed to the program"
        )
    return getattr(value, name)


def _set(link: Link, target: Form, name: Form, new: Form) -> None:
    value = _target(link, target)
    if not _is_settable(value, name):
        if isinstance(value, type) and type(name) is str:
            raise Unbridged(
                f"The program sets `{name[:200]}` of a class of the test. Give it a class of the program instead."
            )
        raise AttributeError(f"{str(name)[:200]!r} cannot be set")
    setattr(value, name, link.decode(new))


def _del(link: Link, target: Form, name: Form) -> None:
    value = _target(link, target)
    if not _is_settable(value, name):
        raise AttributeError(str(name)[:200])
    delattr(value, name)


def _op(link: Link, name: Form, target: Form, others: Form) -> Any:
    value = _target(link, target)
    if type(name) is not str or name not in operators_of(type(value)) or type(others) is not list:
        raise AttributeError(str(name)[:200])
    operands = [link.decode(other) for other in others]
    known = COMPARE.get(name) or BINARY.get(name) or UNARY.get(name)
    if known is not None:
        return known(value, *operands)
    if name not in BY_TYPE or name == "__await__":
        raise AttributeError(name)
    return special(value, name)(*operands)


def _step(link: Link, target: Form, cancel: Form) -> tuple[str, Any]:
    value = _target(link, target)
    if "__await__" not in operators_of(type(value)) or type(cancel) is not bool:
        raise AttributeError("__await__")
    return link.waits.step(target[1], value, cancel=cancel)


def _isinstance(link: Link, target: Form, value: Form) -> bool:
    return isinstance(link.decode(value), _target(link, target))


def _input(_: Link, prompt: Form) -> str:
    if prompt is None:
        return input()
    if type(prompt) is not str:
        raise CrossingError("no question")
    return input(prompt)


def _stdin(_: Link, operation: Form, size: Form) -> str:
    if operation not in {"read", "readline"} or not (size is None or type(size) is int):
        raise CrossingError("no reading")
    return str(getattr(sys.stdin, operation)(-1 if size is None else size))


def _is_open(value: Any, name: Form) -> bool:
    """Whether the student's code may read this attribute of an object of the test."""
    if type(name) is not str:
        raise CrossingError("no name")
    if isinstance(value, mock.NonCallableMock) and name in _MOCK_CLOSED:
        return False
    return name in OPEN_NAMES or not name.startswith(_CLOSED_PREFIXES)


def _is_settable(value: Any, name: Form) -> bool:
    """Whether it may set it: not what the class of the object itself provides, such as a mock's assertions."""
    if not _is_open(value, name) or isinstance(value, type):
        return False
    if isinstance(value, mock.NonCallableMock) and name.startswith(
        ("assert", "call", "method_calls", "mock_")
    ):
        return False
    provided = getattr(type(value), name, None)
    if isinstance(provided, property):
        return provided.fset is not None and not isinstance(value, mock.NonCallableMock)
    return not callable(provided) and not (isinstance(value, mock.NonCallableMock) and provided is not None)


_BACK: dict[str, Callable[..., Any]] = {
    "call": _call,
    "get": _get,
    "set": _set,
    "del": _del,
    "op": _op,
    "step": _step,
    "isinstance": _isinstance,
    "input": _input,
    "stdin": _stdin,
}
