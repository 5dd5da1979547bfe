"""Zip files from outside, read in memory and by the letter: whatever two readers could take in two ways is refused.

Nothing is written anywhere. The reader walks the file from its first byte to its last: the entries stand one behind
the other, each as the list at the end says, with nothing before, between or after them.
"""

from __future__ import annotations

import re
import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from lms.authoring.paths import (
    LARGEST_COURSE,
    LARGEST_FILE,
    LONGEST_PATH,
    MOST_FILES,
    BadPath,
    check_together,
    safe_path,
)

MOST_RATIO = 100
"""So many times smaller may a file have become by being packed, if it is not small anyway."""
SMALL = 64 * 1024

LOCAL = struct.Struct("<4s5H3I2H")
CENTRAL = struct.Struct("<4s6H3I5H2I")
END = struct.Struct("<4s4H2IH")
STORED, DEFLATED = 0, 8
UTF8 = 1 << 11

_LATER = 1 << 3  # sizes and check sum stand behind the data
_LEVEL = 0b110
_ENCRYPTED = (1 << 0) | (1 << 6) | (1 << 13)
_ZIP64, _OTHER_NAME = 0x0001, 0x7075
_COMMIT = re.compile(rb"(?:[0-9a-f]{40})?")  # what git writes behind an archive
_DOS_VOLUME, _DOS_FOLDER, _DOS_DEVICE = 0x08, 0x10, 0x40
_SPECIAL = stat.S_ISUID | stat.S_ISGID | stat.S_ISVTX

UNREADABLE = _l("This is not a zip file that can be read, or a part of it is missing.")
_TOO_MANY = _l("The zip file holds too many files.")
_TOO_LARGE = _l("The zip file holds too much: unpacked it would be too large.")
_BOMB = _l("This file is packed so tightly that it may be there to fill a disk.")
_FILE_TOO_LARGE = _l("This file is larger than 2 MiB.")
_NAME = _l("No file of a course can have this name.")
_TWICE = _l("This name is there twice, or some disks would take two names for one.")
_SPECIAL_FILE = _l("This is a link, a device or another special file. Only plain files can come.")
_LOCKED = _l("This file is locked with a password. Make the zip file without one.")
_METHOD = _l("This file is packed in a way that is not read here. Make a plain zip file.")
_DAMAGED = _l("This file is damaged: it is not what was packed.")
_MISMATCH = _l("The zip file says different things about this file in two places.")
_OUTSIDE = _l("The zip file holds something that belongs to none of its files.")
_HUGE_FORM = _l("The zip file is in a form for very large files (zip64). Make a plain zip file.")


class BadPackage(ValueError):
    """What was sent cannot be taken; `entry` is the member that is wrong, empty for the whole."""

    def __init__(self, entry: str, sentence: str | LazyString) -> None:
        super().__init__(entry)
        self.entry = entry[:LONGEST_PATH]
        self.sentence = sentence

    def __str__(self) -> str:
        return f"{self.entry!r}: {self.sentence}" if self.entry else str(self.sentence)


@dataclass(frozen=True, slots=True)
class _Member:
    """One entry as the list at the end of the zip file says it."""

    raw: bytes
    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int

    @property
    def is_folder(self) -> bool:
        return self.name.endswith("/")


def read_zip(data: bytes) -> dict[str, bytes]:
    """The files of a zip file by their paths; folders are not listed. Raises `BadPackage`."""
    start, count = _end_of(data)
    members = list(_members(data, start, count))
    _check_sizes(members)
    _check_names(members)
    position = 0
    found: dict[str, bytes] = {}
    for member in sorted(members, key=lambda member: member.offset):
        if member.offset != position:
            raise BadPackage(member.name, _OUTSIDE)
        content, position = _content(data, member, start)
        if not member.is_folder:
            found[member.name] = content
    if position != start:
        raise BadPackage("", _OUTSIDE)
    return {name: found[name] for name in sorted(found)}


def _end_of(data: bytes) -> tuple[int, int]:
    """Where the list of entries begins, and how many it has."""
    at = data.rfind(b"PK\x05\x06")
    if at < 0 or at + END.size > len(data) or data[:4] not in {b"PK\x03\x04", b"PK\x05\x06"}:
        raise BadPackage("", UNREADABLE if at < 0 or at + END.size > len(data) else _OUTSIDE)
    _, disk, first_disk, here, count, size, start, comment = END.unpack_from(data, at)
    if (
        0xFFFF in {here, count}
        or 0xFFFFFFFF in {size, start}
        or data[max(at - 20, 0) : at][:4] == b"PK\x06\x07"
    ):
        raise BadPackage("", _HUGE_FORM)
    if disk or first_disk or here != count:
        raise BadPackage("", UNREADABLE)
    rest = data[at + END.size :]
    if len(rest) != comment or not _COMMIT.fullmatch(rest) or start + size != at:
        raise BadPackage("", _OUTSIDE)
    if count > 2 * MOST_FILES:  # folders may be listed too
        raise BadPackage("", _TOO_MANY)
    return start, count


