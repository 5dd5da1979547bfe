"""SVG pictures: shapes, text and colours are written anew; scripts, styles, links and everything else stay behind."""

from __future__ import annotations

import re
from io import BytesIO
from xml.etree import ElementTree as ET

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

LARGEST = 200 * 1024
DEEPEST = 40
MOST_ELEMENTS = 5000
_NAMESPACE = "http://www.w3.org/2000/svg"

_ELEMENT_NAMES = (
    "svg g path rect circle ellipse line polyline polygon text tspan title desc defs marker clipPath "
    "linearGradient radialGradient stop"
)
_ATTRIBUTE_NAMES = (
    "id x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy width height viewBox preserveAspectRatio d points transform "
    "fill fill-opacity fill-rule stroke stroke-width stroke-linecap stroke-linejoin stroke-miterlimit "
    "stroke-dasharray stroke-dashoffset stroke-opacity opacity color clip-path clip-rule visibility display "
    "font-family font-size font-style font-weight text-anchor dominant-baseline letter-spacing direction "
    "gradientUnits gradientTransform spreadMethod offset stop-color stop-opacity clipPathUnits "
    "refX refY markerWidth markerHeight markerUnits orient marker-start marker-mid marker-end role lang"
)
_ELEMENTS = frozenset(_ELEMENT_NAMES.split())
_ATTRIBUTES = frozenset(_ATTRIBUTE_NAMES.split())
_TEXT_IN = frozenset({"text", "tspan", "title", "desc"})
# A value may name a part of the same picture, and no other address; nothing in it may be read as code.
_OWN_PART = re.compile(r"url\(#[\w-]+\)")
_UNSAFE = re.compile(r"url|javascript|data:|expression|[<>{};\\@]|/\*|&", re.IGNORECASE)
_STYLE = re.compile(r"\s*([a-z-]+)\s*:\s*([^;]+?)\s*(?:;|$)")


class BadSvg(ValueError):
    """Not an SVG picture, or one that is more than a picture."""


def clean_svg(data: bytes) -> bytes:
    """A picture of the known shapes with the known attributes. Raises `BadSvg`."""
    if len(data) > LARGEST:
        raise BadSvg("too large")
    root = _read(data)
    clean = _clean(root)
    if clean is None or clean.tag != f"{{{_NAMESPACE}}}svg":
        raise BadSvg("no svg element")
    if "viewBox" not in clean.attrib and not {"width", "height"} <= clean.attrib.keys():
        raise BadSvg("no size")
    ET.register_namespace("", _NAMESPACE)
    written: bytes = ET.tostring(clean, encoding="utf-8", xml_declaration=False)
    return written + b"\n"


def _read(data: bytes) -> ET.Element:
    """The tree, bounded while it is read: what comes after reads it by recursion."""
    depth = count = 0
    root: ET.Element | None = None
    try:
        data.decode("utf-8")
        for event, element in iterparse(BytesIO(data), events=("start", "end"), forbid_dtd=True):
            if root is None:
                root = element
            depth += 1 if event == "start" else -1
            count += event == "start"
            if depth > DEEPEST or count > MOST_ELEMENTS:
                raise BadSvg("too deep or too long")
    except (ET.ParseError, DefusedXmlException, UnicodeDecodeError, LookupError, ValueError) as error:
        raise BadSvg(str(error)) from error
    if root is None:
        raise BadSvg("empty")
    return root


def _clean(element: ET.Element) -> ET.Element | None:
    name = _local(element.tag)
    if name is None:
        return None
    clean = ET.Element(f"{{{_NAMESPACE}}}{name}")
    values = dict(element.attrib)
    for key, value in [*values.items(), *_STYLE.findall(values.get("style", ""))]:
        if key in _ATTRIBUTES and not _UNSAFE.search(_OWN_PART.sub("", value)):
            clean.set(key, value)
    if name in _TEXT_IN:
        clean.text = element.text
    for child in element:
        kept = _clean(child)
        if kept is not None:
            clean.append(kept)
            if name in _TEXT_IN:
                kept.tail = child.tail
    return clean


def _local(tag: object) -> str | None:
    """The name of a known element; comments and instructions have no text for a tag."""
    if not isinstance(tag, str):
        return None
    name = tag.removeprefix(f"{{{_NAMESPACE}}}")
    return name if name in _ELEMENTS else None
