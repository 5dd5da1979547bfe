"""Packages that must be refused: each is a small zip file, made byte by byte where no library would make it."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

COURSE = b'format = 1\ntitle = "Hostile"\n'


@dataclass(frozen=True)
class Entry:
    """One entry with everything that can be a lie."""

    name: bytes
    content: bytes = b"x"
    mode: int = 0o100644
    flags: int = 0x800
    method: int = 0
    local_name: bytes | None = None
    crc: int | None = None
    size: int | None = None
    packed: bytes | None = None
    extra: bytes = b""
    local_extra: bytes = b""
    offset: int | None = None
    dos: int = 0
    disk: int = 0


def deflated(name: bytes, content: bytes, **more: object) -> Entry:
    """An entry that is packed as zips are."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush()
    return replace(Entry(name, content, method=8, packed=packed), **more)  # type: ignore[arg-type]


def make(entries: Iterable[Entry], *, before: bytes = b"", between: bytes = b"", after: bytes = b"",
         comment: bytes = b"", count: int | None = None) -> bytes:  # fmt: skip
    """A zip file of these entries."""
    body, listing, entries = before, b"", list(entries)
    for entry in entries:
        packed = entry.packed if entry.packed is not None else entry.content
        crc = zlib.crc32(entry.content) if entry.crc is None else entry.crc
        size = len(entry.content) if entry.size is None else entry.size
        at = len(body) if entry.offset is None else entry.offset
        local = entry.name if entry.local_name is None else entry.local_name
        if entry.offset is None:
            body += struct.pack(
                "<4s5H3I2H", b"PK\x03\x04", 20, entry.flags, entry.method, 0, 33, crc, len(packed), size,
                len(local), len(entry.local_extra),
            ) + local + entry.local_extra + packed  # fmt: skip
        listing += struct.pack(
            "<4s6H3I5H2I", b"PK\x01\x02", 3 << 8 | 20, 20, entry.flags, entry.method, 0, 33, crc, len(packed), size,
            len(entry.name), len(entry.extra), 0, entry.disk, 0, entry.mode << 16 | entry.dos, at,
        ) + entry.name + entry.extra  # fmt: skip
    body += between
    total = len(entries) if count is None else count
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, total, total, len(listing), len(body), len(comment))
    return body + listing + end + comment + after


TOML = Entry(b"evil/course.toml", COURSE)


def _named(name: bytes, **more: object) -> bytes:
    return make([TOML, replace(Entry(name), **more)])  # type: ignore[arg-type]


def _zip64_by_library() -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w") as archive,
        archive.open("evil/course.toml", "w", force_zip64=True) as file,
    ):
        file.write(COURSE)
    return out.getvalue()


def _overlapping() -> bytes:
    """One body that many entries share: a small file that would unpack to a large course."""
    first = deflated(b"evil/01-a/lesson.md", b"a" * 5000)
    return make(
        [TOML, first, replace(first, name=b"evil/01-b/lesson.md", offset=len(make([TOML])) - 22 - 46 - 16)]
    )


def _nested_overlap() -> bytes:
    """An entry whose body holds the next entry whole."""
    inner = make([Entry(b"evil/02-b/lesson.md", b"inner")])
    local = inner[: inner.index(b"PK\x01\x02")]
    outer = Entry(b"evil/01-a/lesson.md", local)
    inside = len(make([outer])[: make([outer]).index(b"PK\x01\x02")]) - len(local)
    return make([outer, Entry(b"evil/02-b/lesson.md", b"inner", offset=inside)])


