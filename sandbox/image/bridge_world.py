"""The world around the code on both sides of the bridge: files, current folder, arguments and environment.

Everything below ROOT has the same path on both sides. Before a frame leaves, what changed is put into it;
the other side then has the same. What a side was given at the start (the tests on one, the student's program
on the other) stays its own and never crosses.
"""

from __future__ import annotations

import base64
import contextlib
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bridge_values import CrossingError

MAX_ENTRIES = 400
MAX_BYTES = 1 << 20
_FOLDER = (-1, -1)
_ENVIRONMENT = os.environ
"""The process's own: what a test may put in its place crosses as what it is."""
_OURS = ("PY", "LD_", "PATH", "HOME", "TMP", "TEMP", "PASSERELLE")
"""Variables by which a student's program could steer the checker's Python."""


class World:
    """One side's files below `root` and its process-wide settings, as both sides last knew them."""

    def __init__(self, root: str, *, trusting: bool, moves: Callable[[], bool] = lambda: True) -> None:
        """`moves`: whether this side follows when the other goes to another folder."""
        self.root = root
        self._trusting = trusting
        self._moves = moves
        self._own: set[str] = set()
        self._known: dict[str, tuple[int, int]] = {}
        self._folder = ""
        self._environment = dict(_ENVIRONMENT)
        self._arguments = list(sys.argv)

    def start(self) -> None:
        """What is here now is this side's own."""
        self._own = set()
        self._own = set(self._scan())
        self._known = {}
        self._folder = os.getcwd()  # noqa: PTH109  (a plain text is compared)
        self._environment = dict(_ENVIRONMENT)
        self._arguments = list(sys.argv)

    def _scan(self) -> dict[str, tuple[int, int]]:
        found: dict[str, tuple[int, int]] = {}
        waiting = [self.root]
        while waiting:
            with contextlib.suppress(OSError), os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if len(found) >= MAX_ENTRIES:
                        break
                    if entry.name == "__pycache__":
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                        if entry.path not in self._own:
                            found[entry.path] = _FOLDER
                    elif entry.path in self._own:
                        continue
                    elif entry.is_file(follow_symlinks=False):
                        state = entry.stat(follow_symlinks=False)
                        found[entry.path] = (state.st_mtime_ns, state.st_size)
        return found

    def changes(self) -> dict[str, Any]:
        """What has changed here since the last frame in either direction; empty when nothing has."""
        changed: dict[str, Any] = {}
        now = self._scan()
        if now != self._known:
            changed["fi"] = self._files(now)
            self._known = now
        with contextlib.suppress(OSError):
            folder = os.getcwd()  # noqa: PTH109
            if folder != self._folder:
                self._folder = changed["cd"] = folder
        if _ENVIRONMENT._data != self._raw:  # type: ignore[attr-defined]  # the mapping itself, without decoding each
            changed["en"] = self._environment_changes()
        if sys.argv != self._arguments and all(type(item) is str for item in sys.argv):
            self._arguments = changed["av"] = list(sys.argv)
        return changed

    @property
    def _environment(self) -> dict[str, str]:
        return self._names

    @_environment.setter
    def _environment(self, names: dict[str, str]) -> None:
        self._names = names
        self._raw = dict(_ENVIRONMENT._data)  # type: ignore[attr-defined]

    def _environment_changes(self) -> list[list[str | None]]:
        now, before = dict(_ENVIRONMENT), self._environment
        self._environment = now
        changed: list[list[str | None]] = [
            [name, text] for name, text in now.items() if before.get(name) != text
        ]
        changed += [[name, None] for name in before if name not in now]
        return [entry for entry in changed if entry[0] != "PYTEST_CURRENT_TEST"]

    def _files(self, now: dict[str, tuple[int, int]]) -> list[list[Any]]:
        """Entries [path, base64 | "/" for a folder | None when it is gone]."""
        entries: list[list[Any]] = [
            [path, None] for path in sorted(self._known, reverse=True) if path not in now
        ]
        size = 0
        for path, state in sorted(now.items()):
            if self._known.get(path) == state:
                continue
            if state == _FOLDER:
                entries.append([path, "/"])
                continue
            size += state[1]
            if size > MAX_BYTES:
                raise ValueError("the files are too large to cross the bridge")
            with contextlib.suppress(OSError):
                entries.append([path, base64.b64encode(Path(path).read_bytes()).decode("ascii")])
        return entries

    def apply(self, changed: Any) -> None:
        """Take the other side's changes; CrossingError for what is none, or is outside the root."""
        if type(changed) is not dict:
            raise CrossingError("no changes of the world")
        try:
            self._apply_files(changed.get("fi", []))
            self._apply_settings(changed)
        except (TypeError, ValueError, OSError) as error:
            raise CrossingError("changes of the world that cannot be") from error

    def _apply_files(self, entries: list[list[Any]]) -> None:
        for path, content in entries:
            inside = type(path) is str and os.path.normpath(path) == path and path.startswith(self.root + "/")
            if not inside or path in self._own or _through_link(path, self.root):
                raise CrossingError("a file outside the shared folder")
            place = Path(path)
            if content is None:
                if place.is_dir():
                    shutil.rmtree(place, ignore_errors=True)
                else:
                    place.unlink(missing_ok=True)
            elif content == "/":
                place.mkdir(parents=True, exist_ok=True)
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(base64.b64decode(content, validate=True))
        if entries:
            self._known = self._scan()

    def _apply_settings(self, changed: dict[str, Any]) -> None:
        folder = changed.get("cd")
        if folder is not None:
            if type(folder) is not str or not f"{os.path.normpath(folder)}/".startswith(self.root + "/"):
                raise CrossingError("a folder outside the shared one")
            if self._moves():
                os.chdir(folder)
                self._folder = os.getcwd()  # noqa: PTH109
        if environment := changed.get("en"):
            for name, text in environment:
                if not self._trusting and (type(name) is not str or name.startswith(_OURS)):
                    continue
                if text is None:
                    _ENVIRONMENT.pop(name, None)
                else:
                    _ENVIRONMENT[name] = text
            self._environment = dict(_ENVIRONMENT)
        arguments = changed.get("av")
        if arguments is not None and self._trusting:
            if type(arguments) is not list or not all(type(item) is str for item in arguments):
                raise CrossingError("no arguments")
            sys.argv[:] = arguments
            self._arguments = list(arguments)


def _through_link(path: str, root: str) -> bool:
    """Whether a part of a path below the root is a symbolic link."""
    part = os.path.dirname(path)  # noqa: PTH120
    while len(part) > len(root):
        if os.path.islink(part):  # noqa: PTH114
            return True
        part = os.path.dirname(part)  # noqa: PTH120
    return os.path.islink(path)  # noqa: PTH114