def _members(data: bytes, position: int, count: int) -> Iterator[_Member]:
    end = data.rfind(b"PK\x05\x06")
    for _ in range(count):
        if position + CENTRAL.size > end:
            raise BadPackage("", UNREADABLE)
        (
            mark, _made, _needed, flags, method, _time, _date, crc, packed, size, name_length, extra_length,
            comment_length, disk, _inside, attributes, offset,
        ) = CENTRAL.unpack_from(data, position)  # fmt: skip
        position += CENTRAL.size
        raw = data[position : position + name_length]
        extra = data[position + name_length : position + name_length + extra_length]
        position += name_length + extra_length + comment_length
        if mark != b"PK\x01\x02" or position > end or disk:
            raise BadPackage("", UNREADABLE)
        name = _decoded(raw, flags)
        _check_flags(name, flags, method)
        _check_extra(name, extra)
        if 0xFFFFFFFF in {packed, size, offset}:
            raise BadPackage(name, _HUGE_FORM)
        _check_kind(name, attributes, size)
        yield _Member(raw, name, flags, method, crc, packed, size, offset)
    if position != end:
        raise BadPackage("", _OUTSIDE)


def _decoded(raw: bytes, flags: int) -> str:
    try:
        return raw.decode("utf-8" if flags & UTF8 else "ascii")
    except UnicodeDecodeError:
        raise BadPackage(raw.decode("ascii", "backslashreplace"), _NAME) from None


def _check_flags(name: str, flags: int, method: int) -> None:
    if flags & _ENCRYPTED:
        raise BadPackage(name, _LOCKED)
    if method not in {STORED, DEFLATED} or flags & ~(_LATER | _LEVEL | UTF8):
        raise BadPackage(name, _METHOD)


def _check_extra(name: str, extra: bytes) -> None:
    """Fields that would give the entry other sizes or another name; times and owners may stand there."""
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<2H", extra)
        if kind == _ZIP64:
            raise BadPackage(name, _HUGE_FORM)
        if kind == _OTHER_NAME:
            raise BadPackage(name, _MISMATCH)
        extra = extra[4 + length :]


def _check_kind(name: str, attributes: int, size: int) -> None:
    mode, dos = attributes >> 16, attributes & 0xFF
    folder = name.endswith("/")
    wanted = {0, stat.S_IFDIR} if folder else {0, stat.S_IFREG}
    odd_dos = dos & (_DOS_VOLUME | _DOS_DEVICE) or (dos & _DOS_FOLDER and not folder)
    if stat.S_IFMT(mode) not in wanted or mode & _SPECIAL or odd_dos or (folder and size):
        raise BadPackage(name, _SPECIAL_FILE)


def _check_sizes(members: list[_Member]) -> None:
    if sum(not member.is_folder for member in members) > MOST_FILES:
        raise BadPackage("", _TOO_MANY)
    for member in members:
        if member.size > LARGEST_FILE:
            raise BadPackage(member.name, _FILE_TOO_LARGE)
        if too_tight(member.size, member.packed):
            raise BadPackage(member.name, _BOMB)
    if sum(member.size for member in members) > LARGEST_COURSE:
        raise BadPackage("", _TOO_LARGE)


def too_tight(size: int, packed: int) -> bool:
    """Whether a file has become so small that a reader would take it for a bomb."""
    return size > SMALL and size > MOST_RATIO * packed


def _check_names(members: list[_Member]) -> None:
    """Each name is held to the rules for paths, its first folder apart: that is the course, the track or the zip."""
    seen: set[str] = set()
    for member in members:
        if member.name in seen:
            raise BadPackage(member.name, _TWICE)
        seen.add(member.name)
        try:
            first, _, rest = member.name.removesuffix("/").partition("/")
            safe_path(first)
            if rest:
                safe_path(rest)
        except BadPath:
            raise BadPackage(member.name, _NAME) from None
    try:
        check_together([member.name for member in members if not member.is_folder])
    except BadPath as error:
        raise BadPackage(error.path, _TWICE) from None


def _content(data: bytes, member: _Member, start: int) -> tuple[bytes, int]:
    """What an entry holds, and where the next one begins."""
    if member.offset + LOCAL.size > start:
        raise BadPackage(member.name, UNREADABLE)
    mark, _needed, flags, method, _time, _date, crc, packed, size, name_length, extra_length = (
        LOCAL.unpack_from(data, member.offset)
    )
    position = member.offset + LOCAL.size
    raw = data[position : position + name_length]
    extra = data[position + name_length : position + name_length + extra_length]
    position += name_length + extra_length
    if mark != b"PK\x03\x04":
        raise BadPackage(member.name, UNREADABLE)
    _check_extra(member.name, extra)
    told, known = (crc, packed, size), (member.crc, member.packed, member.size)
    later = bool(flags & _LATER)
    agrees = told == known or (later and told == (0, 0, 0))
    if (raw, flags, method) != (member.raw, member.flags, member.method) or not agrees:
        raise BadPackage(member.name, _MISMATCH)
    if position + member.packed > start:
        raise BadPackage(member.name, UNREADABLE)
    content = _unpacked(data[position : position + member.packed], member)
    position += member.packed
    return content, position + (_length_of_descriptor(data, position, member) if later else 0)


def _unpacked(packed: bytes, member: _Member) -> bytes:
    content = packed
    if member.method == DEFLATED:
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            content = unpacker.decompress(packed, member.size + 1)
        except zlib.error:
            raise BadPackage(member.name, _DAMAGED) from None
        if not unpacker.eof or unpacker.unused_data or unpacker.unconsumed_tail:
            raise BadPackage(member.name, _DAMAGED)
    if len(content) != member.size or zlib.crc32(content) != member.crc:
        raise BadPackage(member.name, _DAMAGED)
    return content


def _length_of_descriptor(data: bytes, position: int, member: _Member) -> int:
    known = struct.pack("<3I", member.crc, member.packed, member.size)
    for descriptor in (b"PK\x07\x08" + known, known):
        if data.startswith(descriptor, position):
            return len(descriptor)
    raise BadPackage(member.name, _MISMATCH)
