"""Material for imports: an assignment and a track, written for these tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from lms.authoring.importing.plan import ImportPlan
from lms.authoring.importing.reading import read_import

MATERIAL = Path(__file__).parent / "material"


def read_picture(content: bytes) -> tuple[str, bytes] | None:
    """Pictures as they are, if they are PNG."""
    return (".png", content) if content.startswith(b"\x89PNG") else None


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip file as people make it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return out.getvalue()


def material(name: str) -> bytes:
    """A file of the material, or a folder of it as a zip file."""
    path = MATERIAL / name
    if path.is_file():
        return path.read_bytes()
    files = {
        file.relative_to(MATERIAL).as_posix(): file.read_bytes()
        for file in sorted(path.rglob("*"))
        if file.is_file()
    }
    return zipped({path: content for path, content in files.items() if "__pycache__" not in path})


def import_material(name: str) -> ImportPlan:
    """The plan of some material for a new course."""
    return read_import(material(name), name, taken=[], read_picture=read_picture)
