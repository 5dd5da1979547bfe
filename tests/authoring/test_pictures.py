"""Pictures that are sent: written anew, kept small, and refused when they are more than a picture."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from lms.authoring.pictures import (
    LARGEST_KEPT,
    LARGEST_UPLOAD,
    BadPicture,
    figure_block,
    picture_path,
    pictures_of,
    read_picture,
)
from lms.authoring.svg import BadSvg, clean_svg


def picture(size: tuple[int, int] = (60, 40), mode: str = "RGB") -> Image.Image:
    return Image.radial_gradient("L").resize(size).convert(mode)


def file_of(image: Image.Image, chosen: str, **more: object) -> bytes:
    out = io.BytesIO()
    image.save(out, chosen, **more)  # type: ignore[arg-type]  # Pillow takes what the format knows
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize(
    ("chosen", "suffix"), [("PNG", ".png"), ("JPEG", ".jpg"), ("WEBP", ".webp"), ("GIF", ".png")]
)
def test_a_picture_is_written_anew(chosen: str, suffix: str) -> None:
    found = read_picture(file_of(picture(), chosen))
    assert (found.suffix, opened(found.content).size) == (suffix, (60, 40))


def test_where_a_photo_was_taken_is_gone_and_it_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = "Secret place"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    sent = file_of(picture(), "JPEG", exif=exif, comment=b"Secret word", icc_profile=b"Secret colours")
    assert b"Secret" in sent
    found = read_picture(sent)
    assert b"Secret" not in found.content
    assert b"Exif" not in found.content
    assert opened(found.content).size == (40, 60)
    assert not opened(found.content).getexif()


def test_texts_of_a_png_are_gone_and_what_is_clear_stays_clear() -> None:
    info = PngInfo()
    info.add_text("Comment", "Secret")
    image = picture(mode="RGBA")
    image.putalpha(7)
    found = read_picture(file_of(image, "PNG", pnginfo=info))
    assert b"Secret" not in found.content
    assert opened(found.content).getpixel((0, 0))[3] == 7  # type: ignore[index]  # four numbers for RGBA


def test_the_first_frame_of_many() -> None:
    red, blue = (Image.new("RGB", (9, 9), colour) for colour in ("red", "blue"))
    found = opened(read_picture(file_of(red, "GIF", save_all=True, append_images=[blue])).content)
    assert getattr(found, "n_frames", 1) == 1
    assert found.convert("RGB").getpixel((4, 4)) == (255, 0, 0)


def test_a_large_picture_becomes_small() -> None:
    photo = Image.effect_noise((2400, 1800), 20).convert("RGB")
    found = read_picture(file_of(photo, "JPEG", quality=60))
    assert len(found.content) <= LARGEST_KEPT
    assert max(opened(found.content).size) <= 1600


def test_what_stands_behind_a_picture_in_its_file_is_gone() -> None:
    sent = file_of(picture(), "PNG") + b"<script>alert(1)</script>PK\x03\x04"
    found = read_picture(sent)
    assert b"script" not in found.content
    assert b"PK\x03" not in found.content


def bomb() -> bytes:
    """A small PNG that says it is 60,000 pixels wide and high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "make",
    [
        lambda: b"",
        lambda: b"not a picture",
        bomb,
        lambda: b"\xff\xd8\xff" + bytes(500),
        lambda: file_of(picture(), "PNG")[:60],
        lambda: file_of(picture(), "JPEG")[:200],
        lambda: file_of(picture(), "TIFF"),
        lambda: file_of(picture(), "BMP"),
        lambda: b"%PDF-1.4 " + bytes(100),
        lambda: bytes(LARGEST_UPLOAD + 1),
        lambda: b"<html><script>alert(1)</script></html>",
        lambda: b"GIF89a/*" + b"*/=1;alert(1)",
    ],
)
def test_other_files_are_refused(make: Callable[[], bytes]) -> None:
    with pytest.raises(BadPicture):
        read_picture(make())


