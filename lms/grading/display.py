"""Values as a person reads them: Python's own notation, cut to a length a page can hold."""

from __future__ import annotations

import re
import reprlib

from sandbox.codec import Opaque

MAX_SHOWN = 400
MAX_TEXT = 10_000
MAX_BITS_SHOWN = 1_000
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class _Repr(reprlib.Repr):
    """`repr` that stops early; methods are named after the types they write."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 8
        self.maxlist = self.maxtuple = self.maxset = self.maxfrozenset = self.maxdict = 60
        self.maxstring = self.maxother = MAX_SHOWN

    def repr_Opaque(self, value: Opaque, _level: int) -> str:
        return value.repr or value.class_name

    def repr_int(self, value: int, _level: int) -> str:
        if value.bit_length() <= MAX_BITS_SHOWN:
            return repr(value)
        digits = format(value, "x")
        return f"0x{digits[:20]}…{digits[-20:]}" if value > 0 else f"-0x{digits[1:20]}…{digits[-20:]}"


def show(value: object) -> str:
    """A value in Python's notation, at most `MAX_SHOWN` characters and safe to store."""
    return clip(_Repr().repr(value), MAX_SHOWN)


def clip(text: str, limit: int = MAX_TEXT) -> str:
    """Text that any database and JSON can hold, with its middle left out when it is too long."""
    plain = _UNSTORABLE.sub("\ufffd", text)
    if len(plain) <= limit:
        return plain
    half = (limit - 1) // 2
    return f"{plain[:half]}…{plain[-half:]}"


def type_name(value: object) -> str:
    """The name of a value's type, or of the student's class."""
    return clip(value.class_name, 100) if isinstance(value, Opaque) else type(value).__name__
