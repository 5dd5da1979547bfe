"""Values as tagged JSON, by exact type: the only way a value leaves or enters a student's container.

Source of truth for both sides: this file is also copied into the image, so it uses the standard library only
and runs on Python 3.11 and later.

Every value is one JSON object with a tag in "t":

    {"t": "none"}  {"t": "ellipsis"}  {"t": "bool", "v": true}
    {"t": "int", "v": "-ff"}                       hexadecimal, so that huge integers cost linear time
    {"t": "float", "v": "0x1.8p+1"}                float.hex(), or "nan", "inf", "-inf"
    {"t": "complex", "v": [real, imaginary]}       both written as for float
    {"t": "str", "v": "text"}                      text without surrogates
    {"t": "strx", "v": "eda080"}                   text with surrogates: hexadecimal UTF-8
    {"t": "bytes", "v": "00ff"}  {"t": "bytearray", "v": "00ff"}
    {"t": "list" | "tuple" | "set" | "frozenset", "v": [value, ...]}
    {"t": "dict", "v": [[key, value], ...]}        in insertion order
    {"t": "range", "v": [start, stop, step]}       written as for int
    {"t": "decimal", "v": "1.50"}  {"t": "fraction", "v": [numerator, denominator]}
    {"t": "date", "v": [2024, 5, 1]}  {"t": "timedelta", "v": [days, seconds, microseconds]}
    {"t": "time", "v": [h, m, s, us, fold, offset]}            offset: null or microseconds from UTC
    {"t": "datetime", "v": [y, mo, d, h, m, s, us, fold, offset]}
    {"t": "object", "class": "Account", "repr": "<Account ...>"}    anything else, subclasses included

`encode` raises CodecError for what is too large or too deep. `decode` raises CodecError, and nothing else,
for whatever is not exactly in this form.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal, InvalidOperation
from fractions import Fraction

MAX_DEPTH = 50
MAX_NODES = 50_000
MAX_TEXT = 1_000_000
MAX_INT_DIGITS = 65_536  # hexadecimal digits
MAX_FRACTION_DIGITS = 4_096
MAX_DECIMAL_CHARS = 20_000
MAX_REPR = 500
MAX_CLASS_NAME = 200
MAX_EQUAL_HASHES = 64  # more equal hashes than this in one set is an attack on the reader's time

_HEX = frozenset("0123456789abcdef")


class CodecError(ValueError):
    """The value, or the JSON, cannot be carried."""


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value of a type that is not carried: never equal to an expected value."""

    class_name: str
    repr: str


def _default_repr(value: object) -> str:
    try:
        return repr(value)
    except Exception:  # noqa: BLE001  (a class written by a student may raise anything in its __repr__)
        return "<" + type(value).__name__ + ">"


def encode(value: object, describe: Callable[[object], str] = _default_repr) -> dict[str, object]:
    """The tagged form of a value; `describe` gives the text shown for objects that are not carried."""
    return _Encoder(describe).encode(value, 0)


def decode(data: object) -> object:
    """The value of a tagged form: plain Python values, or Opaque in their place."""
    return _Decoder().decode(data, 0)


