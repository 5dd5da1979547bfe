"""A course as one file: a zip of its folder, the same files always the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from lms.authoring.archive import BadPackage, read_zip, too_tight
from lms.catalog.markdown import SLUG
from lms.catalog.parse import IMAGE_SUFFIXES

__all__ = ["BadPackage", "is_course_file", "pack", "unpack"]

EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_LEVEL = 9

_ONE_FOLDER = _l(
    "A package has one folder, which is the course. Its name has small Latin letters and hyphens."
)
_NO_COURSE = _l("There is no course.toml in the package, so this is no course.")
_UNKNOWN = _l("This is not a kind of file that a course has.")

_TOP = re.compile(r"course\.toml|glossary\.toml|README\.md|LICENSE|translations/[A-Za-z0-9-]+\.po")
_EXERCISE = re.compile(
    r"exercise\.toml|statement\.md|suite\.lock|(?:starter|solution)\.(?:py|js)"
    r"|(?:starter|solution|wrong)/.+\.(?:py|js)|tests/.+"
)


def pack(slug: str, files: Mapping[str, bytes]) -> bytes:
    """The package of a course's files, by paths relative to its folder."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in sorted(files):
            member = zipfile.ZipInfo(f"{slug}/{path}", EPOCH)
            member.create_system = _UNIX
            member.external_attr = 0o100644 << 16
            member.compress_type = _method(files[path])
            archive.writestr(member, files[path], compresslevel=_LEVEL)
    return out.getvalue()


def unpack(data: bytes, *, only_known: bool = True) -> tuple[str, dict[str, bytes]]:
    """The short name and the files of a package; `only_known` refuses files that no course has.

    Raises `BadPackage`. What this site has packed itself need not be asked for its kinds of files again.
    """
    found = read_zip(data)
    slugs = {name.partition("/")[0] for name in found}
    if len(slugs) != 1 or not SLUG.fullmatch(slug := slugs.pop()):
        raise BadPackage("", _ONE_FOLDER)
    files = {name.partition("/")[2]: content for name, content in found.items()}
    if "" in files:
        raise BadPackage(slug, _ONE_FOLDER)
    if only_known:
        if "course.toml" not in files:
            raise BadPackage("", _NO_COURSE)
        for path in files:
            if not is_course_file(path):
                raise BadPackage(f"{slug}/{path}", _UNKNOWN)
    return slug, files


def is_course_file(path: str) -> bool:
    """Whether a course may have a file of this name (see docs/course-format.md)."""
    if any(part.startswith(".") for part in path.split("/")):
        return False
    if _TOP.fullmatch(path):
        return True
    lesson, _, rest = path.partition("/")
    if not SLUG.fullmatch(lesson):
        return False
    folder, _, inside = rest.partition("/")
    if folder == "images":
        return "/" not in inside and any(inside.endswith(suffix) for suffix in IMAGE_SUFFIXES)
    return rest == "lesson.md" or bool(SLUG.fullmatch(folder) and _EXERCISE.fullmatch(inside))


def _method(content: bytes) -> int:
    """Text is packed tight, but never so that a reader would take it for a bomb."""
    packed = len(zlib.compress(content, _LEVEL))
    worth = packed < len(content) and not too_tight(len(content), packed - 32)
    return zipfile.ZIP_DEFLATED if worth else zipfile.ZIP_STORED
