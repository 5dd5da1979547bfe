"""Reduces what a kernel shows to MIME types that are safe to pass on: text, and images that are images."""

from __future__ import annotations

import base64
import binascii
from typing import Any

TEXT_TYPES = ("text/plain", "text/html")
_SIGNATURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


def clean_bundle(data: Any, image_room: int) -> tuple[dict[str, str], int]:
    """What of a MIME bundle may pass, and the bytes of its images. SVG, scripts and all else is dropped."""
    if not isinstance(data, dict):
        return {}, 0
    kept = {kind: data[kind] for kind in TEXT_TYPES if isinstance(data.get(kind), str)}
    used = 0
    for kind, signature in _SIGNATURES.items():
        image = _image(data.get(kind), signature)
        if image is not None:
            used += len(image)
            if used <= image_room:
                kept[kind] = image
    return kept, used


def _image(value: Any, signature: bytes) -> str | None:
    if not isinstance(value, str):
        return None
    try:
        content = base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    return base64.b64encode(content).decode() if content.startswith(signature) else None