DRAWING = b"""<?xml version="1.0" encoding="UTF-8"?>
<!-- drawn by hand --><svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink"
 viewBox="0 0 9 9" onload="alert(1)"><script>alert(2)</script><style>@import "//evil.example";</style>
<a x:href="javascript:alert(3)"><text>gone</text></a><image x:href="http://evil.example/x.png"/>
<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">html</p></foreignObject>
<defs><linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient></defs>
<rect width="9" height="9" fill="url(#g)" onclick="alert(4)" style="stroke: blue; fill-opacity: .5;
 background: url(//evil)"/>
<circle r="1" fill="url(http://evil.example#x)"/><use x:href="#g"/><animate attributeName="href" to="javascript:1"/>
<text x="1" y="2">3 &lt; 4 <tspan>yes</tspan> tail</text></svg>"""


def test_a_drawing_keeps_its_shapes_and_nothing_else() -> None:
    found = read_picture(DRAWING)
    text = found.content.decode()
    assert found.suffix == ".svg"
    for gone in (
        "script",
        "alert",
        "evil",
        "href",
        "onload",
        "style",
        "foreignObject",
        "image",
        "import",
        "use",
    ):
        assert gone not in text
    for kept in ('fill="url(#g)"', 'stroke="blue"', 'fill-opacity=".5"', "3 &lt; 4 <tspan>yes</tspan> tail"):
        assert kept in text
    assert clean_svg(found.content) == found.content


@pytest.mark.parametrize(
    "svg",
    [
        b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg viewBox="0 0 1 1"><text>&b;</text></svg>',
        b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg viewBox="0 0 1 1"><text>&x;</text></svg>',
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b'<svg viewBox="0 0 1 1">' + b"<g>" * 5000,
        b'<svg viewBox="0 0 1 1">' + b"<g>" * 300 + b"</g>" * 300 + b"</svg>",
        b'<svg viewBox="0 0 1 1">' + b"<g/>" * 6000 + b"</svg>",
        b'<svg viewBox="0 0 1 1"><g></svg>',
        '<svg viewBox="0 0 1 1"/>'.encode("utf-16"),
        b'<?xml version="1.0" encoding="utf-7"?><svg viewBox="0 0 1 1"/>',
        b'<svg viewBox="0 0 1 1">' + b" " * 300_000 + b"</svg>",
        b"<script/>",
    ],
)
def test_a_drawing_that_is_none_is_refused(svg: bytes) -> None:
    with pytest.raises(BadSvg):
        clean_svg(svg)


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("../../etc/passwd.png", "passwd"),
        ("C:\\Photos\\My Ph\u00f4to.JPG", "my-photo"),
        ("\u0635\u0648\u0631\u0629.png", "picture"),
        ("", "picture"),
        ("x" * 300, "x" * 40),
        ("con\x00\u202egnp.exe", "con-gnp"),
    ],
)
def test_names_of_pictures_are_safe(filename: str, name: str) -> None:
    assert picture_path("01-a", filename, ".png", {}) == f"01-a/images/{name}.png"


def test_no_picture_takes_the_place_of_another() -> None:
    taken = {"01-a/images/cat.svg": b"", "01-a/images/cat-2.png": b""}
    assert picture_path("01-a", "Cat.jpg", ".jpg", taken) == "01-a/images/cat-3.jpg"


def test_where_pictures_are_used() -> None:
    files = {
        "01-a/images/cat.png": b"",
        "01-a/images/dog.svg": b"",
        "01-a/images/notes.txt": b"",
        "01-a/lesson.md": b"# A\n\n" + figure_block("images/cat.png", "A  cat\nsits", "").encode(),
        "01-a/exercise/statement.md": b"![cat](../images/cat.png) ![cat](../images/cat.png)\n",
        "02-b/lesson.md": b"# B\n\n:::{quiz} q\n:kind: single\n![x](../01-a/images/cat.png)\n\n- [x] a\n- [ ] b\n",
    }
    cat, dog = pictures_of("01-a", files)
    assert cat.used_in == ("01-a/exercise/statement.md", "01-a/lesson.md", "02-b/lesson.md")
    assert (dog.name, dog.used_in) == ("dog.svg", ())
