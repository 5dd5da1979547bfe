"""Builds the image that student code runs in, when its files have changed."""

from __future__ import annotations

import hashlib
import io
import tarfile
from pathlib import Path
from typing import Any

from sandbox.engine import Engine, EngineError, ImageMissing

LABEL_CONTENT = "org.passerelle.image"
BUILD_SECONDS = 900
_FOLDER = Path(__file__).parent / "image"
_SHARED = ("codec.py",)


def _files() -> dict[str, bytes]:
    own = {path.name: path.read_bytes() for path in sorted(_FOLDER.iterdir()) if path.is_file()}
    return own | {name: (_FOLDER.parent / name).read_bytes() for name in _SHARED}


def content_hash() -> str:
    """Hash of everything the image is built from but the base."""
    code = hashlib.sha256()
    for name, data in sorted(_files().items()):
        code.update(f"{name}\0{len(data)}\0".encode() + data)
    return code.hexdigest()[:20]


def is_current(engine: Engine, image: str) -> bool:
    """Whether the engine has an image built from these very files."""
    try:
        found: dict[str, Any] = engine.call_sync(
            lambda client: client.inspect_image(image)  # type: ignore[no-untyped-call]
        )
    except ImageMissing:
        return False
    return (found["Config"].get("Labels") or {}).get(LABEL_CONTENT) == content_hash()


def ensure_image(engine: Engine, image: str) -> bool:
    """Build the image unless it is current; whether it was built. EngineError when that fails."""
    if is_current(engine, image):
        return False
    engine.call_sync(lambda client: _build(client, image))
    return True


def _build(client: Any, image: str) -> None:
    lines = client.build(
        fileobj=_context(),
        custom_context=True,
        tag=image,
        labels={LABEL_CONTENT: content_hash()},
        rm=True,
        forcerm=True,
        decode=True,
        timeout=BUILD_SECONDS,
    )
    for line in lines:
        if "error" in line:
            raise EngineError(f"the image could not be built: {line['error']}")


def _context() -> io.BytesIO:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, data in _files().items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            info.mode = 0o644
            archive.addfile(info, io.BytesIO(data))
    buffer.seek(0)
    return buffer
