"""Two people's changes of the same files: together where that is possible, else both versions side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from merge3 import Merge3

from lms.catalog.pofile import BadPo, merge_po, read_po, write_po

YOURS = "<<<<<<< yours"
BETWEEN = "======="
THEIRS = ">>>>>>> theirs"
LARGEST_TEXT = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileConflict:
    """One file that both have changed. None: not there (before; any more).

    `merged` is text with both versions between marks, where everything else is merged already; None if the file is
    no text or is gone in one of the versions.
    """

    base: bytes | None
    yours: bytes | None
    theirs: bytes | None
    merged: bytes | None

    @property
    def mark(self) -> str:
        """Names exactly these two versions: who decided between them has decided about no others."""
        sides = (self.yours, self.theirs)
        parts = [b"-" if side is None else b"+" + sha256(side).digest() for side in sides]
        return sha256(b"".join(parts)).hexdigest()


@dataclass(frozen=True, slots=True)
class Settled:
    """What becomes of a file that both have changed, as a person has decided. None: it goes."""

    content: bytes | None


Settle = Callable[[str, FileConflict], Settled | None]
"""Asked for a path and both versions; None while nobody has decided."""


class Conflict(Exception):
    """Both have changed the same place. Nothing was written. `head` is the commit that has the other version."""

    def __init__(self, paths: Mapping[str, FileConflict], head: str) -> None:
        super().__init__(", ".join(sorted(paths)))
        self.paths = dict(paths)
        self.head = head


@dataclass(frozen=True, slots=True)
class MergedText:
    """The result of merging lines; `clean` says that no place was changed by both."""

    text: str
    clean: bool


Ids = Mapping[str, str]
"""The files of a state, by path: the ids of their blobs."""


def merge_ids(
    base: Ids,
    yours: Ids,
    theirs: Ids,
    *,
    read: Callable[[str], bytes],
    keep: Callable[[bytes], str],
    paths: Iterable[str] | None = None,
) -> tuple[dict[str, str], dict[str, FileConflict]]:
    """The state that has both people's changes since `base`, and what cannot be decided.

    `read` gives a blob's content, `keep` takes a merged one and gives its id. `paths` limits what `yours` is asked
    about; everything else is as `theirs` says.
    """
    merged = dict(theirs)
    conflicts: dict[str, FileConflict] = {}
    for path in sorted(set(base) | set(yours)) if paths is None else paths:
        before, mine, other = base.get(path), yours.get(path), theirs.get(path)
        if mine in (before, other):
            continue
        if other == before:
            _put(merged, path, mine)
            continue
        was, my, their = (read(blob) if blob is not None else None for blob in (before, mine, other))
        text = _merge_entries(path, was, my, their) or _merge_bytes(was, my, their)
        if text is not None and text.clean:
            _put(merged, path, keep(text.text.encode()) if text.text else None)
        else:
            conflicts[path] = FileConflict(was, my, their, text.text.encode() if text is not None else None)
    return merged, conflicts


def merge_text(base: str, yours: str, theirs: str) -> MergedText:
    """Both changes of a text, line by line; places that both changed stand between marks."""
    pieces: list[str] = []
    clean = True
    for group in Merge3(_whole_lines(base), _whole_lines(yours), _whole_lines(theirs)).merge_groups():
        if group[0] == "conflict":
            clean = False
            pieces += [f"{YOURS}\n", *group[2], f"{BETWEEN}\n", *group[3], f"{THEIRS}\n"]
        else:
            pieces += group[1]
    text = "".join(pieces)
    if not (yours.endswith("\n") or theirs.endswith("\n")):
        text = text.removesuffix("\n")
    return MergedText(text, clean)


def _merge_entries(
    path: str, base: bytes | None, yours: bytes | None, theirs: bytes | None
) -> MergedText | None:
    """A PO file entry by entry, whatever lines they stand on; None if it is none.

    Where both have translated the same text the lines show it, but they never decide: half of one translation and
    half of the other are no third one.
    """
    if not path.endswith(".po"):
        return None
    try:
        merged, conflicts = merge_po(*(read_po(content or b"") for content in (base, yours, theirs)))
    except BadPo:
        return None
    if not conflicts:
        gone = None in (yours, theirs) and not merged.items
        return MergedText("" if gone else write_po(merged).decode(), clean=True)
    lines = _merge_bytes(base, yours, theirs)
    return MergedText(lines.text if lines is not None else (yours or b"").decode(), clean=False)


def _merge_bytes(base: bytes | None, yours: bytes | None, theirs: bytes | None) -> MergedText | None:
    if yours is None or theirs is None:
        return None
    contents = (base or b"", yours, theirs)
    if any(len(content) > LARGEST_TEXT or b"\0" in content for content in contents):
        return None
    try:
        return merge_text(*(content.decode() for content in contents))
    except UnicodeDecodeError:
        return None


def _whole_lines(text: str) -> list[str]:
    """Its lines, each with its end: the last one too, so that lines never run together."""
    lines = text.split("\n")
    last = lines.pop()
    return [line + "\n" for line in lines] + ([last + "\n"] if last else [])


def _put(files: dict[str, str], path: str, blob: str | None) -> None:
    if blob is None:
        files.pop(path, None)
    else:
        files[path] = blob
