"""A course as one file: a zip of its folder, the same files always the same bytes."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping

from lms.authoring.paths import safe_path

EPOCH = (1980, 1, 1, 0, 0, 0)
MOST_FILES = 5000
MOST_BYTES = 64 * 1024 * 1024


class BadPackage(ValueError):
    """This is no package of a course; `entry` is the member that is wrong, empty for the whole."""

    def __init__(self, entry: str, sentence: str) -> None:
        super().__init__(f"{entry}: {sentence}" if entry else sentence)
        self.entry = entry
        self.sentence = sentence


def pack(slug: str, files: Mapping[str, bytes]) -> bytes:
    """The package of a course's files, by paths relative to its folder."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in sorted(files):
            member = zipfile.ZipInfo(f"{slug}/{path}", EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            archive.writestr(member, files[path])
    return out.getvalue()


def unpack(data: bytes) -> tuple[str, dict[str, bytes]]:
    """The short name and the files of a package."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise BadPackage("", "This is not a zip file that can be read.") from error


def _read(archive: zipfile.ZipFile) -> tuple[str, dict[str, bytes]]:
    members = archive.infolist()
    if len(members) > MOST_FILES or sum(member.file_size for member in members) > MOST_BYTES:
        raise BadPackage("", "This package is too large.")
    files: dict[str, bytes] = {}
    slugs = set()
    for member in members:
        slug, _, path = member.filename.partition("/")
        slugs.add(slug)
        try:
            files[safe_path(path)] = archive.read(member)
        except ValueError as error:
            raise BadPackage(member.filename[:200], "This is no place for a file of a course.") from error
    if len(slugs) != 1:
        raise BadPackage("", "A package has one folder, which is the course.")
    return slugs.pop(), files