NAMES: dict[str, bytes] = {
    "parent": b"evil/../../outside.md",
    "parent at its end": b"evil/01-a/..",
    "only the parent": b"../outside.md",
    "absolute": b"/etc/passwd",
    "two slashes": b"evil//etc/passwd",
    "a dot": b"evil/./lesson.md",
    "drive letter": b"C:/evil/lesson.md",
    "drive in the middle": b"evil/C:lesson.md",
    "backslash": b"evil\\..\\..\\outside.md",
    "UNC": b"\\\\server\\share\\lesson.md",
    "UNC with slashes": b"//server/share/lesson.md",
    "NUL": b"evil/01-a/lesson.md\x00.png",
    "line break": b"evil/01-a/lesson\n.md",
    "escape": b"evil/01-a/\x1b[31m.md",
    "bidi override": "evil/01-a/\u202egnp.md".encode(),
    "bidi isolate": "evil/01-a/\u2067x.md".encode(),
    "zero width": "evil/01-a/les\u200bson.md".encode(),
    "decomposed": "evil/01-a/images/e\u0301.png".encode(),
    "no UTF-8": b"evil/01-a/\xff.md",
    "surrogate": b"evil/01-a/\xed\xa0\x80.md",
    "too long": b"evil/" + b"a" * 65000,
    "long part": b"evil/01-a/" + b"b" * 150,
    "too deep": b"evil/" + b"a/" * 20 + b"lesson.md",
    "device": b"evil/01-a/con",
    "device with ending": b"evil/01-a/AUX.md",
    "numbered device": b"evil/com1/lesson.md",
    "space at its end": b"evil/01-a/lesson.md ",
    "dot at its end": b"evil/01-a/lesson.md.",
    "stream": b"evil/01-a/lesson.md::$DATA",
    "git": b"evil/.git/hooks/post-checkout",
    "git on another disk": b"evil/GIT~1/config",
    "no name": b"",
    "folder alone": b"/",
}
KINDS: dict[str, int] = {
    "symbolic link": 0o120777,
    "character device": 0o020666,
    "block device": 0o060666,
    "pipe": 0o010666,
    "socket": 0o140777,
    "folder that is a file": 0o040755,
    "set user": 0o104755,
    "set group": 0o102755,
    "sticky": 0o101644,
    "unknown kind": 0o170000,
}
UNKNOWN_FILES = (
    b"evil/run.sh", b"evil/01-a/page.html", b"evil/01-a/images/movie.mp4", b"evil/01-a/images/deep/x.png",
    b"evil/01-a/greet/solution.pyc", b"evil/translations/ar.mo", b"evil/01-a/greet/tests/.env", b"evil/.gitattributes",
    b"evil/course.yaml", b"evil/01-a/greet/state.pickle", b"evil/Lesson/lesson.md",
)  # fmt: skip

