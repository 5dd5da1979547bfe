"""Read the JavaScript literals and calls that exercises are written in, without ever running them.

`parse_js_literal("[1, { a: undefined }]")` gives the value (see `jsvalues`); `parse_js_call("area(2)")` and
`parse_js_call("new Account(10)")` give what to call. Everything else raises `LiteralError` with words for the author.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

from lms.catalog.jsvalues import UNDEFINED, JsDate, JsMap, JsSet, number_text
from lms.catalog.literals import MAX_DEPTH, MAX_TEXT, Call, LiteralError, Name, shortened

_CONSTANTS = {"true": True, "false": False, "null": None, "undefined": UNDEFINED}
_NUMBERS = {"NaN": float("nan"), "Infinity": float("inf")}
_DECIMAL = re.compile(r"(?:0|[1-9][\d_]*|)(?:\.[\d_]*)?(?:[eE][-+]?\d[\d_]*)?", re.ASCII)
_WHOLE = re.compile(r"0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|0|[1-9][\d_]*", re.ASCII)
_DATE = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{3})?)?(?:Z|[-+]\d{2}:\d{2})?)?", re.ASCII
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
_MOST_MILLISECONDS = 8.64e15


def parse_js_literal(text: str) -> object:
    """The value that a JavaScript literal stands for."""
    return _Reader(names=False).value(_expression(text), 0)


def parse_js_call(text: str, *, names: bool = True) -> Call:
    """A call such as `double(3)` or `new Account(10)`; with `names`, arguments may be names of objects."""
    node = _expression(text)
    field = {"call_expression": "function", "new_expression": "constructor"}.get(node.type, "")
    function = node.child_by_field_name(field) if field else None
    arguments = node.child_by_field_name("arguments")
    if function is None or function.type != "identifier" or arguments is None:
        raise LiteralError(f"`{shortened(text)}` is not a call such as `double(3)`.")
    reader = _Reader(names=names)
    args = tuple(reader.value(argument, 1) for argument in arguments.named_children)
    return Call(_text(function), args, {}, new=node.type == "new_expression")


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_javascript.language()))


def _expression(text: str) -> Node:
    """The one expression that a text consists of."""
    if len(text) > MAX_TEXT:
        raise LiteralError(f"This literal is longer than {MAX_TEXT} characters.")
    source = f"({text.strip()}\n)".encode("utf-8", "surrogatepass")
    node = _parser().parse(source).root_node
    if node.has_error:
        raise LiteralError(f"`{shortened(text)}` is not JavaScript.")
    for kind in ("program", "expression_statement", "parenthesized_expression"):
        if node.type != kind or node.named_child_count != 1 or node.end_byte != len(source):
            raise LiteralError(f"`{shortened(text)}` is not one JavaScript value.")
        node = node.named_children[0]
    return node


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "surrogatepass")


class _Reader:
    """Turns nodes into values; with `names`, a bare name stands for an object made earlier."""

    def __init__(self, *, names: bool) -> None:
        self._names = names

    def value(  # noqa: PLR0911 - one branch for each form a literal may have
        self, node: Node, depth: int
    ) -> object:
        if depth > MAX_DEPTH:
            raise LiteralError(f"This literal is nested more than {MAX_DEPTH} deep.")
        match node.type:
            case "true" | "false" | "null" | "undefined":
                return _CONSTANTS[node.type]
            case "number":
                return _number(_text(node))
            case "string" | "template_string":
                return _string(node)
            case "array":
                return self._array(node, depth)
            case "object":
                return dict(self._pair(pair, depth) for pair in node.named_children)
            case "unary_expression":
                return self._signed(node, depth)
            case "new_expression":
                return self._constructed(node, depth)
            case "identifier":
                return self._identifier(_text(node))
            case _:
                raise LiteralError(f"`{shortened(_text(node))}` is not a literal.")

    def _array(self, node: Node, depth: int) -> list[object]:
        before = "["
        for child in node.children:
            if child.type == "," and before in {"[", ","}:
                raise LiteralError("This array has a hole: write `undefined` there.")
            before = child.type
        return [self.value(item, depth + 1) for item in node.named_children]

    def _pair(self, node: Node, depth: int) -> tuple[str, object]:
        if node.type == "shorthand_property_identifier":
            return _text(node), self._identifier(_text(node))
        key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
        if node.type != "pair" or key is None or value is None:
            raise LiteralError(
                f"`{shortened(_text(node))}` is not known inside an object: write `key: value`."
            )
        return _key(key), self.value(value, depth + 1)

    def _signed(self, node: Node, depth: int) -> object:
        sign, operand = node.child_by_field_name("operator"), node.child_by_field_name("argument")
        value = None if operand is None else self.value(operand, depth + 1)
        if sign is None or sign.type not in {"-", "+"} or type(value) not in {int, float}:
            raise LiteralError(f"`{shortened(_text(node))}` is not a literal.")
        assert isinstance(value, int | float)  # noqa: S101  (tells mypy what the line above proved)
        if sign.type == "+" and isinstance(value, int):
            raise LiteralError("JavaScript has no `+` before a bigint.")
        return -value if sign.type == "-" else value

    def _identifier(self, name: str) -> object:
        if name in _NUMBERS:
            return _NUMBERS[name]
        if self._names and name != "undefined":
            return Name(name)
        raise LiteralError(f"`{name}` is a name, not a value. Put quotes around text: `'{name}'`.")

    def _constructed(self, node: Node, depth: int) -> object:
        name = _text(node.child_by_field_name("constructor") or node)
        written = node.child_by_field_name("arguments")
        args = [self.value(item, depth + 1) for item in written.named_children] if written is not None else []
        if name == "Date" and len(args) == 1:
            return _date(args[0])
        if name == "Set" and len(args) <= 1:
            return JsSet(tuple(_unique((item, item) for item in _list(name, args)).values()))
        if name == "Map" and len(args) <= 1:
            pairs = [item if isinstance(item, list) else [] for item in _list(name, args)]
            if any(len(pair) != 2 for pair in pairs):
                raise LiteralError("Write a Map as `new Map([[key, value], …])`.")
            return JsMap(tuple(_unique_pairs(pairs)))
        known = "`new Map([…])`, `new Set([…])` and `new Date('2026-01-02')`"
        raise LiteralError(f"`{shortened(_text(node))}` is not a literal; known are {known}.")


def _list(name: str, args: list[object]) -> list[object]:
    items = args[0] if args else []
    if not isinstance(items, list):
        raise LiteralError(f"Write a {name} as `new {name}([…])`.")
    return items


def _unique(pairs: Iterator[tuple[object, object]]) -> dict[object, object]:
    """The last value for each key; two keys are one when JavaScript says so."""
    return {_same_value_key(key): value for key, value in pairs}


def _unique_pairs(pairs: list[list[object]]) -> Iterator[tuple[object, object]]:
    kept = _unique((key, (key, value)) for key, value in pairs)
    for pair in kept.values():
        assert isinstance(pair, tuple)  # noqa: S101  (tells mypy what the line above made)
        yield pair[0], pair[1]


def _same_value_key(value: object) -> object:
    """Objects are each themselves; plain values are equal by type and value, NaN included."""
    if value is None or isinstance(value, bool | str | int | float) or value is UNDEFINED:
        return (type(value), "NaN" if value != value else value)  # noqa: PLR0124  (only NaN differs from itself)
    return id(value)


def _number(text: str) -> object:
    digits = text.removesuffix("n")
    if _WHOLE.fullmatch(digits):
        try:
            whole = int(digits.replace("_", ""), 0)
            return whole if text.endswith("n") else float(whole)
        except OverflowError:
            return _NUMBERS["Infinity"]
        except ValueError as error:  # more digits than Python reads
            raise LiteralError(f"`{shortened(text)}` is too long a number.") from error
    if not text.endswith("n") and _DECIMAL.fullmatch(text) and any(map(str.isdigit, text)):
        return float(text.replace("_", ""))
    raise LiteralError(f"`{shortened(text)}` is not a number of today's JavaScript.")


def _key(node: Node) -> str:
    match node.type:
        case "property_identifier":
            key = _text(node)
        case "string":
            key = _string(node)
        case "number":
            number = _number(_text(node))
            key = number_text(number) if isinstance(number, float) else str(number)
        case _:
            raise LiteralError(f"`{shortened(_text(node))}` is not a key: write a name or a text in quotes.")
    if key == "__proto__":
        raise LiteralError("`__proto__` sets what an object inherits: it is not a key.")
    return key


def _string(node: Node) -> str:
    parts = []
    for child in node.named_children:
        if child.type == "string_fragment":
            parts.append(_text(child))
        elif child.type == "escape_sequence":
            parts.append(_escape(_text(child)[1:]))
        else:
            raise LiteralError("`${…}` is not known here: write the text itself.")
    # Two escapes such as \ud83d\ude00 are one character.
    return "".join(parts).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _escape(escape: str) -> str:
    if escape in _ESCAPES:
        return _ESCAPES[escape]
    if found := re.fullmatch(r"(?:x|u)\{?([0-9a-fA-F]{1,6})\}?", escape):
        number = int(found[1], 16)
        if number <= 0x10FFFF:
            return chr(number)
    if len(escape) == 1 and not escape.isdigit() and escape not in "xu":
        return escape
    raise LiteralError(f"`\\{escape}` is not an escape of today's JavaScript.")


def _date(value: object) -> JsDate:
    if isinstance(value, float):
        return JsDate(value if abs(value) <= _MOST_MILLISECONDS else float("nan"))
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError as error:
            raise LiteralError(f"`{value}` is not a date: {error}.") from error
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)  # a container's own time is UTC
        return JsDate(float(round(moment.timestamp() * 1000)))
    raise LiteralError("Write a Date as `new Date('2026-01-02')` or `new Date('2026-01-02T10:30:00Z')`.")
