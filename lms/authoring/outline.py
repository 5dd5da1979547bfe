"""The lessons of a course: their order, their folders, and what goes with a lesson that is renamed or removed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from lms.authoring.coursefile import COURSE, order_of, with_lesson_renamed, with_order
from lms.authoring.repository import Files

Changes = dict[str, bytes | None]

_WITH_LINKS = (".md", ".po")


def lesson_names(paths: Iterable[str], course_file: bytes | None) -> list[str]:
    """The folders of a course's lessons in the order in which they are read."""
    names = sorted(
        path.partition("/")[0] for path in paths if path.endswith("/lesson.md") and path.count("/") == 1
    )
    order = order_of(course_file)
    return sorted(names, key=lambda name: (order.index(name) if name in order else len(order), name))


def moved(files: Files, name: str, by: int) -> Changes:
    """The lesson stands so many places later (or earlier). Its folder, and with it everybody's work, stays."""
    names = lesson_names(files, files.get(COURSE))
    place = names.index(name)
    names.insert(min(max(place + by, 0), len(names) - 1), names.pop(place))
    return {COURSE: with_order(files.get(COURSE), names)}


def renamed(files: Files, old: str, new: str) -> Changes:
    """The lesson has another folder; links that lead to it, its minutes and its place go with it."""
    changes: Changes = {}
    for path, content in files.items():
        target = f"{new}/{path.removeprefix(f'{old}/')}" if path.startswith(f"{old}/") else path
        text = _with_links(path, content, old, new)
        if target != path:
            changes[path] = None
        if target != path or text != content:
            changes[target] = text
    changes[COURSE] = with_lesson_renamed(files.get(COURSE), old, new)
    return changes


def removed(files: Files, name: str) -> Changes:
    """The lesson and all that is in its folder is gone from here on; the history keeps it."""
    changes: Changes = {path: None for path in files if path.startswith(f"{name}/")}
    changes[COURSE] = with_lesson_renamed(files.get(COURSE), name, None)
    return changes


def links_to(files: Mapping[str, bytes], name: str) -> list[str]:
    """The files of other lessons that link to this one."""
    link = _link(name)
    return [
        path
        for path, content in sorted(files.items())
        if path.endswith(".md") and not path.startswith(f"{name}/") and link.search(content)
    ]


def _link(name: str) -> re.Pattern[bytes]:
    """A link to the lesson or to something in it: `../02-lists`, `../02-lists#loops`, `../02-lists/sum`."""
    return re.compile(rb"\.\./" + re.escape(name.encode()) + rb"(?![\w-])")


def _with_links(path: str, content: bytes, old: str, new: str) -> bytes:
    """Links lead from folder to folder of the course: `../<lesson>`. In a catalogue also the places of texts."""
    if not path.endswith(_WITH_LINKS):
        return content
    text = _link(old).sub(f"../{new}".encode(), content)
    if path.endswith(".po"):
        lines = text.split(b"\n")
        place, other = f" {old}/".encode(), f" {new}/".encode()
        text = b"\n".join(line.replace(place, other) if line.startswith(b"#:") else line for line in lines)
    return text
