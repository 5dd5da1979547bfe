"""Read the Python literals and calls that exercises are written in, without ever running them.

`parse_literal("(1, {'a': set()})")` gives the value; `parse_call("area(2, b=3)")` gives what to call.
Only the forms listed here are known; everything else raises `LiteralError` with words for the author.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from lms.catalog.jsvalues import JsMap, JsSet

MAX_TEXT = 20_000
MAX_DEPTH = 40
MAX_RANGE = 1_000_000

_CONSTRUCTORS: Mapping[str, Callable[..., object]] = {
    "set": set,
    "frozenset": frozenset,
    "bytearray": bytearray,
    "complex": complex,
    "float": float,
    "range": range,
    "Decimal": Decimal,
    "Fraction": Fraction,
    "date": date,
    "datetime": datetime,
    "time": time,
    "timedelta": timedelta,
}
_NAMED = {"nan": math.nan, "inf": math.inf}
_MODULES = frozenset({"datetime", "decimal", "fractions", "math"})


class LiteralError(ValueError):
    """The text is not one of the literals or calls an exercise may use."""


@dataclass(frozen=True, slots=True)
class Name:
    """An argument that names an object made by an earlier step of a script."""

    id: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call as data: the function's name and plain arguments (values, or `Name` in scripts)."""

    function: str
    args: tuple[object, ...]
    kwargs: Mapping[str, object]
    new: bool = False
    """Written with `new`, as JavaScript makes objects."""


def parse_literal(text: str) -> object:
    """The value that a Python literal stands for."""
    return _value(_expression(text), names=False, depth=0)


def parse_call(text: str, *, names: bool = True) -> Call:
    """A call such as `double(3)`; with `names`, arguments may be names of earlier objects."""
    node = _expression(text)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        raise LiteralError(f"`{text.strip()}` is not a call such as `double(3)`.")
    args: list[object] = []
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            raise LiteralError("`*` is not known here: write the arguments one by one.")
        args.append(_value(argument, names=names, depth=1))
    kwargs: dict[str, object] = {}
    for keyword in node.keywords:
        if keyword.arg is None:
            raise LiteralError("`**` is not known here: write the arguments one by one.")
        kwargs[keyword.arg] = _value(keyword.value, names=names, depth=1)
    return Call(node.func.id, tuple(args), kwargs)


def names_in(value: object) -> frozenset[str]:
    """The names of earlier objects that an argument, or the arguments of a call, refer to."""
    if isinstance(value, Name):
        return frozenset({value.id})
    if isinstance(value, Call):
        return names_in([*value.args, *value.kwargs.values()])
    if isinstance(value, dict):
        return names_in([*value.keys(), *value.values()])
    if isinstance(value, JsMap | JsSet):
        value = value.entries if isinstance(value, JsMap) else value.items
    if isinstance(value, list | tuple | set | frozenset):
        return frozenset[str]().union(*(names_in(item) for item in value))
    return frozenset()


def _expression(text: str) -> ast.expr:
    if len(text) > MAX_TEXT:
        raise LiteralError(f"This literal is longer than {MAX_TEXT} characters.")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise LiteralError(f"`{shortened(text)}` is not Python: {error.msg}.") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise LiteralError(f"`{shortened(text)}` cannot be read as Python.") from error


def _value(  # noqa: PLR0911, PLR0912 - one branch for each form a literal may have
    node: ast.expr, *, names: bool, depth: int
) -> object:
    if depth > MAX_DEPTH:
        raise LiteralError(f"This literal is nested more than {MAX_DEPTH} deep.")

    def inner(child: ast.expr) -> object:
        return _value(child, names=names, depth=depth + 1)

    match node:
        case ast.Constant(value=value):
            return value
        case ast.Tuple(elts=items):
            return tuple(inner(item) for item in items)
        case ast.List(elts=items):
            return [inner(item) for item in items]
        case ast.Set(elts=items):
            return _hashed(lambda: {inner(item) for item in items})
        case ast.Dict(keys=keys, values=values):
            return _hashed(lambda: {inner(_key(k)): inner(v) for k, v in zip(keys, values, strict=True)})
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
            return _signed(sign, inner(operand))
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as operator, right=right):
            return _complex(inner(left), operator, inner(right))
        case ast.Call():
            return _constructed(node, inner)
        case ast.Name(id=name):
            if name in _NAMED:
                return _NAMED[name]
            if names:
                return Name(name)
            raise LiteralError(f"`{name}` is a name, not a value. Put quotes around text: `'{name}'`.")
        case ast.Attribute(value=ast.Name(id="math"), attr="nan" | "inf" as constant):
            return _NAMED[constant]
        case _:
            raise LiteralError(f"`{shortened(ast.unparse(node))}` is not a literal.")


def _key(node: ast.expr | None) -> ast.expr:
    if node is None:
        raise LiteralError("`**` is not known inside a literal.")
    return node


def _hashed(build: Callable[[], object]) -> object:
    try:
        return build()
    except TypeError as error:
        raise LiteralError(f"This set or dictionary cannot be made: {error}.") from error


def _signed(sign: ast.unaryop, value: object) -> object:
    if type(value) not in {int, float, complex}:
        raise LiteralError("A sign stands before something that is not a number.")
    assert isinstance(value, int | float | complex)  # noqa: S101 - tells mypy what the line above proved
    return -value if isinstance(sign, ast.USub) else value


def _complex(left: object, operator: ast.operator, right: object) -> complex:
    if type(left) not in {int, float} or type(right) is not complex:
        raise LiteralError("Only a complex number such as `1 + 2j` may have `+` or `-` in it.")
    assert isinstance(left, int | float) and isinstance(right, complex)  # noqa: S101,PT018 - as above
    return left + right if isinstance(operator, ast.Add) else left - right


def _constructed(node: ast.Call, inner: Callable[[ast.expr], object]) -> object:
    name = _constructor_name(node.func)
    if name not in _CONSTRUCTORS:
        known = ", ".join(sorted(_CONSTRUCTORS))
        raise LiteralError(f"`{shortened(ast.unparse(node))}` is not a literal; the calls known are {known}.")
    if any(isinstance(argument, ast.Starred) for argument in node.args):
        raise LiteralError("`*` is not known inside a literal.")
    args = [inner(argument) for argument in node.args]
    kwargs = {keyword.arg: inner(keyword.value) for keyword in node.keywords if keyword.arg is not None}
    if name == "bytearray" and any(not isinstance(argument, bytes) for argument in args):
        raise LiteralError("Write a bytearray as `bytearray(b'...')`.")
    try:
        value = _CONSTRUCTORS[name](*args, **kwargs)
    except (TypeError, ValueError, ArithmeticError, InvalidOperation) as error:
        raise LiteralError(f"`{shortened(ast.unparse(node))}` cannot be made: {error}.") from error
    if isinstance(value, range) and (value.stop - value.start) // value.step > MAX_RANGE:
        raise LiteralError(f"This range has more than {MAX_RANGE} numbers.")
    return value


def _constructor_name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id=module), attr=name) if module in _MODULES:
            return name
        case _:
            return ""


def shortened(text: str) -> str:
    """A text for a message: its beginning when it is long."""
    text = text.strip()
    return text if len(text) <= 60 else text[:57] + "..."
