"""Pictures for lessons: written anew from what they show, so that nothing else that was in the file comes along."""

from __future__ import annotations

import io
import re
import struct
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Literal

from flask_babel import lazy_gettext as _l
from PIL import Image, ImageOps

from lms.authoring.starting import slug_from
from lms.authoring.svg import BadSvg, clean_svg
from lms.catalog.links import resolve
from lms.catalog.markdown import inline_tokens, leaves, read_markdown
from lms.catalog.parse import IMAGE_SUFFIXES
from lms.core.errors import PasserelleError

LARGEST_UPLOAD = 2 * 1024 * 1024 - 64 * 1024
"""A form with a picture is one request, which has its own limit."""
LARGEST_KEPT = 400 * 1024
MOST_PIXELS = 40_000_000
SIDES = (1600, 1200, 900, 640)
MOST_PICTURES = 100

_READ = ("PNG", "JPEG", "WEBP", "GIF")
_QUALITY = 82
_CLEAR = frozenset({"RGBA", "LA", "PA", "RGBa", "La"})
# What Pillow raises on files that are broken, whether by chance or on purpose.
_BROKEN = (
    OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError, ZeroDivisionError,
    NotImplementedError, struct.error, Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip

Format = Literal["PNG", "JPEG", "WEBP"]
_SUFFIX: Mapping[Format, str] = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp"}


class BadPicture(PasserelleError):
    """A file that cannot become a picture of a lesson; the sentence says why."""

    status = 422
    code = "bad_picture"

    def __init__(self, sentence: Any) -> None:
        super().__init__(str(sentence))


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to keep: the end of its name, and the file."""

    suffix: str
    content: bytes


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """A picture of a lesson, and the texts of the course that show it."""

    path: str
    used_in: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its file's name."""
        return PurePosixPath(self.path).name


def read_picture(data: bytes) -> Picture:
    """What a file shows, as a file of our own making; or `BadPicture`. What it is called makes no difference."""
    if not data:
        raise BadPicture(_l("Choose a picture first."))
    if len(data) > LARGEST_UPLOAD:
        raise BadPicture(_l("This picture is too large. Send one of less than 2 megabytes."))
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        try:
            return Picture(".svg", clean_svg(data))
        except BadSvg:
            raise BadPicture(
                _l("This SVG picture holds more than shapes and text. Export it as PNG and send that.")
            ) from None
    return _written_anew(_pixels(data))


def check_room(kept: Sequence[object]) -> None:
    """Refuse another picture for a lesson that has very many."""
    if len(kept) >= MOST_PICTURES:
        raise BadPicture(_l("This lesson has very many pictures. Remove one first."))


def picture_path(lesson: str, filename: str, suffix: str, taken: Mapping[str, object]) -> str:
    """A safe name for a new picture of a lesson, near to the one that its file had; never that of another one."""
    stem = slug_from(PurePosixPath(filename.replace("\\", "/")).stem)[:40].strip("-") or "picture"
    folder = f"{lesson}/images/"
    same = {path.casefold().rpartition(".")[0] for path in taken if path.startswith(folder)}
    names = (stem if number == 1 else f"{stem}-{number}" for number in range(1, MOST_PICTURES + 2))
    name = next(name for name in names if f"{folder}{name}" not in same)
    return f"{folder}{name}{suffix}"


def pictures_of(lesson: str, files: Mapping[str, bytes]) -> list[KeptPicture]:
    """The pictures in a lesson's folder, by name."""
    folder = f"{lesson}/images/"
    paths = [path for path in sorted(files) if path.startswith(folder) and _is_picture(path)]
    used = _uses(files) if paths else {}
    return [KeptPicture(path, tuple(used.get(path, ()))) for path in paths]


def _is_picture(path: str) -> bool:
    return PurePosixPath(path).suffix in IMAGE_SUFFIXES


def _uses(files: Mapping[str, bytes]) -> dict[str, list[str]]:
    used: dict[str, list[str]] = {}
    for path, content in sorted(files.items()):
        if path.endswith(("/lesson.md", "/statement.md")):
            folder = path.rpartition("/")[0]
            for source in _sources(content.decode(errors="replace"), path):
                texts = used.setdefault(resolve(folder, source).path, [])
                if path not in texts:
                    texts.append(path)
    return used


def _sources(text: str, path: str) -> Iterator[str]:
    if "figure" not in text and "![" not in text:
        return
    tokens = read_markdown(text, path).tokens
    inside = [inner for token in tokens if token.type == "quiz" for inner in token.meta["tokens"]]
    for token in (*tokens, *inside):
        if token.type == "figure_open":
            yield token.meta["src"]
    for token in inline_tokens(tokens):
        for child in leaves(token):
            if child.type == "image":
                yield str(child.attrs.get("src", ""))


def _pixels(data: bytes) -> Image.Image:
    """The first frame as it is meant to be seen, with nothing but its pixels."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=_READ)
            _check_pixels(image)
            image.draft("RGB", (SIDES[0], SIDES[0]))
            found_format = image.format
            shown = ImageOps.exif_transpose(image)
            clear = shown.mode in _CLEAR or "transparency" in shown.info
            plain = shown.convert("RGBA" if clear else "RGB")
    except BadPicture:
        raise
    except (*_BROKEN, MemoryError):
        raise BadPicture(
            _l("This is no picture that can be read. Send a PNG, JPEG, WebP or GIF file.")
        ) from None
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    bare.format = found_format
    return bare


def _check_pixels(image: Image.Image) -> None:
    """Before anything is unpacked: a small file can hold a picture that fills the memory."""
    width, height = image.size
    if width * height > MOST_PIXELS or min(width, height) < 1:
        raise BadPicture(_l("This picture has too many pixels. Make it smaller and send it again."))


def _written_anew(image: Image.Image) -> Picture:
    first: Format = "JPEG" if image.format == "JPEG" else "WEBP" if image.format == "WEBP" else "PNG"
    formats: list[Format] = [first] if first == "WEBP" else [first, "WEBP"]
    for side in SIDES:
        smaller = image.copy()
        smaller.thumbnail((side, side), Image.Resampling.LANCZOS)
        for chosen in formats:
            content = _bytes_of(smaller, chosen)
            if len(content) <= LARGEST_KEPT:
                return Picture(_SUFFIX[chosen], content)
    raise BadPicture(_l("This picture stays too large. Cut out the part that matters and send that."))


def _bytes_of(image: Image.Image, chosen: Format) -> bytes:
    out = io.BytesIO()
    if chosen == "PNG":
        image.save(out, "PNG", optimize=True)
    elif chosen == "JPEG":
        image.save(out, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    else:
        image.save(out, "WEBP", quality=_QUALITY, method=4)
    return out.getvalue()


_LINE_END = re.compile(r"\s+")


def figure_block(source: str, alt: str, caption: str) -> str:
    """The block of a lesson that shows a picture."""
    alt, caption = (_LINE_END.sub(" ", text).strip() for text in (alt, caption))
    return f"```{{figure}} {source}\n:alt: {alt}\n{caption + chr(10) if caption else ''}```\n"
