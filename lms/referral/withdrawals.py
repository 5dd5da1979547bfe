"""The list of what is withdrawn, as a W3C Bitstring Status List: one bit for each number, nothing about anybody."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable

from lms.referral.envelope import decode, encode

LENGTH = 131_072
"""Bits of a list: the least that the standard allows, so that a number says nothing about how many there are."""
_BYTES = LENGTH // 8
_MULTIBASE = "u"


class BadList(ValueError):
    """Not a list of this kind."""


def pack(numbers: Iterable[int]) -> str:
    """The list in which these numbers are withdrawn. The first bit is the leftmost, as the standard says."""
    bits = bytearray(_BYTES)
    for number in numbers:
        bits[number // 8] |= 0x80 >> (number % 8)
    return _MULTIBASE + encode(gzip.compress(bytes(bits), mtime=0))


def unpack(text: str) -> bytes:
    """The bits of a list; never more than a list has, whatever it was packed from."""
    if not text.startswith(_MULTIBASE):
        raise BadList("not base64url")
    try:
        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        bits = unpacker.decompress(decode(text[1:]), _BYTES + 1)
    except (ValueError, zlib.error) as error:
        raise BadList("not packed") from error
    if len(bits) != _BYTES or not unpacker.eof:
        raise BadList("not a list of this length")
    return bits


def is_withdrawn(bits: bytes, number: int) -> bool:
    """Whether this number is withdrawn."""
    return bool(bits[number // 8] & (0x80 >> (number % 8)))