LESSON = b"evil/01-a/lesson.md"
FLAT = deflated(LESSON, b"\0" * 2_000_000)
WHOLE: dict[str, bytes] = {
    "empty": b"",
    "no zip": b"hello",
    "a tar": b"evil/course.toml".ljust(257, b"\0") + b"ustar\x0000" + b"\0" * 1000,
    "only an end": make([]),
    "no course.toml": make([Entry(LESSON)]),
    "two folders": make([TOML, Entry(b"other/course.toml")]),
    "no folder": make([Entry(b"course.toml", COURSE)]),
    "folder is no slug": make([Entry(b"Evil Course/course.toml", COURSE)]),
    "data before": make([TOML], before=b"#!/bin/sh\n"),
    "data between": make([TOML], between=b"hidden"),
    "data after": make([TOML], after=b"hidden"),
    "long comment": make([TOML], comment=b"<?php echo 1 ?>"),
    "two ends": make([TOML]) + make([TOML]),
    "truncated": make([TOML])[:-30],
    "truncated in the middle": make([TOML])[:40],
    "count too large": make([TOML], count=2),
    "count too small": make([TOML, Entry(LESSON)], count=1),
    "too many": make([TOML, *(Entry(b"evil/01-a/images/%d.png" % n, b"") for n in range(3001))]),
    "too many folders": make([TOML, *(Entry(b"evil/%d/" % n, b"", mode=0o040755) for n in range(7000))]),
    "too large together": make(
        [TOML, *(Entry(b"evil/01-a/images/%d.png" % n, b"\1" * 2_000_000) for n in range(27))]
    ),
}
ENTRIES: dict[str, bytes] = {
    "bomb": make([TOML, FLAT]),
    "too large": make([TOML, Entry(LESSON, b"y" * (2 * 1024 * 1024 + 1))]),
    "size is a lie, smaller": make([TOML, replace(deflated(LESSON, b"a" * 9000), size=10)]),
    "size is a lie, larger": make([TOML, replace(deflated(LESSON, b"a" * 9000), size=9001)]),
    "stored size is a lie": make([TOML, Entry(LESSON, b"abc", size=2)]),
    "wrong check sum": make([TOML, Entry(LESSON, crc=1)]),
    "data behind the end of what is packed": make(
        [TOML, replace(deflated(LESSON, b"abc"), packed=b"\x03\x00junk", size=0)]
    ),
    "not deflated": make([TOML, Entry(LESSON, b"abc", method=8)]),
    "deflate without end": make(
        [TOML, replace(deflated(LESSON, b"abc" * 99), packed=b"\x00\x05\x00\xfa\xffabcde", size=5)]
    ),
    "encrypted": make([TOML, Entry(LESSON, flags=0x801)]),
    "strongly encrypted": make([TOML, Entry(LESSON, flags=0x841)]),
    "masked headers": make([TOML, Entry(LESSON, flags=0x2800)]),
    "patched data": make([TOML, Entry(LESSON, flags=0x820)]),
    "bzip2": make([TOML, Entry(LESSON, method=12)]),
    "lzma": make([TOML, Entry(LESSON, method=14)]),
    "unknown method": make([TOML, Entry(LESSON, method=99)]),
    "another local name": make([TOML, Entry(LESSON, local_name=b"evil/../../x.md")]),
    "another local name of the same length": make([TOML, Entry(LESSON, local_name=b"evil/01-b/lesson.md")]),
    "another name by an extra field": make([TOML, Entry(LESSON, extra=struct.pack("<2H", 0x7075, 6) + b"\1abcde")]),
    "another name by a local extra field": make(
        [TOML, Entry(LESSON, local_extra=struct.pack("<2H", 0x7075, 1) + b"\1")]
    ),
    "zip64 sizes": make([TOML, Entry(LESSON, extra=struct.pack("<2H2Q", 1, 16, 1, 1))]),
    "zip64 sizes by the library": _zip64_by_library(),
    "zip64 mark": make([TOML, Entry(LESSON, size=0xFFFFFFFF)]),
    "offset outside": make([TOML, Entry(LESSON, offset=10**6)]),
    "later sizes that are not there": make([TOML, Entry(LESSON, flags=0x808)]),
    "overlap": _overlapping(),
    "nested overlap": _nested_overlap(),
    "twice": make([TOML, Entry(LESSON), Entry(LESSON, b"y")]),
    "case only": make([TOML, Entry(b"evil/01-a/images/a.png"), Entry(b"evil/01-a/images/A.png")]),
    "folder case only": make([TOML, Entry(b"evil/01-a/lesson.md"), Entry(b"evil/01-A/exercise.toml")]),
    "ligature": make([TOML, Entry("evil/01-a/images/ﬁ.png".encode()), Entry(b"evil/01-a/images/fi.png")]),
    "file and folder": make([TOML, Entry(b"evil/01-a"), Entry(b"evil/01-a/lesson.md")]),
    "volume label": make([TOML, Entry(LESSON, dos=0x08)]),
    "folder by the other mark": make([TOML, Entry(LESSON, dos=0x10)]),
    "folder with content": make([TOML, Entry(b"evil/01-a/", b"abc", mode=0o040755)]),
}  # fmt: skip
for _what, _name in NAMES.items():
    ENTRIES[f"name: {_what}"] = _named(_name)
for _what, _mode in KINDS.items():
    ENTRIES[f"kind: {_what}"] = _named(LESSON, mode=_mode)
for _name in UNKNOWN_FILES:
    ENTRIES[f"file: {_name.decode()}"] = _named(_name)
