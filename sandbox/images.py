"""Builds the images that student code runs in, when their files have changed."""

from __future__ import annotations

import hashlib
import tarfile
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, Final

from deno import find_deno_bin

from sandbox.engine import Engine, EngineError, ImageMissing

LABEL_CONTENT = "org.passerelle.image"
BUILD_SECONDS = 900
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class ImageSource:
    """What an image is built from: a folder's files, and files of this package beside them."""

    folder: str
    shared: tuple[str, ...]
    with_deno: bool = False
    """Also Deno's program, as its package brought it: nothing is fetched while an image is built."""

    def files(self) -> dict[str, Path]:
        """Every file of the build context but the base."""
        own = {path.name: path for path in sorted((_HERE / self.folder).iterdir()) if path.is_file()}
        shared = {Path(name).name: _HERE / name for name in self.shared}
        return own | shared | ({"deno": Path(find_deno_bin())} if self.with_deno else {})


SOURCES: Final[Mapping[str, ImageSource]] = MappingProxyType(
    {
        "python": ImageSource("image", ("codec.py",)),
        "javascript": ImageSource("image_javascript", ("image/seccomp.py",), with_deno=True),
    }
)
"""By profile."""


@cache
def content_hash(profile: str) -> str:
    """Hash of everything the image is built from but the base."""
    code = hashlib.sha256()
    for name, path in sorted(SOURCES[profile].files().items()):
        with path.open("rb") as file:
            part = hashlib.file_digest(file, "sha256").hexdigest()
        code.update(f"{name}\0{part}\0".encode())
    return code.hexdigest()[:20]


def is_current(engine: Engine, profile: str, image: str) -> bool:
    """Whether the engine has an image built from these very files."""
    try:
        found: dict[str, Any] = engine.call_sync(
            lambda client: client.inspect_image(image)  # type: ignore[no-untyped-call]
        )
    except ImageMissing:
        return False
    return (found["Config"].get("Labels") or {}).get(LABEL_CONTENT) == content_hash(profile)


def ensure_image(engine: Engine, profile: str, image: str) -> bool:
    """Build the image unless it is current; whether it was built. EngineError when that fails."""
    if is_current(engine, profile, image):
        return False
    engine.call_sync(lambda client: _build(client, profile, image))
    return True


def _build(client: Any, profile: str, image: str) -> None:
    with closing(_context(profile)) as context:
        lines = client.build(
            fileobj=context,
            custom_context=True,
            tag=image,
            labels={LABEL_CONTENT: content_hash(profile)},
            rm=True,
            forcerm=True,
            decode=True,
            timeout=BUILD_SECONDS,
        )
        for line in lines:
            if "error" in line:
                raise EngineError(f"the image could not be built: {line['error']}")


def _context(profile: str) -> IO[bytes]:
    """The files in a tar, on disk: one of them may be large."""
    buffer = tempfile.TemporaryFile()  # noqa: SIM115  (the caller closes it)
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, path in SOURCES[profile].files().items():
            info = tarfile.TarInfo(name)
            info.size = path.stat().st_size
            info.mode = 0o644
            with path.open("rb") as file:
                archive.addfile(info, file)
    buffer.seek(0)
    return buffer
