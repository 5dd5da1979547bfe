"""Reads and writes the tagged values of a container for JavaScript.

The form stands in `sandbox/image_javascript/values.js`.

`decode` raises CodecError, and nothing else, for whatever is not exactly in this form. What it gives is plain data
(see `lms.catalog.jsvalues`); nothing is hashed that a student could choose, but text.
"""

from __future__ import annotations

import math
import re

from lms.catalog.jsvalues import UNDEFINED, JsDate, JsMap, JsSet, number_text
from lms.catalog.literals import Name
from sandbox.codec import (
    MAX_CLASS_NAME,
    MAX_DEPTH,
    MAX_INT_DIGITS,
    MAX_NODES,
    MAX_REPR,
    MAX_TEXT,
    CodecError,
    Opaque,
)

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,20})(?:\.[0-9]{1,30})?(?:e[+-][0-9]{1,3})?", re.ASCII)
_HEX = re.compile(r"[0-9a-f]+", re.ASCII)
_SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_CONSTANTS = {"undefined": UNDEFINED, "null": None}


def decode(data: object) -> object:
    """The value of a tagged form."""
    return _Decoder().decode(data, 0)


def encode(value: object) -> dict[str, object]:  # noqa: PLR0911 - one branch for each type
    """The tagged form of an author's value; names of objects made earlier become the tag "name"."""
    match value:
        case None:
            return {"t": "null"}
        case _ if value is UNDEFINED:
            return {"t": "undefined"}
        case bool():
            return {"t": "bool", "v": value}
        case float():
            return {"t": "number", "v": number_text(value)}
        case int():
            return {"t": "bigint", "v": format(value, "x")}
        case str():
            return _encode_text(value)
        case Name():
            return {"t": "name", "v": value.id}
        case _:
            return _encode_container(value)


def _encode_text(value: str) -> dict[str, object]:
    try:
        value.encode()
    except UnicodeEncodeError:
        return {"t": "strx", "v": value.encode("utf-16-be", "surrogatepass").hex()}
    return {"t": "str", "v": value}


def _encode_container(value: object) -> dict[str, object]:
    match value:
        case list():
            return {"t": "list", "v": [encode(item) for item in value]}
        case dict():
            return {"t": "dict", "v": [[encode(key), encode(item)] for key, item in value.items()]}
        case JsMap():
            return {"t": "map", "v": [[encode(key), encode(item)] for key, item in value.entries]}
        case JsSet():
            return {"t": "set", "v": [encode(item) for item in value.items]}
        case JsDate():
            return {"t": "date", "v": number_text(value.milliseconds)}
        case _:
            raise CodecError(f"{type(value).__name__} is not a value of JavaScript.")


class _Decoder:
    """Counts what has been used of the size limits."""

    def __init__(self) -> None:
        self.nodes = 0
        self.text = 0

    def decode(self, data: object, depth: int) -> object:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise CodecError("The value is nested too deeply or has too many parts.")
        if type(data) is not dict or type(data.get("t")) is not str:
            raise CodecError("A value must be an object with a tag.")
        tag = data["t"]
        if tag in _CONSTANTS:
            _keys(data, {"t"})
            return _CONSTANTS[tag]
        if tag == "object":
            return self._opaque(data)
        _keys(data, {"t", "v"})
        written = data["v"]
        if tag in {"list", "set"}:
            items = [self.decode(item, depth + 1) for item in _list(written)]
            return items if tag == "list" else JsSet(tuple(items))
        if tag in {"dict", "map"}:
            return self._pairs(tag, written, depth)
        return self._plain(tag, written)

    def _plain(self, tag: str, written: object) -> object:
        if tag == "bool" and type(written) is bool:
            return written
        text = self._chars(written)
        match tag:
            case "str":
                return _well_formed(text)
            case "strx":
                return _units(text)
            case "number":
                return _number(text)
            case "bigint":
                return _bigint(text)
            case "date":
                return JsDate(_number(text))
            case _:
                raise CodecError("Unknown tag.")

    def _chars(self, written: object) -> str:
        if type(written) is not str:
            raise CodecError("Text expected.")
        self.text += len(written)
        if self.text > MAX_TEXT:
            raise CodecError("The value is too large.")
        return written

    def _pairs(self, tag: str, written: object, depth: int) -> object:
        pairs = []
        for pair in _list(written):
            if type(pair) is not list or len(pair) != 2:
                raise CodecError("Pairs expected.")
            pairs.append((self.decode(pair[0], depth + 1), self.decode(pair[1], depth + 1)))
        if tag == "map":
            return JsMap(tuple(pairs))
        made: dict[str, object] = {}
        for key, item in pairs:
            if type(key) is not str or key in made:
                raise CodecError("An object's keys are texts, each of them once.")
            made[key] = item
        return made

    def _opaque(self, data: dict[str, object]) -> Opaque:
        _keys(data, {"t", "class", "repr"})
        name, text = self._chars(data["class"]), self._chars(data["repr"])
        if len(name) > MAX_CLASS_NAME or len(text) > MAX_REPR:
            raise CodecError("The object's description is too long.")
        return Opaque(_plain_text(name), _plain_text(text))


def _keys(data: dict[str, object], wanted: set[str]) -> None:
    if data.keys() != wanted:
        raise CodecError("A value has other fields than its tag allows.")


def _list(written: object) -> list[object]:
    if type(written) is not list:
        raise CodecError("A list expected.")
    return written


def _plain_text(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _well_formed(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise CodecError("Text with lone surrogates has a tag of its own.") from error
    return text


def _units(text: str) -> str:
    if len(text) % 4 or not _HEX.fullmatch(text):
        raise CodecError("UTF-16 code units in hexadecimal expected.")
    return bytes.fromhex(text).decode("utf-16-be", "surrogatepass")


def _number(text: str) -> float:
    if text in _SPECIAL:
        return _SPECIAL[text]
    if not _NUMBER.fullmatch(text):
        raise CodecError("Not a number.")
    return float(text)


def _bigint(text: str) -> int:
    digits = text.removeprefix("-")
    if len(digits) > MAX_INT_DIGITS or not _HEX.fullmatch(digits):
        raise CodecError("Not a bigint.")
    return int(text, 16)
