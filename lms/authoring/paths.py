"""Which names a file of a course may have: ones that are safe and the same on every disk, in every zip and in git.

What comes from outside (a package, a remote) and what is typed into a form are held to the same rules.
"""

from __future__ import annotations

import unicodedata

LONGEST_PATH = 200
LONGEST_NAME = 100
DEEPEST = 8
MOST_FILES = 3000
LARGEST_FILE = 2 * 1024 * 1024
LARGEST_COURSE = 50 * 1024 * 1024

_FORBIDDEN = frozenset('\\:*?"<>|')
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(10)}
)
# Control and format characters (also those that turn the direction of text), surrogates, private use, not assigned.
_UNSEEN = ("C",)
_GIT_ON_OTHER_DISKS = ("git~1", "git~2")


class BadPath(ValueError):
    """A name that no file of a course may have; the reason is a sentence for developers and logs."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path[:LONGEST_PATH]!r}: {reason}")
        self.path = path
        self.reason = reason


def safe_path(path: str) -> str:
    """The same path if it is one that a course's file may have: relative, with `/`, in Unicode's normal form C."""
    if not path or len(path.encode("utf-8", "replace")) > LONGEST_PATH:
        raise BadPath(path, "A path has 1 to 200 bytes.")
    if unicodedata.normalize("NFC", path) != path:
        raise BadPath(path, "A path is in Unicode's normal form C.")
    names = path.split("/")
    if len(names) > DEEPEST:
        raise BadPath(path, "A path has at most eight parts.")
    for name in names:
        _check_name(path, name)
    return path


def _check_name(path: str, name: str) -> None:
    if name in {"", ".", ".."}:
        raise BadPath(path, "A path has no empty parts and no dots alone.")
    if len(name.encode("utf-8", "replace")) > LONGEST_NAME:
        raise BadPath(path, "A part of a path has at most 100 bytes.")
    if any(char in _FORBIDDEN or unicodedata.category(char).startswith(_UNSEEN) for char in name):
        raise BadPath(path, "A path holds only characters that can be seen, and none that a disk may refuse.")
    if name != name.strip() or name.endswith("."):
        raise BadPath(path, "A part of a path has no space around it and no dot at its end.")
    folded = name.casefold()
    if folded == ".git" or folded.startswith(_GIT_ON_OTHER_DISKS):
        raise BadPath(path, "A path does not lead into git's own folder.")
    if folded.partition(".")[0].strip() in _DEVICES:
        raise BadPath(path, "This name belongs to a device on some systems.")


def check_together(paths: list[str]) -> None:
    """Refuse two paths that one disk would take for the same, and a file that is also a folder."""
    seen: dict[str, str] = {}
    folders: dict[str, str] = {}
    for path in sorted(paths):
        folded = path.casefold()
        if folded in seen and seen[folded] != path:
            raise BadPath(path, "Another path differs from it by capital letters only.")
        seen[folded] = path
        parts = path.split("/")[:-1]
        for end in range(1, len(parts) + 1):
            folder = "/".join(parts[:end])
            known = folders.setdefault(folder.casefold(), folder)
            if known != folder:
                raise BadPath(path, "Another folder differs from its folder by capital letters only.")
    for folded in folders:
        if folded in seen:
            raise BadPath(seen[folded], "This is a file and a folder at once.")
