"""Where to go next, when the address comes from the request itself."""

from __future__ import annotations

from urllib.parse import urlsplit

LONGEST = 1000


def safe_next(target: str | None, default: str) -> str:
    """`target` when it is a path on this site, else `default`: an open redirect lends our name to others."""
    if not target or len(target) > LONGEST or not target.startswith("/"):
        return default
    # Browsers read `\` as `/` and skip control characters, so `/\evil` and `/<tab>/evil` leave the site.
    if (
        target.startswith("//")
        or "\\" in target
        or any(ord(char) < 0x21 or ord(char) == 0x7F for char in target)
    ):
        return default
    parts = urlsplit(target)
    return default if parts.scheme or parts.netloc else target