class _Budget:
    """Counts what has been used of the size limits."""

    def __init__(self) -> None:
        self.nodes = 0
        self.text = 0

    def node(self, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise CodecError("The value is nested too deeply.")
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise CodecError("The value has too many parts.")

    def chars(self, count: int) -> None:
        self.text += count
        if self.text > MAX_TEXT:
            raise CodecError("The value is too large.")


class _Encoder(_Budget):
    def __init__(self, describe: Callable[[object], str]) -> None:
        super().__init__()
        self.describe = describe

    def encode(self, value: object, depth: int) -> dict[str, object]:
        self.node(depth)
        kind = type(value)
        simple = _SIMPLE_ENCODERS.get(kind)
        if simple is not None:
            tagged = simple(value)
            if tagged is None:
                return self._object(value)
            self._count(tagged.get("v"))
            return tagged
        tag = _CONTAINER_TAGS.get(kind)
        if tag is not None:
            return {"t": tag, "v": [self.encode(item, depth + 1) for item in value]}  # type: ignore[attr-defined]
        if kind is dict:
            pairs = list(value.items())  # type: ignore[attr-defined]
            return {
                "t": "dict",
                "v": [[self.encode(k, depth + 1), self.encode(v, depth + 1)] for k, v in pairs],
            }
        return self._object(value)

    def _count(self, written: object) -> None:
        if isinstance(written, str):
            self.chars(len(written))
        elif isinstance(written, list):
            self.chars(sum(len(item) for item in written if isinstance(item, str)))

    def _object(self, value: object) -> dict[str, object]:
        text = _clean(self.describe(value))[:MAX_REPR]
        name = _clean(type(value).__name__)[:MAX_CLASS_NAME]
        self.chars(len(text) + len(name))
        return {"t": "object", "class": name, "repr": text}


def _clean(text: str) -> str:
    return str(text).encode("utf-8", "replace").decode("utf-8")


def _int_text(value: int, limit: int = MAX_INT_DIGITS) -> str:
    if value.bit_length() > limit * 4:
        raise CodecError("The integer is too large.")
    return format(value, "x")


def _float_text(value: float) -> str:
    return value.hex()


def _encode_str(value: str) -> dict[str, object]:
    if len(value) > MAX_TEXT:
        raise CodecError("The text is too long.")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return {"t": "strx", "v": value.encode("utf-8", "surrogatepass").hex()}
    return {"t": "str", "v": value}


def _encode_bytes(value: bytes | bytearray) -> dict[str, object]:
    if len(value) > MAX_TEXT // 2:
        raise CodecError("The bytes are too long.")
    return {"t": type(value).__name__, "v": value.hex()}


def _encode_decimal(value: Decimal) -> dict[str, object]:
    text = str(value)
    if len(text) > MAX_DECIMAL_CHARS:
        raise CodecError("The decimal is too large.")
    return {"t": "decimal", "v": text}


def _encode_fraction(value: Fraction) -> dict[str, object]:
    return {
        "t": "fraction",
        "v": [_int_text(part, MAX_FRACTION_DIGITS) for part in (value.numerator, value.denominator)],
    }


def _offset(value: datetime | time) -> int | None:
    """Microseconds from UTC; a zone that is not a plain fixed offset raises LookupError."""
    if value.tzinfo is None:
        return None
    if type(value.tzinfo) is not timezone:
        raise LookupError("not a fixed offset")
    return value.tzinfo.utcoffset(None) // timedelta(microseconds=1)


def _encode_time(value: time) -> dict[str, object] | None:
    try:
        offset = _offset(value)
    except LookupError:
        return None
    return {"t": "time", "v": [value.hour, value.minute, value.second, value.microsecond, value.fold, offset]}


def _encode_datetime(value: datetime) -> dict[str, object] | None:
    clock = _encode_time(value.timetz())
    if clock is None:
        return None
    numbers = clock["v"]
    assert isinstance(numbers, list)  # noqa: S101  (narrows a type; the line above made it)
    return {"t": "datetime", "v": [value.year, value.month, value.day, *numbers]}


_SIMPLE_ENCODERS: dict[type, Callable[..., dict[str, object] | None]] = {
    type(None): lambda _: {"t": "none"},
    type(...): lambda _: {"t": "ellipsis"},
    bool: lambda v: {"t": "bool", "v": v},
    int: lambda v: {"t": "int", "v": _int_text(v)},
    float: lambda v: {"t": "float", "v": _float_text(v)},
    complex: lambda v: {"t": "complex", "v": [_float_text(v.real), _float_text(v.imag)]},
    str: _encode_str,
    bytes: _encode_bytes,
    bytearray: _encode_bytes,
    range: lambda v: {"t": "range", "v": [_int_text(v.start), _int_text(v.stop), _int_text(v.step)]},
    Decimal: _encode_decimal,
    Fraction: _encode_fraction,
    date: lambda v: {"t": "date", "v": [v.year, v.month, v.day]},
    time: _encode_time,
    datetime: _encode_datetime,
    timedelta: lambda v: {"t": "timedelta", "v": [v.days, v.seconds, v.microseconds]},
}
_CONTAINER_TAGS: dict[type, str] = {list: "list", tuple: "tuple", set: "set", frozenset: "frozenset"}


class _Decoder(_Budget):
    def decode(self, data: object, depth: int) -> object:
        self.node(depth)
        if type(data) is not dict:
            raise CodecError("A value must be an object with a tag.")
        tag = data.get("t")
        if type(tag) is not str:
            raise CodecError("A value must have a tag.")
        if tag in _CONSTANTS:
            _keys(data, {"t"})
            return _CONSTANTS[tag]
        if tag == "object":
            return self._opaque(data)
        _keys(data, {"t", "v"})
        written = data["v"]
        if tag in _SEQUENCES:
            return self._sequence(tag, written, depth)
        if tag == "dict":
            return self._dict(written, depth)
        reader = _READERS.get(tag)
        if reader is None:
            raise CodecError("Unknown tag.")
        if type(written) is str:
            self.chars(len(written))
        try:
            return reader(written)
        except (ArithmeticError, ValueError, TypeError, InvalidOperation) as error:
            raise CodecError(f"Not a {tag}.") from error

    def _opaque(self, data: dict[str, object]) -> Opaque:
        _keys(data, {"t", "class", "repr"})
        name, text = data["class"], data["repr"]
        if type(name) is not str or type(text) is not str:
            raise CodecError("An object needs a class name and a text.")
        if len(name) > MAX_CLASS_NAME or len(text) > MAX_REPR:
            raise CodecError("The object's description is too long.")
        self.chars(len(name) + len(text))
        return Opaque(_clean(name), _clean(text))

    def _items(self, written: object, depth: int) -> list[object]:
        if type(written) is not list:
            raise CodecError("A container needs a list.")
        return [self.decode(item, depth + 1) for item in written]

    def _sequence(self, tag: str, written: object, depth: int) -> object:
        items = self._items(written, depth)
        if tag in {"list", "tuple"}:
            return items if tag == "list" else tuple(items)
        _check_hashes(items)
        made = set(items) if tag == "set" else frozenset(items)
        if len(made) != len(items):
            raise CodecError("A set holds a value twice.")
        return made

    def _dict(self, written: object, depth: int) -> dict[object, object]:
        if type(written) is not list or any(type(pair) is not list or len(pair) != 2 for pair in written):
            raise CodecError("A dict needs pairs.")
        keys = [self.decode(pair[0], depth + 1) for pair in written]
        values = [self.decode(pair[1], depth + 1) for pair in written]
        _check_hashes(keys)
        made = dict(zip(keys, values, strict=True))
        if len(made) != len(keys):
            raise CodecError("A dict holds a key twice.")
        return made


def _check_hashes(items: list[object]) -> None:
    try:
        hashes = sorted(hash(item) for item in items)
    except TypeError as error:
        raise CodecError("A set or a key holds a value that cannot be hashed.") from error
    if hashes and max(Counter(hashes).values()) > MAX_EQUAL_HASHES:
        raise CodecError("Too many equal hashes.")


def _keys(data: dict[str, object], wanted: set[str]) -> None:
    if data.keys() != wanted:
        raise CodecError("A value has other fields than its tag allows.")


def _str(written: object) -> str:
    if type(written) is not str:
        raise CodecError("Text expected.")
    return written


def _bool(written: object) -> bool:
    if type(written) is not bool:
        raise CodecError("true or false expected.")
    return written


def _int(written: object, limit: int = MAX_INT_DIGITS) -> int:
    text = _str(written)
    digits = text.removeprefix("-")
    if not 0 < len(digits) <= limit or not _HEX.issuperset(digits):
        raise CodecError("Not an integer.")
    return int(text, 16)


def _float(written: object) -> float:
    text = _str(written)
    if len(text) > 40:
        raise CodecError("Not a float.")
    return float.fromhex(text)


def _plain_str(written: object) -> str:
    text = _str(written)
    text.encode("utf-8")  # UnicodeEncodeError is a ValueError: lone surrogates come as "strx"
    return text


def _hex(written: object) -> bytes:
    text = _str(written)
    if not _HEX.issuperset(text):
        raise CodecError("Not hexadecimal.")
    return bytes.fromhex(text)


def _list(written: object, length: int) -> list[object]:
    if type(written) is not list or len(written) != length:
        raise CodecError("A list of another length expected.")
    return written


def _small_ints(written: object, length: int) -> list[int]:
    numbers = []
    for item in _list(written, length):
        if type(item) is not int or item.bit_length() > 60:
            raise CodecError("A small integer expected.")
        numbers.append(item)
    return numbers


def _zone(offset: object) -> timezone | None:
    if offset is None:
        return None
    return timezone(timedelta(microseconds=_small_ints([offset], 1)[0]))


def _time(written: object) -> time:
    parts = _list(written, 6)
    hour, minute, second, micro, fold = _small_ints(parts[:5], 5)
    return time(hour, minute, second, micro, tzinfo=_zone(parts[5]), fold=fold)


def _datetime(written: object) -> datetime:
    parts = _list(written, 9)
    return datetime.combine(date(*_small_ints(parts[:3], 3)), _time(parts[3:]))


def _decimal(written: object) -> Decimal:
    text = _str(written)
    if len(text) > MAX_DECIMAL_CHARS or not text.isascii() or text != text.strip() or "_" in text:
        raise CodecError("Not a decimal.")
    value = Decimal(text)
    if value.is_snan():
        raise CodecError("A signalling NaN is not carried.")
    return value


def _fraction(written: object) -> Fraction:
    numerator, denominator = (_int(part, MAX_FRACTION_DIGITS) for part in _list(written, 2))
    return Fraction(numerator, denominator)


_CONSTANTS: dict[str, object] = {"none": None, "ellipsis": ...}
_SEQUENCES = frozenset({"list", "tuple", "set", "frozenset"})
_READERS: dict[str, Callable[[object], object]] = {
    "bool": _bool,
    "int": _int,
    "float": _float,
    "complex": lambda w: complex(*(_float(part) for part in _list(w, 2))),
    "str": _plain_str,
    "strx": lambda w: _hex(w).decode("utf-8", "surrogatepass"),
    "bytes": _hex,
    "bytearray": lambda w: bytearray(_hex(w)),
    "range": lambda w: range(*(_int(part) for part in _list(w, 3))),
    "decimal": _decimal,
    "fraction": _fraction,
    "date": lambda w: date(*_small_ints(w, 3)),
    "time": _time,
    "datetime": _datetime,
    "timedelta": lambda w: timedelta(*_small_ints(w, 3)),
}
