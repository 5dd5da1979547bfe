"""QR codes as pictures for pages and print."""

from __future__ import annotations

import segno


def qr_data_uri(text: str) -> str:
    """An SVG image, as a data address, that a phone's camera reads as `text`."""
    return segno.make(text, error="m", micro=False).svg_data_uri(scale=4, border=4, dark="#000", light="#fff")
