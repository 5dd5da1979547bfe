"""Where an exercise stands in its lesson: placed at the end, renamed with all that leads to it, or taken away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lms.authoring.repository import Files

Changes = dict[str, bytes | None]

_FENCE = re.compile(r"(?P<fence>`{3,}|~{3,}|:{3,})\s*\{exercise\}\s*(?P<name>\S+)\s*$")
_LINK_END = rb"(?=[)#\s>])"


def placed(lesson: bytes, name: str) -> bytes:
    """The lesson with the exercise at its end."""
    text = lesson.decode(errors="surrogateescape").rstrip("\n")
    return f"{text}\n\n```{{exercise}} {name}\n```\n".encode(errors="surrogateescape")


def renamed(files: Files, lesson: str, old: str, new: str) -> Changes:
    """The exercise has another folder; its place in the lesson and the links to it go with it."""
    changes: Changes = {}
    folder, target = f"{lesson}/{old}/", f"{lesson}/{new}/"
    for path, content in files.items():
        here = f"{target}{path.removeprefix(folder)}" if path.startswith(folder) else path
        text = _with_links(path, content, lesson, old, new)
        if path == f"{lesson}/lesson.md":
            text = _directives(text, old, new)
        if here != path:
            changes[path] = None
        if here != path or text != content:
            changes[here] = text
    return changes


def removed(files: Files, lesson: str, name: str) -> Changes:
    """The exercise and its place in the lesson are gone; the history keeps them."""
    changes: Changes = {path: None for path in files if path.startswith(f"{lesson}/{name}/")}
    page = f"{lesson}/lesson.md"
    if page in files and (text := _directives(files[page], name, None)) != files[page]:
        changes[page] = text
    return changes


def links_to(files: Files, lesson: str, name: str) -> list[str]:
    """The texts that link to the exercise."""
    return [
        path
        for path, content in sorted(files.items())
        if path.endswith(".md")
        and not path.startswith(f"{lesson}/{name}/")
        and _with_links(path, content, lesson, name, f"{name}-other") != content
    ]


def _directives(lesson: bytes, old: str, new: str | None) -> bytes:
    lines = lesson.decode(errors="surrogateescape").split("\n")
    return "\n".join(_changed_lines(lines, old, new)).encode(errors="surrogateescape")


def _changed_lines(lines: list[str], old: str, new: str | None) -> Iterator[str]:
    """The lines with the block of an exercise renamed, or without it and the empty line after it.

    A fence inside a longer one is an example, not a place.
    """
    outer, leaving, after = "", "", False
    for line in lines:
        if leaving:
            if _closes(line, leaving):
                leaving, after = "", True
            continue
        if after:
            after = False
            if not line.strip():
                continue
        if outer:
            outer = "" if _closes(line, outer) else outer
        elif (found := _FENCE.match(line)) and found["name"] == old:
            if new is None:
                leaving = found["fence"]
                continue
            outer = found["fence"]
            yield f"{line[: found.start('name')]}{new}"
            continue
        elif opened := re.match(r"`{3,}|~{3,}|:{3,}", line):
            outer = opened[0]
        yield line


def _closes(line: str, fence: str) -> bool:
    stripped = line.strip()
    return len(stripped) >= len(fence) and set(stripped) == {fence[0]}


def _with_links(path: str, content: bytes, lesson: str, old: str, new: str) -> bytes:
    """Links: `name` in the lesson itself, `../name` beside the exercise, `../lesson/name` from elsewhere."""
    if not path.endswith((".md", ".po")):
        return content
    start, end = f"../{lesson}/{old}".encode(), f"../{lesson}/{new}".encode()
    text = re.sub(re.escape(start) + _LINK_END, lambda _found: end, content)
    if path.endswith(".po"):
        place, other = f" {lesson}/{old}/".encode(), f" {lesson}/{new}/".encode()
        lines = text.split(b"\n")
        return b"\n".join(line.replace(place, other) if line.startswith(b"#:") else line for line in lines)
    if path == f"{lesson}/lesson.md":
        text = re.sub(rb"(?<=\]\()" + re.escape(old.encode()) + _LINK_END, lambda _found: new.encode(), text)
    elif path.startswith(f"{lesson}/"):
        inside = re.escape(f"../{old}".encode())
        text = re.sub(rb"(?<=\]\()" + inside + _LINK_END, lambda _found: f"../{new}".encode(), text)
    return text
